import { Bool, Bytes } from "../values/types.ts";
import { declare } from "./declare.ts";
import { dynamic, either } from "./parameters.ts";

export const startsWith = declare({
  name: "starts_with",
  summary: "Whether the value begins with the given bytes, case and all.",
  params: [dynamic("source", Bytes), either("prefix", Bytes)],
  returns: Bool,
  total: true,
  meaning: "prefix",
  evaluate: (source, prefix) => (source as string).startsWith(prefix as string),
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
