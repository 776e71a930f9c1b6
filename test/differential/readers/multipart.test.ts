import { expect, test } from "vitest";
import { compare, isRefused } from "./compare.ts";
import { multipartBodies } from "./multipart.ts";

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
    expect([reader.name, texts]).toEqual([
      reader.name,
      [
        { text: "q", part: true },
        { text: "x", part: false },
      ],
    ]);
  }
});
