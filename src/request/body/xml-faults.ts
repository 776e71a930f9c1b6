import type { XmlBody } from "./xml.ts";
import type { XmlAnomaly } from "./xml-entities.ts";

/** Whether all of a text is in the values, save tags. */
export function isAllRead({ error, anomalies }: XmlBody): boolean {
  return error === "" && !anomalies.some((anomaly) => UNSEEN_MARKUP.includes(anomaly));
}

/** What makes the reader pass over text, or take text for markup. */
const UNSEEN_MARKUP: readonly XmlAnomaly[] = [
  "xml_malformed_doctype",
  "xml_stray_markup",
  "xml_malformed_name",
  "xml_malformed_attribute",
  "xml_mismatched_tag",
  "xml_unclosed_element",
  "xml_unclosed_markup",
];

/** What no reader takes that wants well-formed XML. */
const MALFORMED: readonly XmlAnomaly[] = [
  "xml_malformed_reference",
  "xml_stray_ampersand",
  "xml_stray_markup",
  "xml_malformed_name",
  "xml_malformed_attribute",
  "xml_duplicate_attribute",
  "xml_mismatched_tag",
  "xml_text_outside_root",
  "xml_several_roots",
];

/**
 * Whether it is the text that is at fault, and not how much of it is read: of other markup, whose elements need no end, the
 * depth says nothing.
 */
export function isNoXml({ error, anomalies }: XmlBody): boolean {
  if (error === "xml_no_markup") return true;
  return error === "xml_too_deep" && anomalies.some((anomaly) => MALFORMED.includes(anomaly));
}

/**
 * Whether a reader that wants well-formed XML takes the text, save for a limit.
 *
 * @param isCut whether the text ends before what was sent does
 */
export function isWellFormed({ error, anomalies }: XmlBody, isCut: boolean): boolean {
  if (error === "xml_no_markup" || anomalies.some((anomaly) => MALFORMED.includes(anomaly))) return false;
  return isCut || !anomalies.some((anomaly) => UNSEEN_MARKUP.includes(anomaly));
}
