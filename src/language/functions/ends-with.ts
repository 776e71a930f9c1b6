import { defineFunction } from "../scheme/define-function.ts";
import { Bool, Bytes } from "../values/types.ts";
import { dynamic, either } from "./parameters.ts";

export const endsWith = defineFunction({
  name: "ends_with",
  summary: "Whether the value ends with the given bytes, case and all.",
  params: [dynamic("source", Bytes), either("suffix", Bytes)],
  returns: Bool,
  total: true,
  meaning: "suffix",
  evaluate: (source, suffix) => source.endsWith(suffix),
  examples: [
    {
      expression: 'ends_with(http.request.uri.path, ".bak")',
      given: { "http.request.uri.path": "/site.bak" },
      result: true,
    },
    {
      expression: 'ends_with(http.request.uri.path, ".BAK")',
      given: { "http.request.uri.path": "/site.bak" },
      result: false,
    },
    {
      expression: 'ends_with(http.request.uri.path, "")',
      given: { "http.request.uri.path": "/" },
      result: true,
    },
    { expression: 'ends_with(http.request.uri.path, "/")', result: null },
  ],
});
