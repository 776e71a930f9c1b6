import type { HeaderOperation, LogFieldSource, RoutePlan } from "../ruleset/actions/control.ts";
import type { Changes } from "./decision.ts";

const NOTHING: Changes = Object.freeze({
  requestHeaders: Object.freeze([]),
  responseHeaders: Object.freeze([]),
  config: Object.freeze({}),
  skippedProducts: Object.freeze([]),
  logFields: Object.freeze([]),
});

/** Collects what rules want changed. Most requests want nothing, and share one empty record. */
export class ChangeLog {
  #path: string | undefined;
  #query: string | undefined;
  #requestHeaders: HeaderOperation[] = [];
  #responseHeaders: HeaderOperation[] = [];
  #route: RoutePlan | undefined;
  #config: Record<string, unknown> = {};
  #products: string[] = [];
  #logFields: { source: LogFieldSource; name: string; preserveDuplicates: boolean }[] = [];
  #isEmpty = true;

  reset(): void {
    if (this.#isEmpty) return;
    this.#path = undefined;
    this.#query = undefined;
    this.#requestHeaders = [];
    this.#responseHeaders = [];
    this.#route = undefined;
    this.#config = {};
    this.#products = [];
    this.#logFields = [];
    this.#isEmpty = true;
  }

  path(path: string): void {
    this.#isEmpty = false;
    this.#path = path;
  }

  query(query: string): void {
    this.#isEmpty = false;
    this.#query = query;
  }

  header(side: "request" | "response", operation: HeaderOperation): void {
    this.#isEmpty = false;
    (side === "request" ? this.#requestHeaders : this.#responseHeaders).push(operation);
  }

  /** Property by property, the later rule wins. */
  route(route: RoutePlan): void {
    this.#isEmpty = false;
    const before = this.#route;
    this.#route = {
      hostHeader: route.hostHeader ?? before?.hostHeader,
      host: route.host ?? before?.host,
      port: route.port ?? before?.port,
      serverName: route.serverName ?? before?.serverName,
    };
  }

  config(settings: Readonly<Record<string, unknown>>): void {
    this.#isEmpty = false;
    // Not by assignment: a setting called `__proto__` is a name like any other.
    for (const [name, value] of Object.entries(settings)) {
      Object.defineProperty(this.#config, name, {
        value,
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
  }

  products(names: readonly string[]): void {
    this.#isEmpty = false;
    for (const name of names) if (!this.#products.includes(name)) this.#products.push(name);
  }

  logField(source: LogFieldSource, name: string, preserveDuplicates: boolean): void {
    this.#isEmpty = false;
    const known = this.#logFields.find((one) => one.source === source && one.name === name);
    if (known === undefined) this.#logFields.push({ source, name, preserveDuplicates });
    else known.preserveDuplicates = preserveDuplicates;
  }

  /** What was wanted so far, as a record of its own. */
  snapshot(): Changes {
    if (this.#isEmpty) return NOTHING;
    return {
      ...(this.#path === undefined ? {} : { path: this.#path }),
      ...(this.#query === undefined ? {} : { query: this.#query }),
      requestHeaders: [...this.#requestHeaders],
      responseHeaders: [...this.#responseHeaders],
      ...(this.#route === undefined ? {} : { route: this.#route }),
      config: { ...this.#config },
      skippedProducts: [...this.#products],
      logFields: this.#logFields.map((field) => ({ ...field })),
    };
  }
}
