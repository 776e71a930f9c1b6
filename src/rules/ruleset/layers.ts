/** The levels of a configuration, outermost first: each phase evaluates them in this order. */
export const LAYERS = [
  { name: "account", kind: "root" },
  { name: "zone", kind: "zone" },
] as const;

/** Whose entry point a rule was reached from: `account` for kind `root`, `zone` for kind `zone`. */
export type Layer = (typeof LAYERS)[number]["name"];

/** Kinds of rulesets that a phase begins with, one of each; the other kinds are executed by these. */
export type EntryPointKind = (typeof LAYERS)[number]["kind"];

/** The level for faults of the engine itself. */
export const OUTERMOST: Layer = LAYERS[0].name;

/** The kind of its rulesets. */
export const OUTERMOST_KIND: EntryPointKind = LAYERS[0].kind;

const ALL_LAYERS = (1 << LAYERS.length) - 1;

const OUTERMOST_BIT = 1;

/** Of mandatory rules of the outermost layer, which rules of lower levels do not affect. */
const MANDATORY_BIT = 1 << LAYERS.length;

/** A bit of its own for each level, the outermost first, and one for mandatory rules. */
export function layerBit(layer: Layer, mandatory = false): number {
  return mandatory ? MANDATORY_BIT : 1 << LAYERS.findIndex(({ name }) => name === layer);
}

/** The levels that a rule of one level affects, as bits. Only the outermost level affects its mandatory rules. */
export function layersReached(bit: number, scope: "layer" | "below" | "all"): number {
  const isOutermost = bit === OUTERMOST_BIT || bit === MANDATORY_BIT;
  const own = isOutermost ? OUTERMOST_BIT : bit;
  const mandatory = isOutermost ? MANDATORY_BIT : 0;
  switch (scope) {
    case "layer":
      return own | mandatory;
    case "below":
      return (ALL_LAYERS & ~(own - 1)) | mandatory;
    case "all":
      return ALL_LAYERS | mandatory;
  }
}

/** The bits of the outermost level's rules, mandatory or not. */
export function isOutermostBit(bit: number): boolean {
  return bit === OUTERMOST_BIT || bit === MANDATORY_BIT;
}

/** Whether rulesets of that kind begin a phase, instead of being executed. */
export function isEntryPoint(kind: string): kind is EntryPointKind {
  return LAYERS.some((layer) => layer.kind === kind);
}
