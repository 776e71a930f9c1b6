// What tests use of src/request/head.
export { acceptedLanguages } from "../../../../src/request/accept-language.ts";
export { clientAddress, parseNode } from "../../../../src/request/client-address.ts";
export { COOKIE_ANOMALIES, parseCookies } from "../../../../src/request/cookies.ts";
export { type GeoDatabase, lookupGeo, mmdbDatabase } from "../../../../src/request/geo.ts";
export { HEADER_ANOMALIES, Headers, headerAnomalies } from "../../../../src/request/headers.ts";
export { groupByName, splitPairs } from "../../../../src/request/pairs.ts";
export {
  authorityKeyIdentifier,
  certificateText,
  chainText,
  legacyName,
  subjectKeyIdentifier,
} from "../../../../src/request/tls.ts";
export {
  normalizePath,
  pathExtension,
  splitTarget,
  URI_ANOMALIES,
  uriAnomalies,
} from "../../../../src/request/uri.ts";
