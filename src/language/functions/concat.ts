import { defineFunction } from "../scheme/define-function.ts";
import { DEFAULT_LIMITS } from "../syntax/limits.ts";
import { type ArrayType, type Bytes, sameType, type Type } from "../values/types.ts";
import type { ArrayValue } from "../values/value.ts";
import { capped } from "./output-cap.ts";
import { commonType, either, tooMany } from "./parameters.ts";

const isBytesOrArray = (type: Type): type is typeof Bytes | ArrayType =>
  type.kind === "Bytes" || type.kind === "Array";
const typeLabel = "Bytes or an array";

type Piece = string | ArrayValue | undefined;

function joining(most: number): (...values: readonly Piece[]) => Piece {
  return (...values) => {
    let text: string | undefined;
    let first = "";
    for (const value of values) {
      if (value === undefined) continue;
      if (typeof value !== "string") return joinArrays(values);
      if (text === undefined) first = value;
      text = (text ?? "") + value;
    }
    return text === undefined ? undefined : capped(text, most, first);
  };
}

function joinArrays(values: readonly Piece[]): ArrayValue {
  return values.flatMap((value) => (value === undefined || typeof value === "string" ? [] : value));
}

export const concat = defineFunction({
  name: "concat",
  summary:
    "Joins byte strings, or arrays of one type. Missing arguments are left out; all missing gives nil.",
  params: [either("first", isBytesOrArray, { typeLabel }), either("second", isBytesOrArray, { typeLabel })],
  variadic: either("further", isBytesOrArray, { typeLabel }),
  returns: (types) => commonType(types, sameType),
  nil: "receive",
  total: true,
  prepare: (args, { limits }) => {
    const faults = tooMany(args, limits.maxVariadicArguments);
    return faults.length > 0 ? faults : joining(limits.maxValueBytes);
  },
  evaluate: joining(DEFAULT_LIMITS.maxValueBytes),
  examples: [
    {
      expression: 'concat(http.host, ":", to_string(cf.edge.server_port))',
      given: { "http.host": "a.example", "cf.edge.server_port": 8443 },
      result: "a.example:8443",
    },
    { expression: 'concat(http.host, "/")', result: "/" },
    { expression: "concat(http.host, http.referer)", result: null },
    {
      expression: "concat(http.request.headers.names, http.request.uri.args.names)[2]",
      given: { "http.request.headers.names": ["Host", "Accept"], "http.request.uri.args.names": ["id"] },
      result: "id",
    },
  ],
});
