import { defineFunction } from "../scheme/define-function.ts";
import { Bool, Bytes } from "../values/types.ts";
import { dynamic, either } from "./parameters.ts";

export const startsWith = defineFunction({
  name: "starts_with",
  summary: "Whether the value begins with the given bytes, case and all.",
  params: [dynamic("source", Bytes), either("prefix", Bytes)],
  returns: Bool,
  total: true,
  meaning: "prefix",
  evaluate: (source, prefix) => source.startsWith(prefix),
  examples: [
    {
      expression: 'starts_with(http.request.uri.path, "/admin")',
      given: { "http.request.uri.path": "/admin/users" },
      result: true,
    },
    {
      expression: 'starts_with(http.request.uri.path, "/ADMIN")',
      given: { "http.request.uri.path": "/admin/users" },
      result: false,
    },
    {
      expression: 'starts_with(http.request.uri.path, "")',
      given: { "http.request.uri.path": "/" },
      result: true,
    },
    { expression: 'starts_with(http.request.uri.path, "/")', result: null },
  ],
});
