// What tests use of src/request/body.
export { mayHoldBase64 } from "../../../../src/request/body/base64-runs.ts";
export { decodedTexts } from "../../../../src/request/body/base64-texts.ts";
export { isBinaryFile } from "../../../../src/request/body/binary-file.ts";
export { BODY_ANOMALIES, hasNoBody, ParsedBody } from "../../../../src/request/body/body.ts";
export { charsetOf, detectUnicode } from "../../../../src/request/body/charset.ts";
export { type ContentDecoder, undoRequestCodings } from "../../../../src/request/body/codings.ts";
export { flatValues } from "../../../../src/request/body/flat-values.ts";
export { JSON_ANOMALIES, parseJson } from "../../../../src/request/body/json.ts";
export { parseParameters } from "../../../../src/request/body/media-type.ts";
export { sniffMediaType } from "../../../../src/request/body/mime.ts";
export { parseMultipart } from "../../../../src/request/body/multipart.ts";
export { MULTIPART_ANOMALIES } from "../../../../src/request/body/multipart-anomalies.ts";
export { mayNest, NestedSearch } from "../../../../src/request/body/nested.ts";
export { parseXml } from "../../../../src/request/body/xml.ts";
export { declaredXmlEncoding } from "../../../../src/request/body/xml-declaration.ts";
export { XML_ANOMALIES } from "../../../../src/request/body/xml-entities.ts";
export { isAllRead } from "../../../../src/request/body/xml-faults.ts";
export { xmlMarkup } from "../../../../src/request/body/xml-markup.ts";
