import { arrayOf, Bool, Bytes, Int, mapOf } from "../../language/values/types.ts";
import {
  FROM_BODY,
  FROM_HEAD,
  NO_ENTRIES,
  NO_ITEMS,
  RECEIVED,
  type RequestField,
  suppliedFieldsOf,
} from "./field.ts";

const early = suppliedFieldsOf(FROM_HEAD, RECEIVED);
const late = suppliedFieldsOf(FROM_BODY, ["body"]);
const scanned = "cf.waf.content_scan.obj";

/** Verdicts of scanners and validators that the embedder has. Nothing here acts by itself: rules decide. */
export const verdictFields: readonly RequestField[] = [
  late("cf.waf.auth_detected", Bool, "Whether the request carries log-in credentials.", false),
  late("cf.waf.credential_check.password_leaked", Bool, "Whether the password is known from a leak.", false),
  late("cf.waf.credential_check.username_leaked", Bool, "Whether the user name is known from a leak.", false),
  late(
    "cf.waf.credential_check.username_and_password_leaked",
    Bool,
    "Whether user name and password are known together.",
    false,
  ),
  late(
    "cf.waf.credential_check.username_password_similar",
    Bool,
    "Whether something close to both is known from a leak.",
    false,
  ),
  late("cf.waf.content_scan.has_obj", Bool, "Whether the scanner found uploaded files.", false),
  late("cf.waf.content_scan.has_malicious_obj", Bool, "Whether one of them is malicious.", false),
  late("cf.waf.content_scan.has_failed", Bool, "Whether one of them could not be scanned.", false),
  late("cf.waf.content_scan.num_obj", Int, "How many files there are.", 0, { example: 1 }),
  late("cf.waf.content_scan.num_malicious_obj", Int, "How many of them are malicious.", 0, { example: 0 }),
  late("cf.waf.content_scan.obj_sizes", arrayOf(Int), "Bytes of each file.", NO_ITEMS, {
    parallelGroup: scanned,
    example: [1024],
  }),
  late("cf.waf.content_scan.obj_types", arrayOf(Bytes), "Media type of each file.", NO_ITEMS, {
    parallelGroup: scanned,
    example: ["image/png"],
  }),
  late("cf.waf.content_scan.obj_results", arrayOf(Bytes), "Verdict on each file.", NO_ITEMS, {
    parallelGroup: scanned,
    example: ["clean"],
  }),
  early(
    "cf.fraud.email_risk",
    Bytes,
    "How likely the e-mail address of a sign-up is made up: `low`, `medium`, `high` or `unknown`.",
    "",
    { example: "high" },
  ),
  early(
    "cf.fraud_detection.disposable_email",
    Bool,
    "Whether the e-mail address of a sign-up is of a service for throw-away addresses.",
    false,
  ),
  late("cf.llm.prompt.detected", Bool, "Whether the request holds a prompt for a language model.", false),
  late("cf.llm.prompt.pii_detected", Bool, "Whether the prompt holds personal data.", false),
  late("cf.llm.prompt.pii_categories", arrayOf(Bytes), "What personal data it holds.", NO_ITEMS, {
    example: ["EMAIL_ADDRESS"],
  }),
  late("cf.llm.prompt.unsafe_topic_detected", Bool, "Whether the prompt is about an unsafe topic.", false),
  late("cf.llm.prompt.unsafe_topic_categories", arrayOf(Bytes), "Codes of those topics.", NO_ITEMS, {
    example: ["S1"],
  }),
  late("cf.llm.prompt.injection_score", Int, "1 (certainly an injection) to 99; 100: not scored.", 100, {
    example: 80,
  }),
  late("cf.llm.prompt.token_count", Int, "Estimated tokens of the prompt.", 0, { example: 300 }),
  late(
    "cf.llm.prompt.custom_topic_categories",
    mapOf(Int),
    "Relevance of the operator's own topics.",
    NO_ENTRIES,
    {
      example: { weather: 70 },
    },
  ),
  late(
    "cf.appsec.request.failed_detections",
    arrayOf(Bytes),
    "Names of the detectors that failed.",
    NO_ITEMS,
    {
      example: ["waf_credential_check"],
    },
  ),
  early("cf.intel.ip.datasets", arrayOf(Bytes), "Data sets that flagged the client's address.", NO_ITEMS, {
    example: ["ddos"],
  }),
  early("cf.intel.ip.target_industries", arrayOf(Bytes), "Industries that the address attacked.", NO_ITEMS, {
    example: ["Automotive"],
  }),
  early("cf.intel.ip.attacker_names", arrayOf(Bytes), "Attackers that used the address.", NO_ITEMS, {
    example: ["A1"],
  }),
  early(
    "cf.intel.ip.attacker_countries",
    arrayOf(Bytes),
    "Countries of those attackers, by ISO 3166-1.",
    NO_ITEMS,
    { example: ["FR"] },
  ),
  early(
    "cf.intel.ip.target_countries",
    arrayOf(Bytes),
    "Countries that the address attacked, by ISO 3166-1.",
    NO_ITEMS,
    { example: ["DE"] },
  ),
  late(
    "cf.waf.signature.request.categories",
    arrayOf(Bytes),
    "Categories of the attack signatures that matched.",
    NO_ITEMS,
    { example: ["sqli"] },
  ),
  late(
    "cf.waf.signature.request.confidence",
    arrayOf(Bytes),
    "Confidence of those signatures: `high` or `low`.",
    NO_ITEMS,
    { example: ["high"] },
  ),
  late("cf.waf.signature.request.refs", arrayOf(Bytes), "Identifiers of those signatures.", NO_ITEMS, {
    example: ["r1"],
  }),
  early("cf.api_gateway.auth_id_present", Bool, "Whether the request carries a session identifier.", false),
  late(
    "cf.api_gateway.request_violates_schema",
    Bool,
    "Whether the request breaks its endpoint's schema.",
    false,
  ),
  late(
    "cf.api_gateway.graphql.query_size",
    Int,
    "Leaves of the request's GraphQL query: the fields without fields of their own.",
    0,
    { example: 12 },
  ),
  late("cf.api_gateway.graphql.query_depth", Int, "The deepest level of such a leaf.", 0, { example: 3 }),
  late("cf.api_gateway.graphql.parsed_successfully", Bool, "Whether the query could be parsed.", false),
  early("cf.api_gateway.fallthrough_detected", Bool, "Whether the request fits no known endpoint.", false),
  late(
    "cf.schema_validation.uploaded.violated",
    Bool,
    "Whether the request breaks the uploaded schema.",
    false,
  ),
  late(
    "cf.schema_validation.learned.violated",
    Bool,
    "Whether the request breaks the learned schema.",
    false,
  ),
  early("cf.sequence.current_op", Bytes, "The API operation that the request calls.", "", { example: "op1" }),
  early("cf.sequence.previous_ops", arrayOf(Bytes), "Operations that the session called before.", NO_ITEMS, {
    example: ["op0"],
  }),
  early("cf.sequence.msec_since_op", mapOf(Int), "Milliseconds since each of those operations.", NO_ENTRIES, {
    example: { op0: 800 },
  }),
];
