// Rulesets and requests of the kinds that firewalls meet: virtual patches by host and path, exact paths, networks,
// autonomous systems and countries, user agents by literal and by pattern, query parameters. The worlds grow with the
// number of rules, so that the share of requests that match stays about the same.

import { standardFunctions } from "../../src/language/functions/index.ts";
import { Scheme } from "../../src/language/scheme/scheme.ts";
import { Bool, Bytes, Int, Ip } from "../../src/language/values/types.ts";
import type { Value } from "../../src/language/values/value.ts";
import { fresh, pick, seeded } from "../measure/random.ts";
import { ip4Text, USER_AGENTS } from "./traffic.ts";

export const MIX_SCHEME: Scheme<never> = new Scheme<never>({
  fields: [
    { name: "http.request.method", type: Bytes },
    { name: "http.host", type: Bytes },
    { name: "http.request.uri.path", type: Bytes },
    { name: "http.request.uri.query", type: Bytes },
    { name: "http.user_agent", type: Bytes },
    { name: "ip.src", type: Ip },
    { name: "ip.src.asnum", type: Int, cost: 20 },
    { name: "ip.src.country", type: Bytes, cost: 20 },
    { name: "cf.edge.server_port", type: Int },
    { name: "cf.bot_management.score", type: Int },
    { name: "cf.bot_management.verified_bot", type: Bool },
  ],
  functions: standardFunctions,
});

/** Values of {@link MIX_SCHEME}'s fields in its order. */
export type MixRequest = readonly Value[];

export interface RulesetMix {
  /** Expressions, in the order of the ruleset. */
  readonly rules: readonly string[];
  readonly requests: readonly MixRequest[];
}

export interface MixSettings {
  readonly rules: number;
  /** Share of rules that no look-up can call up: thresholds, negations, fields of few values. */
  readonly withoutPivot: number;
  readonly requests: number;
  readonly seed?: number;
}

const SYLLABLES =
  "ba be bo da de di fa ka ke ko la le li lo ma me mi mo na ne ni no pa pe ra re ri ro sa se si so ta te to va ve vi za zi zo".split(
    " ",
  );
const METHODS = ["GET", "GET", "GET", "GET", "POST", "POST", "PUT", "HEAD", "DELETE", "OPTIONS"];
const COUNTRIES =
  "US GB DE FR IN BR JP CN RU KR CA AU NL ES IT SE PL TR ID VN TH UA MX ZA NG EG AR CL CO SG".split(" ");
const AUTONOMOUS_SYSTEMS = 65_000;

/** The same settings always give the same rules and requests. */
export function drawMix(settings: MixSettings): RulesetMix {
  const random = seeded((settings.seed ?? 1) + settings.rules);
  const world = new World(random, settings.rules);
  const residual = Math.round(settings.rules * settings.withoutPivot);
  const rules = Array.from({ length: settings.rules }, (_, at) => {
    const before = Math.floor((at * residual) / settings.rules);
    const isResidual = Math.floor(((at + 1) * residual) / settings.rules) > before;
    return isResidual ? world.residualRule() : world.rule();
  });
  return { rules, requests: Array.from({ length: settings.requests }, () => world.request()) };
}

class World {
  readonly #random: () => number;
  readonly #hosts: readonly string[];
  readonly #directories: readonly string[];
  readonly #tokens: readonly string[];

  constructor(random: () => number, rules: number) {
    this.#random = random;
    this.#hosts = this.#several(rules / 10, 5, (at) => `${this.#word(2)}${at}.example.com`);
    this.#directories = this.#several(Math.min(rules, 3000), 30, () => `/${this.#word(3)}`);
    this.#tokens = this.#several(rules / 8, 20, (at) => `${this.#word(4)}${at % 10}`);
  }

