import fc from "fast-check";
import { expect, test } from "vitest";
import { CLIENTS, writeForm, writtenForms } from "../../support/multipart-clients.ts";
import { managedWaf, matchesOf, send } from "./support.ts";

const waf = managedWaf({}, "request");
const matches = ({ type, body }: { readonly type: string; readonly body: string }) =>
  matchesOf(waf, send(type, Buffer.from(body, "latin1")));

const EXAMPLE = [
  { name: "title", value: "Grüße" },
  { name: "files[]", value: "\x89PNG\r\n\x1a\n\0\r\n--", filename: "Übersicht (1).png" },
  { name: "note", value: "" },
];

test.each(Object.entries(CLIENTS))("a form as %s writes it passes", (_name, client) => {
  expect(matches(writeForm(client, EXAMPLE))).toEqual([]);
});

test("5,000 forms as clients write them pass", () => {
  const refused = fc
    .sample(writtenForms, { numRuns: 5000, seed: 1 })
    .map((form) => ({ form, by: matches(form) }))
    .filter(({ by }) => by.length > 0);
  expect(refused).toEqual([]);
});

/** Bytes that look random, the same at every run. */
function noise(length: number): string {
  let state = 12_345;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return String.fromCharCode(state >>> 24);
  }).join("");
}

// As Python's requests sends a file that was opened for it.
test.each<[name: string, content: string, refused: boolean]>([
  ["a photo of 300 KB", `\xff\xd8\xff\xe0${noise(300_000)}`, false],
  ["bytes without a signature", noise(300_000), false],
  ["a text", "hello", false],
  ["a text that attacks", "<script>alert(document.cookie)</script>", true],
  [
    "a text that attacks amid bytes",
    `${noise(2000)}<script>alert(document.cookie)</script>${noise(2000)}`,
    true,
  ],
])("a file without a media type: %s", (_name, content, refused) => {
  const head = 'Content-Disposition: form-data; name="f"; filename="f.bin"';
  const body = `--b\r\n${head}\r\n\r\n${content}\r\n--b--\r\n`;
  expect(matches({ type: "multipart/form-data; boundary=b", body }).length > 0).toBe(refused);
});
