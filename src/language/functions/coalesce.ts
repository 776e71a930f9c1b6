import { defineFunction } from "../scheme/define-function.ts";
import { sameType } from "../values/types.ts";
import { commonType, either, tooMany } from "./parameters.ts";

const any = (): boolean => true;
const typeLabel = "of any type";

export const coalesce = defineFunction({
  name: "coalesce",
  summary: "The first argument that is not missing; an empty value is not missing.",
  params: [either("value", any, { typeLabel }), either("fallback", any, { typeLabel })],
  variadic: either("further", any, { typeLabel }),
  returns: (types) => commonType(types, sameType),
  nil: "receive",
  total: true,
  firstPresent: true,
  prepare: (args, { limits }) => tooMany(args, limits.maxVariadicArguments),
  evaluate: (...values) => values.find((value) => value !== undefined),
  examples: [
    { expression: 'coalesce(http.request.headers["x-lang"][0], "en")', result: "en" },
    {
      expression: 'coalesce(http.request.headers["x-lang"][0], "en")',
      given: { "http.request.headers": { "x-lang": [""] } },
      result: "",
    },
    { expression: "coalesce(http.host, http.referer)", result: null },
    { expression: "coalesce(cf.edge.server_port, 443)", result: 443 },
  ],
});