  #several(count: number, least: number, make: (at: number) => string): readonly string[] {
    return Array.from({ length: Math.max(least, Math.floor(count)) }, (_, at) => make(at));
  }

  #below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }

  #pick<T>(items: readonly T[]): T {
    return pick(this.#random, items);
  }

  #word(syllables: number): string {
    let word = "";
    for (let at = 0; at < syllables; at++) word += pick(this.#random, SYLLABLES);
    return word;
  }

  #path(): string {
    return this.#pick(this.#directories) + this.#pick(this.#directories);
  }

  #set(count: number, make: () => string | number): string {
    return `{${Array.from({ length: count }, make).join(" ")}}`;
  }

  #countries(count: number): string {
    return `ip.src.country in ${this.#set(count, () => `"${this.#pick(COUNTRIES)}"`)}`;
  }

  #networks(count: number): string {
    const network = (): string => {
      const bits = 20 + this.#below(13);
      const address = this.#below(2 ** 32);
      return `${ip4Text(address - (address % 2 ** (32 - bits)))}/${bits}`;
    };
    return `ip.src in ${this.#set(count, network)}`;
  }

  #startsWith(prefix: string): string {
    return `starts_with(http.request.uri.path, "${prefix}")`;
  }

  /** A rule with something to look it up by. */
  rule(): string {
    const method = `http.request.method == "${this.#pick(METHODS)}"`;
    const host = `http.host == "${this.#pick(this.#hosts)}"`;
    const kind = this.#random();
    if (kind < 0.27) return `${host} and ${this.#startsWith(this.#path())} and ${method}`;
    if (kind < 0.35) return `http.request.uri.path == "${this.#path()}" and http.request.method == "POST"`;
    if (kind < 0.43) return `http.request.uri.path in ${this.#set(3, () => `"${this.#path()}"`)}`;
    if (kind < 0.51) return this.#networks(1 + this.#below(5));
    if (kind < 0.58) return `${this.#networks(2)} and ${this.#startsWith(this.#pick(this.#directories))}`;
    if (kind < 0.68) {
      const systems = this.#set(3, () => this.#below(AUTONOMOUS_SYSTEMS));
      return `ip.src.asnum in ${systems} and ${this.#countries(4)}`;
    }
    if (kind < 0.78) {
      return `http.user_agent contains "${this.#pick(this.#tokens)}" and ${this.#startsWith(this.#pick(this.#directories).slice(0, 3))}`;
    }
    if (kind < 0.88) {
      const score = `cf.bot_management.score < ${10 + this.#below(60)}`;
      return `${this.#startsWith(this.#path())} and ${this.#countries(8)} and ${score}`;
    }
    if (kind < 0.93) return `http.user_agent matches r"(?i)${this.#pick(this.#tokens)}[/ ]\\d+"`;
    if (kind < 0.97) {
      return `http.request.uri.query contains "${this.#pick(this.#tokens)}=" and http.request.method != "GET"`;
    }
    const other = `http.host == "${this.#pick(this.#hosts)}"`;
    const suffix = `ends_with(http.request.uri.path, ".${this.#word(1)}")`;
    return `(${host} and ${suffix}) or (${other} and ${this.#countries(2)})`;
  }

  /** A rule of thresholds, negations and fields of few values, in any order. */
  residualRule(): string {
    const parts = [`cf.bot_management.score < ${2 + this.#below(5)}`];
    const add = (share: number, part: () => string): void => {
      if (this.#random() < share) parts.splice(this.#below(parts.length + 1), 0, part());
    };
    add(0.7, () => "not cf.bot_management.verified_bot");
    add(0.5, () =>
      this.#random() < 0.5
        ? `http.request.method == "${this.#pick(METHODS)}"`
        : 'http.request.method != "GET"',
    );
    add(0.4, () => `not ${this.#countries(3)}`);
    add(0.3, () => this.#countries(6));
    add(0.4, () => `cf.edge.server_port > ${this.#pick([79, 100, 443, 2000, 8442])}`);
    add(0.3, () => `not ${this.#startsWith(this.#pick(["/a", "/b", "/ka", "/re", "/so"]))}`);
    return parts.join(" and ");
  }

  request(): MixRequest {
    const agent = this.#pick(USER_AGENTS) + (this.#random() < 0.03 ? ` ${this.#pick(this.#tokens)}/1` : "");
    const tail = this.#random() < 0.5 ? `/${this.#word(3)}` : "";
    const query =
      this.#random() < 0.5 ? "" : `${this.#word(2)}=${this.#word(3)}&${this.#word(2)}=${this.#below(1e5)}`;
    return [
      fresh(this.#pick(METHODS)),
      fresh(this.#pick(this.#hosts)),
      fresh(this.#path() + tail),
      fresh(query),
      fresh(agent),
      this.#below(2 ** 32),
      this.#below(AUTONOMOUS_SYSTEMS),
      fresh(this.#pick(COUNTRIES)),
      this.#pick([80, 443, 8443]),
      1 + this.#below(99),
      this.#random() < 0.1,
    ];
  }
}
