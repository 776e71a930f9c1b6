import { afterAll, expect, test } from "vitest";
import { compare, isRefused } from "./compare.ts";
import { multipartBodies } from "./multipart.ts";
import { stopPrograms } from "./programs.ts";

afterAll(stopPrograms);

test.each([[1], [2]])("what readers hand over is seen or refused: multipart, seed %i", async (seed) => {
  const { passed, differences } = await compare(multipartBodies, 1000, seed);
  expect(differences).toEqual([]);
  // Refusing everything would do too.
  expect(passed).toBeGreaterThan(100);
});

test("a comparison finds what rules do not see", async () => {
  const body = '--b\r\nContent-Disposition: form-data; name="q"\r\n\r\nx\r\n--b--\r\n';
  const sent = { type: "multipart/form-data; boundary=b", body };
  expect(await isRefused(sent)).toBe(false);
  for (const reader of multipartBodies.readers) {
    const { texts } = await reader.read(sent);
    // PHP changes names, which are left out therefore.
    const expected = reader.name === "PHP multipart" ? ["x"] : ["q", "x"];
    expect([reader.name, texts.map(({ text }) => text)]).toEqual([reader.name, expected]);
  }
});
