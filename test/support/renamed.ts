import {
  type ActionDefinition,
  createWaf,
  type EventSink,
  PhaseCatalogue,
  type PhaseDefinition,
  type RulesetDocument,
  STANDARD_PHASES,
  standardActions,
  type Transaction,
  type Waf,
  type WafConfig,
  type WafOptions,
} from "./source/index.ts";

// Every standard action and phase, declared again by an embedder under a name that the engine has never heard of. A
// firewall with these must decide as one with the standard names does: whatever it asks, it asks the declaration.

/** As long as the standard name, so that the places of a document's parts stay. */
const other = (name: string): string => name.toUpperCase();

const ACTION_NAMES = new Map(standardActions.map(({ name }) => [name, other(name)]));
const PHASE_NAMES = new Map(
  STANDARD_PHASES.flatMap(({ name, aliases = [] }) => [name, ...aliases].map((word) => [word, other(word)])),
);
const BACK = new Map([...ACTION_NAMES, ...PHASE_NAMES].map(([name, renamed]) => [renamed, name]));

const actionName = (name: string): string => ACTION_NAMES.get(name) ?? name;
const phaseName = (name: string): string => PHASE_NAMES.get(name) ?? name;

/** An action under its other name; an embedder's own keeps its name, and stands in the renamed phases. */
export function renamedAction(action: ActionDefinition): ActionDefinition {
  return {
    ...action,
    name: actionName(action.name),
    ...(action.phases === undefined ? {} : { phases: action.phases.map(phaseName) }),
  };
}

export function renamedPhase(phase: PhaseDefinition): PhaseDefinition {
  return {
    ...phase,
    name: phaseName(phase.name),
    actions: phase.actions.map(actionName),
    ...(phase.aliases === undefined ? {} : { aliases: phase.aliases.map(phaseName) }),
  };
}

/** A document that says the same with the other names: rulesets name phases, rules name actions and phases. */
export function renamedDocument(value: unknown): unknown {
  return translate(value, (member, text) => {
    if (member === "action") return actionName(text);
    return member === "phase" || member === "phases" ? phaseName(text) : text;
  });
}

/** Anything the firewall says, with the standard names again, in messages too. */
export function standardNames<T>(value: T): T {
  return translate(value, (_member, text) =>
    text.replace(/\b[A-Z][A-Z0-9_]+\b/g, (word) => BACK.get(word) ?? word),
  ) as T;
}

/** Copies plain data; `member` is the name that a text stands under, in an array that of the array. */
function translate(value: unknown, word: (member: string, text: string) => string, member = ""): unknown {
  if (typeof value === "string") return word(member, value);
  if (Array.isArray(value)) return value.map((item) => translate(item, word, member));
  if (typeof value !== "object" || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  const copy: Record<string, unknown> = Object.create(prototype);
  for (const [name, item] of Object.entries(value)) {
    Object.defineProperty(copy, name, {
      value: translate(item, word, name),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return copy;
}

/** The same in a document's text, JSON, YAML or Terraform's. */
export function renamedText(text: string): string {
  return text
    .replace(
      /(\baction\b"?\s*[:=]\s*"?)(\w+)/g,
      (_all, head: string, word: string) => head + actionName(word),
    )
    .replace(/(\bphase\b"?\s*[:=]\s*"?)(\w+)/g, (_all, head: string, word: string) => head + phaseName(word))
    .replace(
      /(\bphases\b"?\s*[:=]\s*\[)([^\]]*)/g,
      (_all, head: string, words: string) => head + words.replace(/\w+/g, phaseName),
    );
}

type Catalogues = Pick<WafOptions, "actions" | "phases">;

export function renamedCatalogues<T extends Catalogues>(options: T): T & Required<Catalogues> {
  return {
    ...options,
    actions: (options.actions ?? standardActions).map(renamedAction),
    phases: new PhaseCatalogue((options.phases?.phases ?? STANDARD_PHASES).map(renamedPhase)),
  };
}

export function renamedOptions(options: WafOptions): WafOptions {
  return {
    ...renamedCatalogues(options),
    ...(options.managed === undefined
      ? {}
      : { managed: renamedDocument(options.managed) as readonly RulesetDocument[] }),
    ...(options.events === undefined ? {} : { events: options.events.map(renamedSink) }),
  };
}

function renamedSink(sink: EventSink): EventSink {
  return new Proxy(sink, {
    get: (target, name) =>
      name === "write"
        ? (event: Parameters<EventSink["write"]>[0]) => target.write(standardNames(event))
        : Reflect.get(target, name),
  });
}

/** A firewall that is given and gives the standard names, and knows only the other ones. */
export function renamedWaf(config: WafConfig, options: WafOptions = {}): Waf {
  return speakingStandard(createWaf(renamedDocument(config) as WafConfig, renamedOptions(options)));
}

/** Methods that take a configuration. */
const TAKES_CONFIG = new Set<PropertyKey>(["update"]);

function speakingStandard<T extends Waf | Transaction>(inner: T): T {
  return new Proxy(inner, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...given: readonly unknown[]) => {
        const [first, ...rest] = given;
        const result: unknown = Reflect.apply(
          member,
          target,
          TAKES_CONFIG.has(name) ? [renamedDocument(first), ...rest] : given,
        );
        if (name === "begin") return speakingStandard(result as Transaction);
        return result instanceof Promise ? result.then(standardNames) : standardNames(result);
      };
    },
  });
}
