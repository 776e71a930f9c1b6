import { blocks, LIKELY, scores } from "../define.ts";
import { found } from "../places.ts";

const attack = "redirect";
const references = ["CWE-601", "CAPEC-194"];

export const redirectRules = [
  blocks("wc-redirect-odd-authority", {
    attack,
    references,
    description:
      "A value that looks like a path or a broken URL, and that browsers follow to another host: `/\\host`, `///host`, `https:host`.",
    message: "open redirect: disguised host",
    expression: found("redirect-odd-authority"),
  }),
  blocks("wc-redirect-user-information", {
    attack,
    references,
    description: "A URL that names one host before an @ and leads to another.",
    message: "open redirect: host before an @",
    expression: found("redirect-user-information"),
  }),
  blocks("wc-redirect-to-authority", {
    attack,
    references,
    severity: "error",
    description: "An argument for the next address that is a URL without a scheme.",
    message: "open redirect: URL without a scheme",
    expression: found("redirect-to-authority"),
  }),
  blocks("wc-redirect-path-authority", {
    attack,
    references,
    description:
      "A request path that begins with another host, for servers that redirect to the requested path.",
    message: "open redirect: host in the path",
    expression: found("redirect-path-authority"),
  }),
  scores("wc-redirect-protocol-relative", LIKELY, {
    attack,
    references,
    severity: "warning",
    description: "An argument that is a URL without a scheme, or a request path that begins like one.",
    message: "URL without a scheme",
    expression: found("redirect-protocol-relative"),
  }),
];
