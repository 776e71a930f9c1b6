import { type Input, RAW_BODY_FIELD } from "./inputs.ts";

/**
 * Whether the scorer has a say on a text of an input; it learns from such texts and from no others. Paths are a language of
 * their own; headers are what browsers and proxies send, but for those of applications. Whole queries, forms and documents of
 * XML are mostly the frame that an application puts around values, which come as texts of their own.
 */
export function isScored({ part, field }: Pick<Input, "part" | "field">, key: string, text: string): boolean {
  if (part === "path") return false;
  if (part === "header") return APPLICATION_HEADER.test(key);
  if (field === RAW_BODY_FIELD && XML_DECLARATION.test(text)) return false;
  return part === "cookie" || !text.includes("&") || !FORM.test(text);
}

const APPLICATION_HEADER =
  /^x-(?!forwarded|real-ip|requested-with|request-id|csrf|github|hub|amz|client|http-method|method|devtools)/;
const XML_DECLARATION = /^\s{0,8}<\?xml/;
const FORM = /^[\w.[\]-]{1,40}=/;
