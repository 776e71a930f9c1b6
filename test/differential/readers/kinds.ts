import type { InputKind } from "./compare.ts";
import { cookies } from "./cookies.ts";
import { declarations } from "./declarations.ts";
import { formBodies, queryStrings, targets } from "./form.ts";
import { jsonBodies } from "./json.ts";
import { multipartBodies } from "./multipart.ts";
import { xmlBodies } from "./xml.ts";

export const KINDS: readonly InputKind[] = [
  multipartBodies,
  xmlBodies,
  jsonBodies,
  formBodies,
  queryStrings,
  targets,
  cookies,
  declarations,
];
