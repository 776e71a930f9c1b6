import { RE2JS } from "re2js";
import type { Budget } from "../values/budget.ts";
import { utf8Decode } from "../values/bytes.ts";
import type { CompiledPattern, PatternEngine, PatternResult } from "./engine.ts";
import { toByteOffsets } from "./engine-output.ts";
import { type PortablePattern, portablePattern } from "./portable.ts";

/** Patterns of the portable subset on re2js, a port of RE2 to JavaScript. */
export const re2jsEngine: PatternEngine = {
  name: "re2js",
  dialect: "portable",
  compile(source: string): PatternResult {
    const portable = portablePattern(source);
    if (!portable.ok) return portable;
    try {
      return { ok: true, pattern: new Re2jsPattern(source, portable.value) };
    } catch (error) {
      // The subset was checked before, so what is left is a limit of the engine.
      const reason = error instanceof Error ? error.message : String(error);
      return {
        ok: false,
        fault: {
          code: "E_REGEX_LIMIT",
          message: `the engine re2js refused the pattern: ${reason}`,
          start: 0,
          end: source.length,
        },
      };
    }
  },
};

class Re2jsPattern implements CompiledPattern {
  readonly source: string;
  readonly engine = "re2js";
  readonly groupCount: number;
  readonly #regexp: RE2JS;
  readonly #unicode: boolean;

  constructor(source: string, portable: PortablePattern) {
    this.source = source;
    this.groupCount = portable.groupCount;
    this.#unicode = portable.unicode;
    this.#regexp = RE2JS.compile(portable.text);
  }

  test(subject: string, budget?: Budget): boolean {
    if (budget !== undefined && !budget.spend(subject.length)) return false;
    const text = this.#unicode ? utf8Decode(subject) : subject;
    return text !== undefined && this.#regexp.matcher(text).find();
  }

  exec(subject: string, budget?: Budget): readonly number[] | undefined {
    if (budget !== undefined && !budget.spend(subject.length)) return undefined;
    const text = this.#unicode ? utf8Decode(subject) : subject;
    if (text === undefined) return undefined;
    const matcher = this.#regexp.matcher(text);
    if (!matcher.find()) return undefined;
    const offsets: number[] = [];
    for (let group = 0; group <= this.groupCount; group++)
      offsets.push(matcher.start(group), matcher.end(group));
    return this.#unicode ? toByteOffsets(text, offsets) : offsets;
  }

  /** Nothing to free: all memory is the JavaScript heap's. */
  dispose(): void {}
}
