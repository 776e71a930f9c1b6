// Several hundred kinds of secrets, each in one of the ways in which such a text is sent, beside an attack: none is shown.
import { describe, expect, test } from "vitest";
import { createRedactor } from "../../support/source/engine/events.ts";
import { utf8Encode } from "../../support/source/language/values.ts";
import { leak, MARK, observer } from "./planted.ts";
import { CARRIERS, REQUESTS, TEXTS } from "./planted-kinds.ts";

const ATTACKS = ["", "; cat /etc/passwd", "<script>alert(1)</script>"];
const carriers = Object.entries(CARRIERS);

describe("a secret of any kind is in no output", () => {
  const observe = observer();
  const redact = createRedactor({ maxLength: 4096 });

  test("there are enough of them", () => {
    const texts = Object.values(TEXTS).reduce((sum, { length }) => sum + length, 0);
    expect(texts + Object.keys(REQUESTS).length).toBeGreaterThan(500);
  });

  test.each(Object.keys(TEXTS))("as a text: %s", async (kind) => {
    for (const [at, text] of (TEXTS[kind] ?? []).entries()) {
      // A sample: evaluating a request with reasons for everything takes long, and what follows takes all of them.
      if (at % 4 !== 0) continue;
      const [carrier = "", make] = carriers[(at / 4) % carriers.length] ?? [];
      const attack = ATTACKS[(at / 4) % ATTACKS.length] ?? "";
      const outputs = await observe(make?.(text, attack) ?? {});
      for (const [name, output] of Object.entries(outputs))
        expect(leak(output), `${name}: ${text} ${attack}, as ${carrier}`).toBeUndefined();
      expect(outputs["event"]).not.toBe("[]");
    }
  });

  test.each(Object.keys(TEXTS))("as a value that is shown, with what stands around it: %s", (kind) => {
    for (const text of TEXTS[kind] ?? [])
      for (const attack of ATTACKS)
        for (const [field, key] of [
          ["http.request.uri.args", "q"],
          ["http.request.headers", "x-note"],
          ["http.request.body.raw", undefined],
        ] as const)
          expect(redact(field, key, utf8Encode(`${text} ${attack}`)), field).not.toContain(MARK);
  });

  test.each(Object.keys(REQUESTS))("as a part of a request: %s", async (place) => {
    const at = Object.keys(REQUESTS).indexOf(place);
    const outputs = await observe(REQUESTS[place]?.(ATTACKS[at % ATTACKS.length] ?? "") ?? {});
    for (const [name, output] of Object.entries(outputs)) expect(leak(output), name).toBeUndefined();
    expect(outputs["event"]).not.toBe("[]");
  });
});
