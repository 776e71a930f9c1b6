import { type Lease, PartPool, type SharedPart } from "../../language/compile/lease.ts";
import type { ListLookup } from "../../language/scheme/execution-context.ts";
import type { RedirectList } from "../../rules/lists/redirect-list.ts";
import { numberOf } from "../../rules/plan/numbers.ts";
import type { Plan } from "../../rules/plan/plan.ts";
import type { Dialect, SharedList } from "../../rules/plan/shared.ts";
import type { Configuration, RulesetDocument } from "../../rules/ruleset/document.ts";
import type { Snapshot } from "../evaluation/runtime.ts";
import { hashConfiguration } from "./content-hash.ts";

/** The compiled form of a configuration, for every firewall: equal configurations share one. */
export interface MadeConfiguration extends Pick<Snapshot, "lists" | "redirects" | "skips" | "scheme"> {
  readonly configuration: Configuration;
  readonly hash: string;
  /** Rules of the configuration's own rulesets. */
  readonly rules: number;
  /** How it was laid out, with the pools that it came from. */
  readonly whole: SharedPart<Plan>;
  readonly dialect: Dialect;
  /** Its lists, in the order of their documents. */
  readonly shared: readonly SharedPart<SharedList>[];
  /** Rulesets supplied in code: their content is part of what evaluates requests. */
  readonly managed: readonly RulesetDocument[];
}

/** Hashes of documents, which nobody changes once they are read. */
export const HASHES = new WeakMap<object, string>();

/** The parts of a configuration. */
interface Ingredients extends Pick<MadeConfiguration, "whole" | "dialect" | "managed" | "scheme"> {
  readonly rulesets: readonly RulesetDocument[];
  readonly lists: readonly SharedPart<SharedList>[];
  readonly conditions: Configuration["conditions"];
}

const CONFIGURATIONS = new WeakMap<Dialect, PartPool<MadeConfiguration>>();

/**
 * The configuration of these parts.
 *
 * @param needs belongs to the configuration from now on, and holds them.
 */
export function configurationOf(
  { whole, dialect, rulesets, managed, scheme, lists, conditions }: Ingredients,
  needs: Lease,
): SharedPart<MadeConfiguration> {
  for (const part of [whole, ...lists]) needs.take<unknown>(part);
  let pool = CONFIGURATIONS.get(dialect);
  if (pool === undefined) {
    pool = new PartPool();
    CONFIGURATIONS.set(dialect, pool);
  }
  const key = [whole, ...lists].map(numberOf).join(" ");
  const make = (): MadeConfiguration => {
    const documents = lists.map(({ value }) => value.document);
    const table = new Map<string, ListLookup>();
    const redirects = new Map<string, RedirectList>();
    for (const { document, list } of lists.map(({ value }) => value)) {
      if (isRedirects(list)) redirects.set(document.name, list);
      table.set(document.name, list);
    }
    return Object.freeze({
      configuration: { rulesets, lists: documents, ...(conditions === undefined ? {} : { conditions }) },
      hash: hashConfiguration([...rulesets, ...managed], documents, HASHES, conditions),
      rules: rulesets.reduce((sum, ruleset) => sum + ruleset.rules.length, 0),
      whole,
      dialect,
      managed,
      shared: lists,
      lists: scheme.lists.map(({ name }) => table.get(name)),
      redirects,
      skips: new WeakMap(),
      scheme,
    });
  };
  return pool.part(key, make, needs);
}

function isRedirects(list: ListLookup | RedirectList): list is RedirectList {
  return "kind" in list && list.kind === "redirect";
}
