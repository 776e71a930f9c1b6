import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../support/root.ts";

// Sentences that readers stumbled over (docs/wording.md); none of them comes back in a page or a message.
const WORDED_ANEW = [
  "the talk to the standard error",
  "makes warnings count",
  "judges rules files",
  "judge rules files",
  "A faulty configuration throws at the start",
  "requests meet an index of rules",
  "what handwritten JavaScript costs",
  "no rule objects",
  "counts for nothing, and",
  "What the proxy refuses by itself",
  "also blocks who sends nothing",
  "where you would have to think",
  "gets the decision and poses it",
  "is told of such faults",
  "(the company's)",
  "is left in peace",
  "What hosts must see to themselves",
  "are left alone, but for web shells",
  "that belongs into a request once",
  "Lessons join columns",
  "is no Int`",
  "a literal alone is no condition",
  "is none of the values that may stand here",
  "a lone `$` stands for nothing",
  "Reputation of old",
  "must stand here",
  "may stand here",
  "is told of such",
  "what becomes of longer bodies",
  "is believed; default none",
  "wins over files",
  "of the sender's choice",
  "is no HCL",
  "this is no document of rules",
  "closes nothing",
  "none of its rules can be said",
  "why it cannot be said",
  "which no configuration has",
  "a text that is missing is empty",
  "is the present, in seconds",
  "do not go together",
  "runs backwards",
  "forwarding headers are believed",
  "whatever the request says",
  "when nobody knows",
  "whatever becomes of",
  "for who looks for more",
  "What is wrong is told",
  "are judged when",
];

const FOLDERS = ["docs", "examples", "grammar", "src"];
const PAGE = /\.(?:md|ts|mjs|json|yaml)$/;

function pagesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && PAGE.test(entry.name) && entry.name !== "wording.md")
    .map((entry) => join(entry.parentPath, entry.name));
}

const top = readdirSync(root)
  .filter((name) => name.endsWith(".md") && name !== "CHANGELOG.md")
  .map((name) => join(root, name));
const texts = [...top, ...FOLDERS.flatMap(pagesBelow)].map(
  (path) => [path, readFileSync(path, "utf8").replaceAll(/\s+/g, " ")] as const,
);

test.each(WORDED_ANEW)("nothing says: %s", (words) => {
  expect(texts.filter(([, text]) => text.includes(words)).map(([path]) => path)).toEqual([]);
});
