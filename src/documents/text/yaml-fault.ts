import type { Span } from "../../language/diagnostics/source.ts";

/** What is wrong with a text, and what to write instead. */
export interface ToldFault {
  readonly message: string;
  readonly hint?: string;
}

const QUOTE =
  "put the expression in single quotes, or write it as a block: `expression: >-` with the text indented below";
const ALIGN = "align it with the members above it, with spaces";

/** Whether what follows such a fault is known to be read wrongly. */
export function isStructural(code: string): boolean {
  return code !== "BAD_DQ_ESCAPE" && code !== "BAD_SCALAR_START";
}

/** The complaint of the YAML reader in the words of this document. */
export function yamlFault(code: string, message: string, span: Span, text: string): ToldFault {
  const lineStart = text.lastIndexOf("\n", span.start - 1) + 1;
  const before = text.slice(lineStart, span.start);
  const [line = ""] = text.slice(lineStart, lineStart + 200).split("\n", 1);
  const char = text[span.start] ?? "";
  switch (code) {
    case "UNEXPECTED_TOKEN":
      return unexpected(message, before, char);
    case "BLOCK_AS_IMPLICIT_KEY":
      return {
        message: "a value without quotes cannot contain `: `",
        hint: /\bexpression:\s/.test(line) ? QUOTE : "put the value in quotes",
      };
    case "BAD_DQ_ESCAPE": {
      const sequence = /\\./.exec(text.slice(Math.max(0, span.start - 1), span.start + 2))?.[0] ?? "\\";
      return {
        message: `\`${sequence}\` is not an escape in double quotes`,
        hint: `write \`\\${sequence}\`, or put the value in single quotes, which have no escapes`,
      };
    }
    case "BAD_SCALAR_START":
      return {
        message: `a value without quotes cannot begin with \`${char}\``,
        hint: "put the value in quotes",
      };
    case "TAB_AS_INDENT":
      return { message: "a tab cannot indent", hint: "indent with spaces" };
    case "MULTILINE_IMPLICIT_KEY":
      return {
        message: "a member is a name, a colon and a space: `name: value`",
        hint: "is the colon or the space missing?",
      };
    case "BLOCK_IN_FLOW":
      return {
        message:
          "inside `{…}` a value without quotes cannot contain `: `, and members are separated by commas",
        hint: QUOTE,
      };
    case "MISSING_CHAR":
      return missing(message);
    case "BAD_INDENT":
      return indented(message, before);
    default:
      return { message: lowerFirst(message.split("\n")[0] ?? "the YAML cannot be read") };
  }
}

function unexpected(message: string, before: string, char: string): ToldFault {
  const isClosed = /"\s*$|'\s*$/.test(before.slice(0, -1)) || /["']$/.test(before);
  if (/^[^'"]*\{/.test(before) && "[]{},*\"'".includes(char) && char !== "" && /at node end/.test(message))
    return {
      message: `\`${char}\` ends the value here: inside \`{…}\` a value without quotes cannot contain \`[\`, \`]\`, \`{\`, \`}\` and \`,\``,
      hint: QUOTE,
    };
  if (isClosed && /at node end/.test(message)) {
    const quote = /["'](?=[^"']*$)/.exec(before)?.[0] ?? '"';
    return {
      message: `the value ends at the quote \`${quote}\` before this`,
      hint:
        quote === '"'
          ? `put the expression in single quotes, or write \`\\"\` for a quote in double ones`
          : "inside single quotes, write `''` for a quote; strings in expressions use double quotes",
    };
  }
  if (/in YAML stream/.test(message) && (char === "}" || char === "]"))
    return {
      message: `\`${char}\` has no opening counterpart`,
      hint: "remove it, or put the value in quotes",
    };
  return { message: "this does not belong to the value before it", hint: "put the whole value in quotes" };
}

function missing(message: string): ToldFault {
  if (/closing "/.test(message))
    return {
      message: "a text in double quotes is not closed",
      hint: 'write `"` at its end, and `\\"` inside of it',
    };
  if (/closing '/.test(message))
    return {
      message: "a text in single quotes is not closed",
      hint: "write `'` at its end, and `''` inside of it",
    };
  if (/between flow/.test(message))
    return {
      message: "a comma is missing before this, or the value before it, which a comma ended, needs quotes",
      hint: QUOTE,
    };
  if (/Sequence item/.test(message))
    return { message: "this line is indented less than the item that it belongs to", hint: ALIGN };
  return { message: lowerFirst(message.split("\n")[0] ?? "") };
}

function indented(message: string, before: string): ToldFault {
  if (/^Flow (map|seq)/.test(message)) {
    const [opened, closed] = message.startsWith("Flow map") ? ["{", "}"] : ["[", "]"];
    return before.trim() === ""
      ? { message: `\`${opened}\` is not closed before this`, hint: `write \`${closed}\` at its end` }
      : { message: `\`${opened}\` is not closed before this`, hint: QUOTE };
  }
  return { message: "this line is not aligned with the members above it", hint: ALIGN };
}

function lowerFirst(message: string): string {
  return message.slice(0, 1).toLowerCase() + message.slice(1);
}
