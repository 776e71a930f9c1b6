import { blocks, HINT, LIKELY, scores } from "../define.ts";
import { holdsOneOf, matching } from "../places.ts";

const attack = "protocol";
const HEADERS = "wirewall.request.headers.anomalies";
const URI = "wirewall.request.uri.anomalies";
const COOKIES = "wirewall.request.cookies.anomalies";
const BODY = "wirewall.request.body.anomalies";

/**
 * Bodies declared as XML that are not well-formed, which lenient readers interpret differently and strict ones reject;
 * and what readers find in well-formed documents: entities that only a document type elsewhere declares are left out by
 * some, and some take an instruction with a single quote to go on.
 */
const MALFORMED_XML = `((${holdsOneOf(BODY, [
  "xml_misplaced_doctype",
  "xml_malformed_doctype",
  "xml_malformed_reference",
  "xml_stray_markup",
  "xml_unbalanced_instruction",
  "xml_malformed_name",
  "xml_malformed_attribute",
  "xml_mismatched_tag",
  "xml_unclosed_element",
  "xml_unclosed_markup",
  "xml_text_outside_root",
])} or (${holdsOneOf(BODY, ["xml_external_doctype"])} and ${holdsOneOf(BODY, ["xml_unknown_entity"])})) and wirewall.request.body.outcome eq "inspected" and any(lower(http.request.headers["content-type"][*])[*] contains "xml"))`;

export const protocolRules = [
  blocks("wc-protocol-framing", {
    attack,
    references: ["CWE-444", "CAPEC-33"],
    description: "Headers that disagree on where the body ends.",
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
      "A header with a malformed name or a control character, or in which the entry of a trusted proxy cannot be read.",
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
    description: "A multipart body that readers parse differently.",
    message: "ambiguous multipart body",
    expression: holdsOneOf(BODY, [
      "multipart_malformed_content_type",
      "multipart_duplicate_boundary",
      "multipart_invalid_boundary",
      "multipart_data_before_first_part",
      "multipart_data_after_end",
      "multipart_missing_end",
      "multipart_bare_lf",
      "multipart_bare_cr",
      "multipart_blank_before_boundary",
      "multipart_blank_after_boundary",
      "multipart_boundary_lookalike",
      "multipart_part_without_body",
      "multipart_malformed_header",
      "multipart_folded_header",
      "multipart_duplicate_header",
      "multipart_malformed_disposition",
      "multipart_duplicate_name",
      "multipart_duplicate_filename",
      "multipart_continued_parameter",
      "multipart_control_in_parameter",
      "multipart_transfer_encoding",
      "multipart_charset",
      "multipart_nested",
    ]),
  }),
  blocks("wc-protocol-content-type", {
    attack,
    references: ["CWE-436"],
    severity: "error",
    description: "Several content types, or one with a character set that hides ASCII.",
    message: "ambiguous content type",
    expression: `${holdsOneOf(BODY, ["duplicate_content_type", "unusual_charset"])} or ${matching('http.request.headers["content-type"][*]', String.raw`charset\s*=.*charset\s*=`)}`,
  }),
  blocks("wc-protocol-proxy-header", {
    attack,
    references: ["CVE-2016-5385", "CWE-807"],
    severity: "error",
    description: "A Proxy header, which CGI programs read as a setting.",
    message: "httpoxy",
    expression: `any(lower(http.request.headers.names[*])[*] == "proxy")`,
  }),
  blocks("wc-protocol-internal-header", {
    attack,
    references: ["CVE-2025-29927", "CWE-285"],
    severity: "error",
    description: "A header that a framework uses internally.",
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
    description: "More headers, cookies or arguments, or more values nested in them, than are inspected.",
    message: "too many headers, cookies, arguments or nested values",
    expression: `${holdsOneOf(HEADERS, ["too_many_headers"])} or ${holdsOneOf(COOKIES, ["too_many_cookies"])} or ${holdsOneOf(URI, ["too_many_arguments"])} or wirewall.request.nested.truncated`,
  }),
  scores("wc-protocol-double-encoding", HINT, {
    attack,
    references: ["CWE-174", "CAPEC-120"],
    severity: "warning",
    level: 2,
    description: "A path with a double-encoded character.",
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
    description: "A header that may occur only once occurs twice.",
    message: "repeated header",
    expression: holdsOneOf(HEADERS, ["duplicate_authorization", "duplicate_user_agent", "missing_host"]),
  }),
  // The host rejects or passes bodies that are too long.
  blocks("wc-protocol-unread-body", {
    attack,
    references: ["CWE-436", "CWE-693"],
    severity: "error",
    description:
      "A body that was not read as the site may read it: malformed, too complex, or in an unknown coding.",
    message: "the body was not read as the site may read it",
    expression: `(wirewall.request.body.outcome eq "partly" and not wirewall.request.body.reason in {"truncated" "body_too_long"}) or ${holdsOneOf(BODY, ["ambiguous_content_type", "json_invalid_escape"])} or ${MALFORMED_XML}`,
  }),
];
