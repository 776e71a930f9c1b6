import { blocks, HINT, LIKELY, scores } from "../define.ts";
import { found } from "../places.ts";

const attack = "ssrf";
const references = ["CWE-918", "CAPEC-664"];

export const ssrfRules = [
  blocks("wc-ssrf-cloud-metadata", {
    attack,
    references,
    version: "2",
    description: "The address of a cloud's metadata service, in any spelling.",
    message: "server-side request forgery: cloud metadata",
    expression: found("ssrf-cloud-metadata"),
  }),
  blocks("wc-ssrf-scheme", {
    attack,
    references,
    version: "2",
    description: "A value that is a URL with the scheme of another protocol.",
    message: "server-side request forgery: dangerous scheme",
    expression: found("ssrf-scheme"),
  }),
  blocks("wc-ssrf-file-scheme", {
    attack,
    references,
    version: "2",
    description: "A file URL in an argument or a cookie, or a disguised one anywhere.",
    message: "server-side request forgery: file URL",
    expression: found("ssrf-file-scheme"),
  }),
  blocks("wc-ssrf-odd-loopback", {
    attack,
    references,
    version: "2",
    description: "The host's own address in a spelling that only attackers use.",
    message: "server-side request forgery: disguised loopback address",
    expression: found("ssrf-odd-loopback"),
  }),
  blocks("wc-ssrf-odd-address", {
    attack,
    references,
    description:
      "An address in a spelling that only attackers use: one number, octal or hex, IPv4 within IPv6, look-alike digits.",
    message: "server-side request forgery: disguised address",
    expression: found("ssrf-odd-address"),
  }),
  blocks("wc-ssrf-authority", {
    attack,
    references: [...references, "CWE-436"],
    description: "A URL that readers resolve to different hosts, one of them internal.",
    message: "server-side request forgery: ambiguous host",
    expression: found("ssrf-authority"),
  }),
  blocks("wc-ssrf-internal-port", {
    attack,
    references,
    description:
      "A URL of the host itself or of a private network with the port of a service that no browser connects to.",
    message: "server-side request forgery: internal service",
    expression: found("ssrf-internal-port"),
  }),
  scores("wc-ssrf-metadata-mention", LIKELY, {
    attack,
    references,
    severity: "error",
    description: "The URL of a cloud's metadata service within a text.",
    message: "URL of a metadata service within a text",
    expression: found("ssrf-metadata-mention"),
  }),
  scores("wc-ssrf-resolver-name", LIKELY, {
    attack,
    references,
    severity: "error",
    description: "A URL with a public name that resolves to any address, such as those of nip.io.",
    message: "URL with a name for any address",
    expression: found("ssrf-resolver-name"),
  }),
  scores("wc-ssrf-loopback", LIKELY, {
    attack,
    references,
    severity: "error",
    level: 2,
    version: "2",
    description:
      "A value that is a URL of the host itself. Loopback redirects of native applications are such values too.",
    message: "URL of the host itself",
    expression: found("ssrf-loopback"),
  }),
  scores("wc-ssrf-private-network", HINT, {
    attack,
    references,
    severity: "warning",
    level: 2,
    version: "2",
    description: "A value that is a URL of a private network.",
    message: "URL of a private network",
    expression: found("ssrf-private-network"),
  }),
];
