import { describe, expect, test } from "vitest";
import { available } from "../../support/available.ts";
import { PYTHON, runXml } from "./xml.ts";

describe("readers of XML", () => {
  test("show nothing that ours does not, or ours reports why", () => {
    const report = runXml(2000, 20_261);
    expect(report.differences).toEqual([]);
    const readers = ["fast-xml-parser", "saxes"];
    if (available(PYTHON !== undefined, "Python with expat")) readers.push("expat");
    for (const reader of readers) expect(report.accepted.get(reader)).toBeGreaterThan(1000);
    // Strict readers take no document that ours reads otherwise, but for bytes that are no text and unknown entities.
    const strict = [...report.refused.keys()].filter((key) => !key.startsWith("fast"));
    const known = ["xml_invalid_utf8", "xml_unknown_entity", "xml_no_markup"];
    for (const key of strict) expect(known).toContain(key.split(" ")[1]);
  });
});
