import { DEFAULT_LIMITS } from "../syntax/limits.ts";
import { sameType } from "../values/types.ts";
import { declare } from "./declare.ts";
import { commonType, either } from "./parameters.ts";

const any = (): boolean => true;
const typeLabel = "of any type";

export const coalesce = declare({
  name: "coalesce",
  summary: "The first argument that is not missing; an empty value is not missing.",
  params: [either("value", any, { typeLabel }), either("fallback", any, { typeLabel })],
  variadic: either("further", any, { typeLabel }),
  maxArguments: DEFAULT_LIMITS.maxVariadicArguments,
  returns: (types) => commonType(types, sameType),
  nil: "receive",
  total: true,
  firstPresent: true,
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
