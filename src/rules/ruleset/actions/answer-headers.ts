import {
  anyOf,
  headerName,
  headerValue,
  listOf,
  mapOf,
  type ValueOf,
} from "../../../documents/shapes/shape.ts";
import { asciiLower, utf8Encode } from "../../../language/values/bytes.ts";
import type { HeaderLines, ParameterFault } from "./control.ts";
import { placeholderFaults } from "./placeholders.ts";
import { CONNECTION_HEADERS } from "./rewrite.ts";

/** Bytes of all lines of one answer: clients and proxies stop reading heads at 8 to 16 KiB. */
const MAX_BYTES = 8_192;
const MAX_NAMES = 32;

/** Header lines of an answer: a name, and its value or, of a header with several lines, its values. */
export const answerHeaders = mapOf(anyOf(headerValue, listOf(headerValue, 1)), {
  keys: headerName,
  minItems: 1,
});

type AnswerHeaders = ValueOf<typeof answerHeaders>;

/** Lower case: what frames the message, belongs to the connection, or has a parameter of its own. */
const DENIED: ReadonlyMap<string, string> = new Map([
  ...CONNECTION_HEADERS.filter((name) => !name.startsWith("proxy-auth")).map(
    (name) => [name, "it belongs to the connection, which the host manages"] as const,
  ),
  ["content-length", "the host counts the bytes"],
  ["content-encoding", "the content is sent as it is written"],
  ["content-type", "write `content_type`"],
  ["date", "the host writes it"],
]);

/** Faults of the header lines of a response. */
export function answerHeaderFaults(
  headers: AnswerHeaders | undefined,
  path: readonly (string | number)[],
): readonly ParameterFault[] {
  if (headers === undefined) return [];
  const faults: ParameterFault[] = [];
  const names = new Set<string>();
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    const lower = asciiLower(name);
    const reason = DENIED.get(lower);
    const at = [...path, name];
    if (reason !== undefined) {
      const message = `an answer cannot set \`${lower}\`: ${reason}`;
      faults.push({ code: "E_ACTION_PARAMETER", path: at, message });
    }
    if (names.has(lower)) {
      const message = `\`${lower}\` occurs twice`;
      const hint = "give the lines of one header as a list";
      faults.push({ code: "E_ACTION_PARAMETER", path: at, message, hint });
    }
    names.add(lower);
    for (const line of [value].flat()) {
      bytes += name.length + utf8Encode(line).length;
      faults.push(...placeholderFaults(line, at));
    }
  }
  if (names.size > MAX_NAMES || bytes > MAX_BYTES) {
    const message = `the headers of an answer are at most ${MAX_NAMES} names and ${MAX_BYTES} bytes`;
    faults.push({ code: "E_DOC_RANGE", path, message });
  }
  return faults;
}

/** The lines in order, as text. */
export function headerLines(headers: AnswerHeaders | undefined): HeaderLines {
  if (headers === undefined) return NO_LINES;
  return Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((line) => [name, line] as const),
  );
}

const NO_LINES: HeaderLines = Object.freeze([]);
