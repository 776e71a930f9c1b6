import { type Charset, charsetOf, detectUnicode } from "../request/body/charset.ts";
import { declaredKind, isBytesType, isData } from "../request/body/kind.ts";
import { wideMark } from "../request/body/marks.ts";
import { type ParameterizedValue, parseParameters } from "../request/body/media-type.ts";
import type { BodyView } from "../request/view/request-view.ts";

/**
 * The text of a response's body that rules see: a text in UTF-16 or UTF-32 as UTF-8, since its characters are between
 * zero bytes, which rules do not expect. As browsers read it: by its byte order mark, else by the declared set, else,
 * as readers of JSON and XML do, by its first bytes.
 *
 * @param contentType the header's value; `""` when there is none.
 */
export function plainText<View extends BodyView>(body: View, contentType: string): View {
  if (body.coding === "faulty" || body.bytes.length < 2) return body;
  const type = parseParameters(contentType);
  if (isBytesType(type.value)) return body;
  const charset = charsetIn(body.bytes, type);
  if (charset?.kind !== "unicode") return body;
  // Two if the byte order is unknown.
  return { ...body, bytes: charset.readings(body.bytes).join("\n") };
}

function charsetIn(bytes: string, type: ParameterizedValue): Charset | undefined {
  const mark = wideMark(bytes);
  if (mark !== undefined) return charsetOf(mark.form);
  const label = type.parameters.find(({ name }) => name === "charset")?.value;
  if (label !== undefined) return charsetOf(label);
  return isData(declaredKind(type)) ? detectUnicode(bytes) : undefined;
}
