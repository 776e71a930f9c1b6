// Differences that are known and meant, each for a reason. The runner prints them; docs/reliability.md lists them.
import type { Difference } from "./compare.ts";
import { formsOf } from "./texts.ts";

export interface Explained {
  readonly name: string;
  readonly reason: string;
  /** As narrow as can be. `seen` holds the texts that rules see. */
  readonly applies: (difference: Difference, seen: readonly string[]) => boolean;
}

const isOfCookies = (reader: string): boolean => /cookie/.test(reader);

export const EXPLAINED: readonly Explained[] = [
  {
    name: "quotes round a cookie",
    reason: "a value in quotes without escapes is seen with its quotes",
    applies: ({ reader, text }, seen) =>
      isOfCookies(reader) && formsOf(text).some((form) => seen.some((one) => one.includes(`"${form}"`))),
  },
  {
    name: "blanks round a cookie",
    reason: "white space around an equals sign is part of the name or the value",
    applies: ({ reader, text }, seen) =>
      isOfCookies(reader) && formsOf(text).some((form) => seen.some((one) => one.trim() === form.trim())),
  },
  {
    name: "number sign in a query",
    reason: "what a client sends behind # in a target is part of the query, and of its last value or name",
    applies: ({ sent, text }, seen) =>
      sent.target?.includes("#") === true &&
      formsOf(text).some((form) => seen.some((one) => one.startsWith(`${form}#`))),
  },
  {
    name: "a string of JSON under a form's type",
    reason: "a form that is one string of JSON without escapes is seen with its quotes",
    applies: ({ reader, text, sent }, seen) =>
      /json/i.test(reader) &&
      /urlencoded/i.test(sent.type + (sent.furtherTypes ?? [])) &&
      formsOf(text).some((form) => seen.some((one) => one.includes(`"${form}"`))),
  },
  {
    name: "blanks between cookies",
    reason: "Python ends a cookie at white space too: it is seen as part of the value in front of it",
    applies: ({ reader, text, sent }, seen) =>
      reader === "python3 cookies" &&
      /[\t ]/.test(sent.cookie ?? "") &&
      formsOf(text).some((form) => seen.some((one) => one.includes(form))),
  },
  {
    name: "plus signs of a form under another type",
    reason:
      "what is not declared as a form and does not begin as one is seen as one text, with its plus signs",
    applies: ({ text, sent }, seen) =>
      !/urlencoded/i.test(sent.type) &&
      text.includes(" ") &&
      formsOf(text.replaceAll(" ", "+")).some((form) => seen.some((one) => blank(one).includes(blank(form)))),
  },
];

const blank = (text: string): string => text.replaceAll("+", " ");
