import { blocks, HINT, LIKELY, scores } from "../define.ts";
import { holdsOneOf, matching } from "../places.ts";

const attack = "protocol";
const HEADERS = "wirewall.request.headers.anomalies";
const URI = "wirewall.request.uri.anomalies";
const COOKIES = "wirewall.request.cookies.anomalies";
const BODY = "wirewall.request.body.anomalies";

export const protocolRules = [
  blocks("wc-protocol-framing", {
    attack,
    references: ["CWE-444", "CAPEC-33"],
    description: "Headers that do not agree where the body ends.",
    message: "request smuggling: ambiguous framing",
    expression: holdsOneOf(HEADERS, [
      "content_length_and_transfer_encoding",
      "conflicting_content_length",
      "invalid_content_length",
      "unknown_transfer_encoding",
      "duplicate_transfer_encoding",
    ]),
  }),
  blocks("wc-protocol-host", {
    attack,
    references: ["CWE-444", "CAPEC-33"],
    description: "Several hosts, a malformed one, or a target that names another.",
    message: "ambiguous host",
    expression: `${holdsOneOf(HEADERS, ["duplicate_host", "invalid_host"])} or ${holdsOneOf(URI, ["authority_mismatch"])}`,
  }),
  blocks("wc-protocol-header-syntax", {
    attack,
    references: ["CWE-436"],
    severity: "error",
    description:
      "A header with a malformed name or a control character, or in which a trusted proxy's word cannot be read.",
    message: "malformed header",
    expression: holdsOneOf(HEADERS, ["invalid_name", "control_character", "malformed_forwarding"]),
  }),
  blocks("wc-protocol-target-syntax", {
    attack,
    references: ["CWE-436", "CWE-158"],
    severity: "error",
    description: "A request target with a control character, or a path with a zero byte.",
    message: "malformed request target",
    expression: `${holdsOneOf(URI, ["control_character"])} or wirewall.request.uri.path.decoded contains "\\x00"`,
  }),
  blocks("wc-protocol-method", {
    attack,
    references: ["CWE-693"],
    severity: "warning",
    description: "A method for diagnosis or tunnels.",
    message: "method not allowed",
    expression: `http.request.method in {"TRACE" "TRACK" "DEBUG" "CONNECT"}`,
  }),
  blocks("wc-protocol-ambiguous-part", {
    attack,
    references: ["CWE-436"],
    severity: "error",
    description: "A multipart body that readers take apart differently.",
    message: "ambiguous multipart body",
    expression: holdsOneOf(BODY, [
      "multipart_duplicate_boundary",
      "multipart_invalid_boundary",
      "multipart_duplicate_header",
      "multipart_duplicate_name",
      "multipart_duplicate_filename",
      "multipart_control_in_parameter",
      "multipart_folded_header",
    ]),
  }),
  blocks("wc-protocol-content-type", {
    attack,
    references: ["CWE-436"],
    severity: "error",
    description: "Several content types, or one with a character set that hides ASCII.",
    message: "ambiguous content type",
    expression: `${holdsOneOf(BODY, ["duplicate_content_type"])} or ${matching(
      'http.request.headers["content-type"][*]',
      String.raw`charset\s*=\s*["']?\s*(?:utf-?7|utf-?16\w*|utf-?32\w*|ucs-\d|ibm-?\d+|cp-?037|ebcdic)\b|charset\s*=.*charset\s*=`,
    )}`,
  }),
  blocks("wc-protocol-proxy-header", {
    attack,
    references: ["CVE-2016-5385", "CWE-807"],
    severity: "error",
    description: "A Proxy header, which CGI programs take for a setting of their own.",
    message: "httpoxy",
    expression: `any(lower(http.request.headers.names[*])[*] == "proxy")`,
  }),
  blocks("wc-protocol-internal-header", {
    attack,
    references: ["CVE-2025-29927", "CWE-285"],
    severity: "error",
    description: "A header with which a framework talks to itself.",
    message: "internal header of a framework",
    expression: `any(lower(http.request.headers.names[*])[*] in {"x-middleware-subrequest" "x-rewrite-url" "x-original-url"})`,
  }),
  blocks("wc-protocol-range", {
    attack,
    references: ["CVE-2011-3192", "CVE-2015-1635"],
    severity: "error",
    description: "A range that ends beyond all sizes, or very many ranges.",
    message: "abusive range",
    expression: matching(
      'http.request.headers["range"][*]',
      String.raw`-\s*1844674407370955\d+|^\s*\w+\s*=\s*(?:\d*\s*-\s*\d*\s*,\s*){9}`,
    ),
  }),
  blocks("wc-protocol-too-many-parts", {
    attack,
    references: ["CWE-770"],
    severity: "error",
    description: "More headers, cookies or arguments than are looked at.",
    message: "too many headers, cookies or arguments",
    expression: `${holdsOneOf(HEADERS, ["too_many_headers"])} or ${holdsOneOf(COOKIES, ["too_many_cookies"])} or ${holdsOneOf(URI, ["too_many_arguments"])}`,
  }),
  scores("wc-protocol-double-encoding", HINT, {
    attack,
    references: ["CWE-174", "CAPEC-120"],
    severity: "warning",
    level: 2,
    description: "A path with an escape of an escape.",
    message: "double encoding",
    expression: matching("raw.http.request.uri.path", "%25[0-9a-f]{2}"),
  }),
  scores("wc-protocol-odd-path", HINT, {
    attack,
    references: ["CWE-20"],
    severity: "notice",
    level: 2,
    description: "A path with a backslash, an encoded slash or a malformed escape.",
    message: "odd path",
    expression: holdsOneOf(URI, ["backslash", "encoded_slash", "encoded_backslash", "invalid_escape"]),
  }),
  scores("wc-protocol-repeated-header", LIKELY, {
    attack,
    references: ["CWE-436"],
    severity: "warning",
    level: 2,
    description: "A header twice that belongs into a request once.",
    message: "repeated header",
    expression: holdsOneOf(HEADERS, ["duplicate_authorization", "duplicate_user_agent", "missing_host"]),
  }),
  scores("wc-protocol-unread-body", LIKELY, {
    attack,
    references: ["CWE-20"],
    severity: "warning",
    level: 3,
    description: "A body that its reader gives up on.",
    message: "malformed body",
    expression: `wirewall.request.body.error ne ""`,
  }),
];
