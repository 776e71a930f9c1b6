import { MisuseError } from "../../language/diagnostics/misuse.ts";

/** A stage in a request's life, as data. The array order of a catalogue is the order of evaluation. */
export interface PhaseDefinition {
  readonly name: string;
  readonly summary: string;
  readonly side: "request" | "response";
  /** Which fields exist: the scheme is narrowed to this phase. */
  readonly scheme: "request" | "body" | "response" | "response_body";
  /** Names of the actions that a rule may have here. */
  readonly actions: readonly string[];
  /** False: rules are kept and written back, and never evaluated. */
  readonly executed: boolean;
  /** An `allow` ends it, and a skip of `phases` may name it. */
  readonly security: boolean;
  /** Whether rulesets of kind `custom` may belong to it. */
  readonly custom: boolean;
  /** Other names that mean this phase. */
  readonly aliases?: readonly string[];
  /** Whether rulesets without a phase belong to it; at most one phase. */
  readonly default?: boolean;
  /**
   * A response phase that cannot change the answer: its rules are evaluated when the transaction ends, for the event.
   */
  readonly logs?: boolean;
  /** Its rules need a `ratelimit`, but for those whose action executes rulesets or skips. */
  readonly needsRateLimit?: boolean;
  /** Status of a block here if the rule has none. Default: 429 for a rule with a rate limit, 403 for others. */
  readonly blockStatus?: number;
  /** Name of this part of the firewall in events. Default: the first alias, else the name. */
  readonly service?: string;
}

/** A phase whose names, actions and other traits the compiler knows. */
export interface DeclaredPhase<Name extends string, Action extends string, Traits extends PhaseTraits>
  extends PhaseDefinition {
  readonly name: Name;
  readonly actions: readonly Action[];
  readonly aliases?: Traits extends { readonly aliases: infer Aliases extends readonly string[] }
    ? Aliases
    : never;
  readonly default?: Traits extends { readonly default: true } ? true : never;
  readonly needsRateLimit?: Traits extends { readonly needsRateLimit: true } ? true : never;
}

type PhaseTraits = Partial<Omit<PhaseDefinition, "name" | "summary" | "actions">>;

/** The challenges of a provider, by the names of their actions. */
export const CHALLENGE_KINDS = ["challenge", "js_challenge", "managed_challenge"] as const;
/** State that later rules read. */
const STATE = ["label", "set_variable"] as const;
const SECURITY = [
  "block",
  "drop",
  "tarpit",
  "log",
  "skip",
  "execute",
  "score",
  ...STATE,
  "allow",
  ...CHALLENGE_KINDS,
] as const;
const LIMIT = ["block", "drop", "tarpit", "log", "execute", "skip", ...STATE, ...CHALLENGE_KINDS] as const;

function phase<
  const Name extends string,
  const Action extends string,
  const Traits extends PhaseTraits = Readonly<Record<never, never>>,
>(
  name: Name,
  summary: string,
  actions: readonly Action[],
  traits?: Traits,
): DeclaredPhase<Name, Action, Traits>;
function phase(
  name: string,
  summary: string,
  actions: readonly string[],
  traits: PhaseTraits = {},
): PhaseDefinition {
  return Object.freeze({
    name,
    summary,
    service: traits.aliases?.[0] ?? name.replace(/^http_(?:request_)?/, ""),
    side: "request",
    scheme: "request",
    executed: true,
    security: false,
    custom: false,
    ...traits,
    actions,
  });
}

const onResponse = { side: "response", scheme: "response" } as const;
const onResponseBody = { side: "response", scheme: "response_body" } as const;
const carried = { executed: false } as const;

