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
