import type { RequestChange } from "../../request/model/request.ts";
import type {
  BodyLimits,
  HeaderOperation,
  LogFieldSource,
  RoutePlan,
} from "../../rules/ruleset/actions/control.ts";

/** Changes that the host should make to a request or response that passes. */
export interface Changes {
  /** New path and query of the request, as bytes; absent: unchanged. */
  readonly path?: string;
  /** Without the question mark; `""` removes the query. */
  readonly query?: string;
  /** Changes to request headers, to be applied in order. */
  readonly requestHeaders: readonly HeaderOperation[];
  /** Changes to response headers, to be applied in order. */
  readonly responseHeaders: readonly HeaderOperation[];
  /** Another upstream for this request; absent: the usual one. */
  readonly route?: RoutePlan;
  /** How much of the request's body rules got, and what happened to a longer one; absent: the host's limits. */
  readonly bodyLimits?: BodyLimits;
  /** Settings for the host by name; later rules override earlier ones. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Products outside the engine that a rule skips. */
  readonly skippedProducts: readonly string[];
  /** Fields that `log_custom_field` rules want in the event. */
  readonly logFields: readonly {
    readonly source: LogFieldSource;
    readonly name: string;
    readonly preserveDuplicates: boolean;
  }[];
}

type LogField = Changes["logFields"][number];

/** A change by a rule: a part of the message that later phases see too, or something for the host alone. */
export type StagedChange =
  | RequestChange
  | { readonly part: "origin"; readonly route: RoutePlan }
  | { readonly part: "config"; readonly settings: Readonly<Record<string, unknown>> }
  | { readonly part: "body_limits"; readonly limits: BodyLimits }
  | { readonly part: "products"; readonly names: readonly string[] }
  | ({ readonly part: "log_field"; readonly source: LogFieldSource } & LogField);

const NOTHING: Changes = Object.freeze({
  requestHeaders: Object.freeze([]),
  responseHeaders: Object.freeze([]),
  config: Object.freeze({}),
  skippedProducts: Object.freeze([]),
  logFields: Object.freeze([]),
});

/**
 * What rules want changed, in the order in which they said so: the one list that the request takes its rewrites from
 * between phases, and the decision its record for the host. Most requests want nothing, and share one empty record.
 */
export class StagedChanges {
  #list: StagedChange[] = [];
  /** Changes up to here are in effect. */
  #inEffect = 0;

  reset(): void {
    if (this.#list.length === 0) return;
    this.#list = [];
    this.#inEffect = 0;
  }

  add(change: StagedChange): void {
    this.#list.push(change);
  }

  get hasAny(): boolean {
    return this.#list.length > 0;
  }

  get hasNew(): boolean {
    return this.#inEffect < this.#list.length;
  }

  /** How much of the body rules get; undefined: no rule says. */
  get bodyLimits(): BodyLimits | undefined {
    let found: BodyLimits | undefined;
    for (const change of this.#list) {
      if (change.part === "body_limits") found = limitsOver(found, change.limits);
    }
    return found;
  }

  /** Changes that are not applied to the request yet. */
  takeNew(): readonly RequestChange[] {
    const taken = this.#list.slice(this.#inEffect).filter(concernsRequest);
    this.#inEffect = this.#list.length;
    return taken;
  }

  /** The changes so far, as a separate record. */
  snapshot(): Changes {
    if (this.#list.length === 0) return NOTHING;
    const record: Draft = {
      requestHeaders: [],
      responseHeaders: [],
      config: {},
      skippedProducts: [],
      logFields: [],
    };
    for (const change of this.#list) lay(change, record);
    return record;
  }
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };
type Draft = Writable<{
  [Name in keyof Changes]: Changes[Name] extends readonly (infer Item)[] ? Item[] : Changes[Name];
}> & { readonly config: Record<string, unknown> };

const REQUEST_PARTS: Readonly<Record<RequestChange["part"], true>> = {
  path: true,
  query: true,
  headers: true,
  responseHeaders: true,
};

function concernsRequest(change: StagedChange): change is RequestChange {
  return Object.hasOwn(REQUEST_PARTS, change.part);
}

/** Of several changes to one thing the later wins; header operations add up. */
function lay(change: StagedChange, record: Draft): void {
  switch (change.part) {
    case "path":
    case "query":
      record[change.part] = change.value;
      return;
    case "headers":
      record.requestHeaders.push(change.operation);
      return;
    case "responseHeaders":
      record.responseHeaders.push(change.operation);
      return;
    case "origin":
      record.route = routeOver(record.route, change.route);
      return;
    case "config":
      mergeSettings(change.settings, record.config);
      return;
    case "body_limits":
      record.bodyLimits = limitsOver(record.bodyLimits, change.limits);
      return;
    case "products":
      for (const name of change.names) {
        if (!record.skippedProducts.includes(name)) record.skippedProducts.push(name);
      }
      return;
    case "log_field":
      addLogField(change, record.logFields);
      return;
    default:
      change satisfies never;
  }
}

/** Property by property. */
function limitsOver(before: BodyLimits | undefined, { maxBytes, oversize }: BodyLimits): BodyLimits {
  return { maxBytes: maxBytes ?? before?.maxBytes, oversize: oversize ?? before?.oversize };
}

/** Property by property. */
function routeOver(before: RoutePlan | undefined, route: RoutePlan): RoutePlan {
  return {
    hostHeader: route.hostHeader ?? before?.hostHeader,
    host: route.host ?? before?.host,
    port: route.port ?? before?.port,
    serverName: route.serverName ?? before?.serverName,
  };
}

function mergeSettings(settings: Readonly<Record<string, unknown>>, config: Record<string, unknown>): void {
  // Not by assignment: a setting called `__proto__` is a name like any other.
  for (const [name, value] of Object.entries(settings)) {
    Object.defineProperty(config, name, { value, enumerable: true, writable: true, configurable: true });
  }
}

function addLogField({ source, name, preserveDuplicates }: LogField, fields: LogField[]): void {
  const at = fields.findIndex((one) => one.source === source && one.name === name);
  const field = { source, name, preserveDuplicates };
  if (at === -1) fields.push(field);
  else fields[at] = field;
}
