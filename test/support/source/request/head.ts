// What tests use of src/request/head.
export { acceptedLanguages } from "../../../../src/request/head/accept-language.ts";
export { clientAddress, parseNode } from "../../../../src/request/head/client-address.ts";
export { COOKIE_ANOMALIES, parseCookies } from "../../../../src/request/head/cookies.ts";
export { type GeoDatabase, lookupGeo, mmdbDatabase } from "../../../../src/request/head/geo.ts";
export { HEADER_ANOMALIES, Headers, headerAnomalies } from "../../../../src/request/head/headers.ts";
export { groupByName, hasMorePieces, splitPairs } from "../../../../src/request/head/pairs.ts";
export {
  authorityKeyIdentifier,
  certificateText,
  chainText,
  legacyName,
  subjectKeyIdentifier,
} from "../../../../src/request/head/tls.ts";
export {
  normalizePath,
  pathExtension,
  splitTarget,
  URI_ANOMALIES,
  uriAnomalies,
} from "../../../../src/request/head/uri.ts";