const PHASES = [
  phase("ddos_l4", "network-layer attacks", ["execute", "block", "log"], carried),
  phase("magic_transit", "network firewall", ["execute", "block", "log", "skip"], carried),
  phase("magic_transit_managed", "managed network firewall", ["execute", "block", "log", "skip"], carried),
  phase("magic_transit_ratelimit", "network rate limits", ["execute", "block", "log", "skip"], carried),
  phase("magic_transit_ids_managed", "network intrusion detection", ["execute", "block", "log"], carried),
  phase("http_request_sanitize", "URL normalisation", ["execute", "rewrite", ...STATE], { custom: true }),
  phase("http_request_dynamic_redirect", "single redirects", ["redirect", "execute", ...STATE], {
    custom: true,
  }),
  phase("http_request_transform", "rewrites of path and query", ["rewrite", "execute", ...STATE], {
    custom: true,
  }),
  phase(
    "http_request_api_gateway_early",
    "API gateway settings",
    ["execute", "block", "log", "score"],
    carried,
  ),
  phase(
    "http_config_settings",
    "settings for the host",
    ["set_config", "set_body_limits", "execute", ...STATE],
    {
      custom: true,
    },
  ),
  phase("http_request_origin", "choice of the origin", ["route", "execute", ...STATE], { custom: true }),
  phase(
    "ddos_l7",
    "HTTP attacks",
    ["execute", "block", "log", "ddos_dynamic", "force_connection_close", ...CHALLENGE_KINDS],
    carried,
  ),
  phase("http_request_firewall_custom", "custom rules", [...SECURITY, "rewrite"], {
    scheme: "body",
    security: true,
    custom: true,
    aliases: ["custom"],
    default: true,
  }),
  phase("http_ratelimit", "rate limits", LIMIT, {
    scheme: "body",
    security: true,
    custom: true,
    aliases: ["ratelimit"],
    needsRateLimit: true,
    blockStatus: 429,
  }),
  phase("http_request_api_gateway_late", "API gateway checks", ["execute", "block", "log", "score"], carried),
  phase("http_request_firewall_managed", "managed rulesets", [...SECURITY, "rewrite"], {
    scheme: "body",
    security: true,
    custom: true,
    aliases: ["managed"],
  }),
  phase("http_request_sbfm", "bot rules", SECURITY, {
    scheme: "body",
    security: true,
    custom: true,
    aliases: ["bot"],
  }),
  phase("http_request_redirect", "bulk redirects", ["redirect", "execute", ...STATE], { custom: true }),
  phase("http_request_late_transform", "request headers", ["rewrite", "execute", ...STATE], {
    scheme: "body",
    custom: true,
    aliases: ["request_transform"],
  }),
  phase("http_request_cache_settings", "cache settings", ["set_cache_settings", "execute"], carried),
  phase("http_request_snippets", "code snippets", ["execute"], carried),
  phase("http_request_cloud_connector", "cloud storage origins", ["execute"], carried),
  phase("http_custom_errors", "error pages", ["serve_error", "execute"], { ...onResponse, custom: true }),
  phase("http_response_headers_transform", "response headers", ["rewrite", "execute", ...STATE], {
    ...onResponse,
    custom: true,
  }),
  phase("http_response_firewall_headers", "custom rules on status and headers", SECURITY, {
    ...onResponse,
    security: true,
    custom: true,
    aliases: ["response_headers"],
  }),
  phase("http_response_firewall_body", "custom rules on the response body", SECURITY, {
    ...onResponseBody,
    security: true,
    custom: true,
    aliases: ["response_body"],
  }),
  phase(
    "http_response_cache_settings",
    "cache headers of responses",
    ["set_cache_settings", "set_cache_control", "set_cache_tags", "execute"],
    { ...onResponse, ...carried },
  ),
  phase("http_response_compression", "compression", ["compress_response", "execute"], {
    ...onResponse,
    ...carried,
  }),
  phase("http_response_firewall_managed", "sensitive data in responses", SECURITY, {
    ...onResponseBody,
    security: true,
    custom: true,
  }),
  phase("http_log_custom_fields", "fields of the log", ["log_custom_field", "execute"], {
    ...onResponseBody,
    custom: true,
    aliases: ["log"],
    logs: true,
  }),
] as const;

type DeclaredPhases = (typeof PHASES)[number];

type NamesOf<P extends DeclaredPhases> = P["name"] | NonNullable<P["aliases"]>[number];

/** The standard phases by name and alias. */
export type StandardPhases = { readonly [P in DeclaredPhases as NamesOf<P>]: P };

/** Names and aliases of the standard phases. */
export type StandardPhase = keyof StandardPhases;

