/**
 * Where document types are published that documents name by their URL alone. No parser that loads one from there lets the sender
 * say what is in it.
 */
const PUBLISHERS =
  /^https?:\/\/(?:xml\.cxml\.org|www\.w3\.org|www\.iptc\.org|cobertura\.sourceforge\.net|java\.sun\.com|www\.hibernate\.org|checkstyle\.org)\//;

/** An address, or a name that only resolves inside. */
const INSIDE =
  /^(?:(?:file|ftp|gopher|php|expect|jar|netdoc|data):|https?:\/\/(?:[\d.]+(?:[:/]|$)|0x|\[|[^/.:]*(?:[:/]|$)))/;

/** Whether the sender chose where a document type is. @param identifier a system identifier in lower case. */
export function isForeign(identifier: string): boolean {
  if (identifier === "" || identifier === "about:legacy-compat") return false;
  return !PUBLISHERS.test(identifier) && !BESIDE.test(identifier);
}

/** A name for a catalogue, or a file beside the document or above it: `urn:x:fonts.dtd`, `../note.dtd`. */
const BESIDE = /^(?:urn:[\w:.-]{1,200}|(?:\.\.?\/){0,3}(?:[\w-][\w.-]{0,60}\/){0,4}[\w-][\w.-]{0,60}\.dtd)$/;

/** Whether an identifier reads a file, or asks a host that only the server reaches. */
export function isInside(identifier: string): boolean {
  return INSIDE.test(identifier);
}

/** Whether a public identifier is one of those that catalogues hold: an owner, then the class of what is named. */
export function isFormal(identifier: string): boolean {
  return /^(?:[-+]\/\/|iso[ /]).{0,200}\b(?:dtd|entities|elements|document|schema)\b|^urn:/.test(
    identifier.trim(),
  );
}
