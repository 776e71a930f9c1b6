/** The levels of a configuration, outermost first: in each phase they judge in this order. */
export const LAYERS = [
  { name: "account", kind: "root" },
  { name: "zone", kind: "zone" },
] as const;

/** Whose entry point a rule was reached from: `account` for kind `root`, `zone` for kind `zone`. */
export type Layer = (typeof LAYERS)[number]["name"];

/** Kinds of rulesets that a phase begins with, one of each; the other kinds are executed by these. */
export type EntryPointKind = (typeof LAYERS)[number]["kind"];

/** The level that faults of the engine itself are told under. */
export const OUTERMOST: Layer = LAYERS[0].name;

const ALL_LAYERS = (1 << LAYERS.length) - 1;

/** A bit of its own for each level, the outermost first. */
export function layerBit(layer: Layer): number {
  return 1 << LAYERS.findIndex(({ name }) => name === layer);
}

/** The levels that something standing in one of them reaches, as bits. */
export function layersReached(bit: number, scope: "layer" | "below" | "all"): number {
  switch (scope) {
    case "layer":
      return bit;
    case "below":
      return ALL_LAYERS & ~(bit - 1);
    case "all":
      return ALL_LAYERS;
  }
}

/** Whether rulesets of that kind begin a phase, instead of being executed. */
export function isEntryPoint(kind: string): kind is EntryPointKind {
  return LAYERS.some((layer) => layer.kind === kind);
}
