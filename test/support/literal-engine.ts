import type { PatternEngine } from "./source/language/pattern.ts";

/** A pattern port that takes every pattern for plain text: enough where patterns are not what is tested. */
export const literalEngine: PatternEngine = {
  name: "literal",
  dialect: "full",
  compile: (source) => {
    if (source === "(") {
      return { ok: false, fault: { code: "E_INVALID_REGEX", message: "unclosed group", start: 0, end: 1 } };
    }
    const exec = (subject: string): readonly number[] | undefined => {
      const start = subject.indexOf(source);
      return start === -1 ? undefined : [start, start + source.length];
    };
    const pattern = {
      source,
      engine: "literal",
      groupCount: 0,
      exec,
      test: (subject: string) => subject.includes(source),
      dispose: () => undefined,
    };
    return { ok: true, pattern };
  },
};
