import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { checkWord } from "../../language/diagnostics/option-values.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import type { RulesetPlan } from "../../rules/plan/plan.ts";
import type { PhaseCatalogue } from "../../rules/ruleset/phases.ts";

/** How a firewall treats the actions of rules: applies them, only reports them, or leaves the rules out. */
export type WafMode = "enforce" | "observe" | "off";

/** A part of a firewall that has a separate mode: one phase, by name or alias, or one ruleset, by id. */
export type ModePart =
  | { readonly phase: string; readonly ruleset?: undefined }
  | { readonly ruleset: string; readonly phase?: undefined };

/** The modes of a firewall and of its parts. */
export interface WafModes {
  /** Of the whole firewall. */
  readonly mode: WafMode;
  /** Phases with a mode of their own. */
  readonly phases: Readonly<Record<string, PartMode>>;
  /** Rulesets with a mode of their own. */
  readonly rulesets: Readonly<Record<string, PartMode>>;
}

/** A part that enforces has no mode of its own. */
export type PartMode = Exclude<WafMode, "enforce">;

export const WAF_MODES = ["enforce", "observe", "off"] as const;

/** Modes of phases and rulesets; a request looks at them only while there are any. */
export class PartModes {
  readonly phases: ReadonlyMap<string, PartMode>;
  readonly rulesets: ReadonlyMap<string, PartMode>;

  constructor(phases: ReadonlyMap<string, PartMode>, rulesets: ReadonlyMap<string, PartMode>) {
    this.phases = phases;
    this.rulesets = rulesets;
  }

  /** Of the two the one that does less decides. */
  of({ id, phase }: RulesetPlan): PartMode | undefined {
    const [first, second] = [this.phases.get(phase), this.rulesets.get(id)];
    return first === "off" || second === "off" ? "off" : (first ?? second);
  }
}

/** The modes of one firewall at one time. Requests keep those that they began with. */
export class Modes {
  readonly whole: WafMode;
  readonly parts: PartModes | undefined;

  constructor(whole: WafMode, parts?: PartModes) {
    this.whole = whole;
    this.parts = parts;
  }

  /**
   * The modes with one of them replaced.
   *
   * @param hasRuleset whether a ruleset of that id is in force.
   * @throws MisuseError `E_OPTION` for an unknown mode, `E_UNKNOWN_NAME` for a phase or a ruleset that does not exist.
   */
  with(
    mode: WafMode,
    part: ModePart | undefined,
    phases: PhaseCatalogue,
    hasRuleset: (id: string) => boolean,
  ): Modes {
    checkWord("mode", mode ?? null, WAF_MODES);
    if (part === undefined) return new Modes(mode, this.parts);
    // Plain JavaScript may pass anything.
    if (typeof part !== "object" || part === null) throw noPart();
    const byPhase = new Map(this.parts?.phases);
    const byRuleset = new Map(this.parts?.rulesets);
    if (part.ruleset !== undefined) {
      if (!hasRuleset(part.ruleset)) throw unknown("ruleset", part.ruleset, []);
      put(byRuleset, part.ruleset, mode);
    } else {
      if (part.phase === undefined) throw noPart();
      const phase = phases.get(part.phase)?.name;
      if (phase === undefined)
        throw unknown(
          "phase",
          part.phase,
          phases.phases.flatMap(({ name, aliases }) => [name, ...(aliases ?? [])]),
        );
      put(byPhase, phase, mode);
    }
    const isNone = byPhase.size + byRuleset.size === 0;
    return new Modes(this.whole, isNone ? undefined : new PartModes(byPhase, byRuleset));
  }

  facts(): WafModes {
    return {
      mode: this.whole,
      phases: Object.fromEntries(this.parts?.phases ?? []),
      rulesets: Object.fromEntries(this.parts?.rulesets ?? []),
    };
  }
}

/** The mode that a call has changed, and of what; undefined when all is as it was. */
export function changedMode(
  before: Modes,
  after: Modes,
  part: ModePart | undefined,
  phases: PhaseCatalogue,
):
  | { readonly mode: WafMode; readonly before: WafMode; readonly phase?: string; readonly ruleset?: string }
  | undefined {
  if (part === undefined)
    return before.whole === after.whole ? undefined : { mode: after.whole, before: before.whole };
  const { ruleset } = part;
  const phase = part.phase === undefined ? undefined : phases.get(part.phase)?.name;
  const of = ({ parts }: Modes): WafMode =>
    (ruleset === undefined ? parts?.phases.get(phase ?? "") : parts?.rulesets.get(ruleset)) ?? "enforce";
  if (of(before) === of(after)) return undefined;
  return {
    mode: of(after),
    before: of(before),
    ...(phase === undefined ? {} : { phase }),
    ...(ruleset === undefined ? {} : { ruleset }),
  };
}

function put(modes: Map<string, PartMode>, name: string, mode: WafMode): void {
  if (mode === "enforce") modes.delete(name);
  else modes.set(name, mode);
}

function noPart(): MisuseError {
  return new MisuseError(
    "E_OPTION",
    "a mode is set for one `phase`, for one `ruleset`, or for the whole firewall",
  );
}

function unknown(what: string, name: unknown, known: readonly string[]): MisuseError {
  const hint = didYouMean(String(name), known);
  return new MisuseError(
    "E_UNKNOWN_NAME",
    `there is no ${what} \`${String(name)}\` whose mode could be set${hint === undefined ? "" : `; ${hint}`}`,
  );
}