/** Names and aliases of the phases with this trait. */
type PhasesWith<Trait extends "default" | "needsRateLimit"> = {
  [Name in StandardPhase]: true extends StandardPhases[Name][Trait] ? Name : never;
}[StandardPhase];

/** Name and alias of the phase of rulesets that name none. */
export type DefaultPhase = PhasesWith<"default">;

/** Names and aliases of the phases whose rules need a rate limit. */
export type LimitedPhase = PhasesWith<"needsRateLimit">;

/** Cloudflare's phases in their order, and two of our own that let custom rules see the response. */
export const STANDARD_PHASES: readonly PhaseDefinition[] = Object.freeze([...PHASES]);

/** Phases by name and alias, in order. */
export class PhaseCatalogue {
  readonly phases: readonly PhaseDefinition[];
  readonly #byName: ReadonlyMap<string, PhaseDefinition>;
  readonly #order: ReadonlyMap<string, number>;
  /** The phase of rulesets that name none. */
  readonly default: PhaseDefinition | undefined;

  /**
   * @throws MisuseError `E_DUPLICATE_NAME` when two phases claim one name, `E_DEFINITION` when the declaration of a
   *   phase contradicts itself or another's.
   */
  constructor(phases: readonly PhaseDefinition[] = STANDARD_PHASES) {
    const byName = new Map<string, PhaseDefinition>();
    for (const definition of phases) {
      const fault = contradictionOf(definition);
      if (fault !== undefined) {
        throw new MisuseError("E_DEFINITION", `the phase \`${definition.name}\` ${fault}`);
      }
      for (const word of [definition.name, ...(definition.aliases ?? [])]) {
        if (byName.has(word)) throw new MisuseError("E_DUPLICATE_NAME", `two phases are called \`${word}\``);
        byName.set(word, definition);
      }
    }
    const [first, second] = phases.filter((definition) => definition.default === true);
    if (first !== undefined && second !== undefined) {
      throw new MisuseError(
        "E_DEFINITION",
        `\`${first.name}\` and \`${second.name}\` cannot both be the default`,
      );
    }
    this.default = first;
    this.phases = Object.freeze([...phases]);
    this.#byName = byName;
    this.#order = new Map(phases.map((definition, at) => [definition.name, at]));
  }

  /** The phase of that name or alias. */
  get(word: string): PhaseDefinition | undefined {
    return this.#byName.get(word);
  }

  /** Position in the order of evaluation; undefined for a name that is no phase's own. */
  order(word: string): number | undefined {
    const found = this.#byName.get(word);
    return found === undefined ? undefined : this.#order.get(found.name);
  }

  names(): readonly string[] {
    return this.phases.map((definition) => definition.name);
  }

  /** Name of a phase in events; the name itself where there is no such phase. */
  serviceOf(word: string): string {
    const found = this.#byName.get(word);
    return found?.service ?? found?.aliases?.[0] ?? word;
  }
}

function contradictionOf(phase: PhaseDefinition): string | undefined {
  const { side, scheme, executed, security, blockStatus } = phase;
  if (side === "request" && (scheme === "response" || scheme === "response_body")) {
    return "is on the request's side, where fields of the response do not exist yet";
  }
  if (!executed) {
    if (security) return "is not executed, so it cannot be a security phase";
    if (phase.needsRateLimit === true) return "is not executed, so it cannot need rate limits";
    if (phase.logs === true) return "is not executed, so it cannot log";
  }
  if (phase.logs === true) {
    if (side === "request") return "logs, which only a phase on the response's side can";
    if (security) return "only logs, so it cannot be a security phase";
    if (phase.needsRateLimit === true) return "only logs, so it cannot need rate limits";
    if (blockStatus !== undefined) return "only logs, so it has no status to block with";
  }
  if (
    blockStatus !== undefined &&
    !(Number.isInteger(blockStatus) && blockStatus >= 400 && blockStatus <= 599)
  ) {
    return `blocks with status ${blockStatus}, which is not from 400 to 599`;
  }
  return undefined;
}

/** The standard phases; one object, so that firewalls can share what they read with it. */
export const STANDARD_CATALOGUE = /* @__PURE__ */ new PhaseCatalogue();
