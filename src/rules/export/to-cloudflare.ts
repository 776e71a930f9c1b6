import { isContainer, isMembers, type Members } from "../../documents/text/members.ts";
import { ConditionSet, expandConditions } from "../../language/compile/conditions.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { automatonEngine } from "../../language/pattern/automaton-engine.ts";
import { parseExpression } from "../../language/syntax/parse.ts";
import { walk } from "../../language/syntax/visitor.ts";
import { isVendorId } from "../import/imported.ts";
import { sortedData } from "../ruleset/canonical.ts";
import type { Configuration, ListDocument, RuleDocument, RulesetDocument } from "../ruleset/document.ts";
import { bodyOfItem } from "./list-items.ts";
import {
  isOwnName,
  OWN_ACTIONS,
  OWN_LIMIT_MEMBERS,
  OWN_NESTED,
  OWN_PHASES,
  OWN_RULE_MEMBERS,
  OWN_RULESET_MEMBERS,
  PLACE_MEMBERS,
  SENT_ACTIONS,
  SENT_LIMIT_MEMBERS,
  SENT_LIST_KINDS,
  SENT_LIST_MEMBERS,
  SENT_RULE_MEMBERS,
  SENT_RULESET_MEMBERS,
  SERVER_MEMBERS,
} from "./own-names.ts";

/** A difference between the configuration and its export to Cloudflare. */
export interface ExportRemark {
  /**
   * `stripped`: the member was removed, and the rest acts as before. `left_out`: the whole rule, ruleset or list was
   * removed, because it would act differently without the member. `added`: the API requires it, or bodies could not be told
   * apart without it.
   */
  readonly outcome: "stripped" | "left_out" | "added";
  /** Place in the configuration, as a JSON pointer: `/rulesets/0/rules/2`. */
  readonly path: string;
  /** Id of the ruleset, or name of the list. */
  readonly of: string;
  /** Reference of the rule. */
  readonly ref?: string;
  /** The member that it is about, or a name in an expression: `mode`, `ratelimit.steps`, `wirewall.scores`. */
  readonly member: string;
  readonly why: string;
}

/** Request bodies for Cloudflare's API, and what they lack. */
export interface CloudflareExport {
  /** Bodies that create a ruleset, or replace the entry point of a phase; server-set members are left out. */
  readonly rulesets: readonly Readonly<Record<string, unknown>>[];
  /** Lists with their items: the body that creates a list, and the one that replaces its items. */
  readonly lists: readonly {
    readonly list: Readonly<Record<string, unknown>>;
    readonly items: readonly Readonly<Record<string, unknown>>[];
  }[];
  /** In the order of the configuration. Empty: nothing was lost. */
  readonly stripped: readonly ExportRemark[];
}

/** Why a part cannot be exported. */
interface Refusal {
  readonly member: string;
  readonly why: string;
}

/**
 * A configuration as request bodies of Cloudflare's API (rulesets and lists). Members of ours are stripped, named
 * conditions expanded. A part that would act differently without a member, such as a rule in shadow mode or with a
 * share of requests, is left out as a whole, and so is what depends on it; nothing is weakened silently. Each such
 * place is in `stripped`.
 *
 * The engine's limits are not those of a plan at Cloudflare, which may reject a body nevertheless.
 */
export function toCloudflare(configuration: Configuration): CloudflareExport {
  const remarks: ExportRemark[] = [];
  const conditions = conditionSet(configuration);
  const absent = new Set<string>();
  const lists = configuration.lists.flatMap((list, at) => {
    const told = teller(remarks, `/lists/${at}`, list.name);
    const body = listBody(list, told);
    if ("why" in body) {
      absent.add(list.name);
      told("left_out", body);
      return [];
    }
    return [body];
  });
  const setting = { conditions, absent };
  const names = new Set<string>();
  const rulesets = configuration.rulesets.flatMap((ruleset, at) => {
    const path = `/rulesets/${at}`;
    const own: ExportRemark[] = [];
    const body = rulesetBody(ruleset, teller(own, path, ruleset.id), (rule, index) => {
      const ofRule = teller(own, `${path}/rules/${index}`, ruleset.id, rule.ref);
      const sent = ruleBody(rule, ruleset, setting, ofRule);
      if (!("why" in sent)) return sent.members;
      // Earlier entries no longer apply.
      for (let last = own.at(-1); last?.path === `${path}/rules/${index}`; last = own.at(-1)) own.pop();
      ofRule("left_out", sent);
      return undefined;
    });
    // A ruleset that is rejected before its rules are read has one entry.
    remarks.push(...("why" in body && body.member !== "rules" ? [] : own));
    if (!("why" in body)) {
      const members = named(body.members, ruleset, names);
      if (members !== body.members) {
        const why = `without its id only a name tells it from a ruleset before it: it is called \`${excerpt(String(members["name"]))}\``;
        teller(remarks, path, ruleset.id)("added", { member: "name", why });
      }
      return [members];
    }
    teller(remarks, path, ruleset.id)("left_out", body);
    return [];
  });
  return { rulesets, lists, stripped: remarks };
}

/** A name of its own: of bodies without ids nothing else tells them apart when they are read again. */
function named(members: Members, { name, phase }: RulesetDocument, taken: Set<string>): Members {
  let unique = name;
  for (let count = 1; taken.has(unique); count++)
    unique = count === 1 ? `${name} (${phase})` : `${name} (${phase} ${count})`;
  taken.add(unique);
  return unique === name ? members : { ...members, name: unique };
}

function conditionSet({ conditions }: Configuration): ConditionSet | undefined {
  return conditions === undefined
    ? undefined
    : ConditionSet.read(conditions, undefined, { patterns: automatonEngine }).set;
}

type Told = (outcome: ExportRemark["outcome"], about: Refusal) => void;

function teller(remarks: ExportRemark[], path: string, of: string, ref?: string): Told {
  return (outcome, { member, why }) =>
    remarks.push({ outcome, path, of, ...(ref === undefined ? {} : { ref }), member, why });
}

function rulesetBody(
  ruleset: RulesetDocument,
  told: Told,
  ruleOf: (rule: RuleDocument, at: number) => Members | undefined,
): Kept | Refusal {
  const { kind, phase, imported } = ruleset;
  if (kind === "managed") {
    const why = "only Cloudflare makes managed rulesets";
    return { member: "kind", why };
  }
  if (OWN_PHASES.includes(phase)) return { member: "phase", why: `Cloudflare has no phase \`${phase}\`` };
  const kept = keep(flat(ruleset), {
    sent: SENT_RULESET_MEMBERS,
    own: OWN_RULESET_MEMBERS,
    dropped: [...SERVER_MEMBERS, ...PLACE_MEMBERS],
    open: imported === true,
    told,
  });
  if ("why" in kept) return kept;
  const rules = ruleset.rules.flatMap((rule, at) => ruleOf(rule, at) ?? []);
  // An empty body would delete the existing rules.
  if (rules.length === 0 && ruleset.rules.length > 0)
    return { member: "rules", why: "none of its rules can be exported" };
  return { members: ordered({ ...kept.members, rules }, SENT_RULESET_MEMBERS) };
}

interface Setting {
  readonly conditions: ConditionSet | undefined;
  readonly absent: ReadonlySet<string>;
}

/** Phases in which Cloudflare accepts rate limits. */
const LIMIT_PHASE = "http_ratelimit";

function ruleBody(
  rule: RuleDocument,
  ruleset: RulesetDocument,
  setting: Setting,
  told: Told,
): Kept | Refusal {
  const { action, mode, logging } = rule;
  const sentAction = Object.hasOwn(SENT_ACTIONS, action) ? SENT_ACTIONS[action] : undefined;
  if (sentAction === undefined && (ruleset.imported !== true || OWN_ACTIONS.includes(action)))
    return { member: "action", why: `Cloudflare has no action \`${excerpt(action)}\` for rules` };
  if (rule.ratelimit !== undefined && ruleset.phase !== LIMIT_PHASE)
    return { member: "ratelimit", why: `Cloudflare has rate limits in \`${LIMIT_PHASE}\` only` };
  const kept = keep(flat(rule), {
    sent: SENT_RULE_MEMBERS,
    own: OWN_RULE_MEMBERS,
    dropped: SERVER_MEMBERS,
    open: ruleset.imported === true,
    told,
  });
  if ("why" in kept) return kept;
  const members: Record<string, unknown> = { ...kept.members };
  // Its name comes from its content, not from its author.
  if (/^content-[\da-f]{8}(?:-\d+)?$/.test(rule.ref)) delete members["ref"];
  if (mode === "off") members["enabled"] = false;
  if (logging !== undefined && action !== "skip" && ruleset.imported !== true) {
    delete members["logging"];
    told("stripped", { member: "logging", why: "Cloudflare has `logging` on `skip` only" });
  }
  if (rule.action_parameters !== undefined) {
    const parameters = parametersBody(rule.action_parameters, action, ruleset, told);
    if ("why" in parameters) return parameters;
    members["action_parameters"] = parameters.members;
    if (Object.keys(parameters.members).length === 0 && sentAction?.members?.length !== undefined)
      delete members["action_parameters"];
  }
  if (rule.ratelimit !== undefined) {
    const limit = limitBody(rule.ratelimit, told);
    if ("why" in limit) return limit;
    members["ratelimit"] = limit.members;
  }
  return expressed(members, setting, told);
}

interface Kept {
  readonly members: Readonly<Record<string, unknown>>;
}

/** The members that the API accepts; ours are examined one by one. */
function keep(
  given: Members,
  {
    sent,
    own,
    dropped,
    open,
    told,
    within = "",
  }: {
    readonly sent: readonly string[];
    readonly own: Readonly<Record<string, (value: unknown, parent: Members) => string | undefined>>;
    readonly dropped: readonly string[];
    /** Whether members that are unknown here are Cloudflare's. */
    readonly open: boolean;
    readonly told: Told;
    readonly within?: string;
  },
): Kept | Refusal {
  const members: Record<string, unknown> = {};
  for (const name of Object.keys(given)) {
    const value = given[name];
    if (value === undefined || dropped.includes(name)) continue;
    const judge = Object.hasOwn(own, name) ? own[name] : undefined;
    if (judge !== undefined) {
      const why = judge(value, given);
      const member = `${within}${name}`;
      if (why !== undefined) return { member, why };
      told("stripped", { member, why: strippedWhy(name) });
    } else if (sent.includes(name) || open) members[name] = value;
    else told("stripped", { member: `${within}${name}`, why: "Cloudflare has no such member" });
  }
  return { members };
}

function strippedWhy(name: string): string {
  switch (name) {
    case "mandatory":
      return "Cloudflare has no such member: its documentation says what zones may skip";
    case "mode":
      return "Cloudflare has no such member: `off` is `enabled: false`";
    default:
      return "Cloudflare has no such member";
  }
}

/** Unknown members, added to the others. */
function flat({ extra, ...known }: RulesetDocument | RuleDocument): Members {
  return { ...extra, ...known };
}

function limitBody(limit: Members, told: Told): Kept | Refusal {
  const kept = keep(limit, {
    sent: SENT_LIMIT_MEMBERS,
    own: OWN_LIMIT_MEMBERS,
    dropped: [],
    open: false,
    told,
    within: "ratelimit.",
  });
  if ("why" in kept) return kept;
  const { characteristics } = kept.members;
  if (!Array.isArray(characteristics) || characteristics.includes("cf.colo.id")) return kept;
  told("added", {
    member: "ratelimit.characteristics",
    why: "the API requires `cf.colo.id`: each data centre counts separately",
  });
  return { members: { ...kept.members, characteristics: [...characteristics, "cf.colo.id"] } };
}

function parametersBody(
  parameters: Members,
  action: string,
  ruleset: RulesetDocument,
  told: Told,
): Kept | Refusal {
  const sent = Object.hasOwn(SENT_ACTIONS, action) ? SENT_ACTIONS[action] : undefined;
  const kept = keep(parameters, {
    sent: sent?.members ?? [],
    own: sent?.own ?? {},
    dropped: [],
    open: sent?.members === undefined || ruleset.imported === true,
    told,
    within: "action_parameters.",
  });
  if ("why" in kept) return kept;
  let members = kept.members;
  for (const nested of OWN_NESTED) {
    if (nested.action !== action) continue;
    const without = withoutPath(members, nested.path);
    if (without === members) continue;
    members = without;
    told("stripped", {
      member: `action_parameters.${nested.path.join(".")}`,
      why: "Cloudflare has no such member",
    });
  }
  if (action === "block") members = withWholeResponse(members, told);
  const outside = action === "execute" || action === "skip" ? outsideOf(action, members, ruleset) : undefined;
  return outside ?? { members };
}

/** An answer of a rule has a status, a type and a text there, or is Cloudflare's own. */
function withWholeResponse(members: Members, told: Told): Members {
  const { response, ...rest } = members;
  if (response === undefined) return members;
  const isWhole =
    isMembers(response) &&
    ["status_code", "content_type", "content"].every((name) => response[name] !== undefined);
  if (isWhole) return members;
  told("stripped", {
    member: "action_parameters.response",
    why: "a response needs `status_code`, `content_type` and `content`: Cloudflare sends its own",
  });
  return rest;
}

/** A ruleset that a rule executes or skips needs an id that Cloudflare assigned. */
function outsideOf(
  action: "execute" | "skip",
  members: Members,
  ruleset: RulesetDocument,
): Refusal | undefined {
  const refused = (member: string, id: string): Refusal => ({
    member: `action_parameters.${member}`,
    why: `\`${excerpt(id)}\` is not the id of a ruleset at Cloudflare, which assigns ids itself`,
  });
  if (action === "execute") {
    const id = String(members["id"]);
    // An imported ruleset has one, but may execute our managed rulesets since.
    if (ruleset.imported === true ? id.startsWith("wirewall-") : !isVendorId(id)) return refused("id", id);
    return overrideFault(members["overrides"]);
  }
  const { phases, rulesets, rules } = members;
  const phase = textsOf(phases).find((word) => OWN_PHASES.includes(word));
  if (phase !== undefined)
    return { member: "action_parameters.phases", why: `Cloudflare has no phase \`${phase}\`` };
  if (ruleset.imported === true) return undefined;
  const id = textsOf(rulesets).find((word) => word !== "current" && !isVendorId(word));
  if (id !== undefined) return refused("rulesets", id);
  for (const [target, words] of isMembers(rules) ? Object.entries(rules) : []) {
    const foreign = [target, ...textsOf(words)].find((word) => !isVendorId(word));
    if (foreign !== undefined) return refused("rules", foreign);
  }
  return undefined;
}

function overrideFault(overrides: unknown): Refusal | undefined {
  if (!isMembers(overrides)) return undefined;
  const { categories, rules } = overrides;
  for (const entry of [overrides, ...[categories, rules].flat()]) {
    const word = isMembers(entry) ? entry["action"] : undefined;
    if (typeof word === "string" && OWN_ACTIONS.includes(word))
      return {
        member: "action_parameters.overrides",
        why: `Cloudflare has no action \`${excerpt(word)}\` for rules`,
      };
  }
  return undefined;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((word): word is string => typeof word === "string") : [];
}

/** A copy without a member further inside; the same when there is none. */
function withoutPath(value: Members, [name = "", ...rest]: readonly string[]): Members {
  if (!Object.hasOwn(value, name) || value[name] === undefined) return value;
  if (rest.length === 0) {
    const { [name]: _, ...others } = value;
    return others;
  }
  const inner = value[name];
  if (!isMembers(inner)) return value;
  const without = withoutPath(inner, rest);
  return without === inner ? value : { ...value, [name]: without };
}

/**
 * The rule with its conditions expanded; a refusal when one of its expressions uses a name that Cloudflare does not
 * have.
 */
function expressed(members: Members, { conditions, absent }: Setting, told: Told): Kept | Refusal {
  let refusal: Refusal | undefined;
  const convert = (text: string, member: string): string => {
    const expanded = conditions === undefined ? text : expandedText(text, conditions);
    if (expanded === undefined) {
      refusal ??= { member, why: "its named conditions cannot be expanded" };
      return text;
    }
    const name = ownNameIn(expanded, absent);
    if (name !== undefined) {
      const isList = name.startsWith("$");
      const why = isList ? `the list \`${name}\` is left out` : `Cloudflare has no \`${name}\``;
      refusal ??= { member: name, why };
    }
    if (expanded !== text) told("stripped", { member: "conditions", why: `expanded in \`${member}\`` });
    return expanded;
  };
  const within = (value: unknown, member: string): unknown => {
    if (Array.isArray(value))
      return value.map((one: unknown) =>
        member === "ratelimit.characteristics" && typeof one === "string"
          ? convert(one, member)
          : within(one, member),
      );
    if (!isContainer(value)) return value;
    const result: Record<string, unknown> = {};
    for (const [name, inner] of Object.entries(value)) {
      const place = member === "" ? name : `${member}.${name}`;
      const isExpression =
        ["expression", "counting_expression"].includes(name) || place === "action_parameters.from_list.key";
      if (place === "action_parameters.from_list.name" && absent.has(String(inner)))
        refusal ??= { member: `$${String(inner)}`, why: `the list \`$${String(inner)}\` is left out` };
      result[name] = typeof inner === "string" && isExpression ? convert(inner, place) : within(inner, place);
    }
    return result;
  };
  const result = within(members, "");
  if (refusal !== undefined) return refusal;
  return { members: ordered(isMembers(result) ? result : {}, SENT_RULE_MEMBERS) };
}

function expandedText(text: string, conditions: ConditionSet): string | undefined {
  const expanded = expandConditions(text, conditions);
  return expanded.ok ? expanded.value : undefined;
}

/** The first name in an expression that Cloudflare does not have; lists with their `$`. */
function ownNameIn(text: string, absent: ReadonlySet<string>): string | undefined {
  const parsed = parseExpression(text);
  // A kept rule of another phase may have an expression that this package cannot read.
  if (!parsed.ok) return Array.from(text.matchAll(/[a-z_][a-z0-9_.]*/g), ([word]) => word).find(isOwnName);
  let found: string | undefined;
  walk(parsed.value, (node) => {
    if (node.kind === "identifier" && isOwnName(node.name)) found = node.name;
    else if (node.kind === "list" && absent.has(node.name)) found = `$${node.name}`;
    return found === undefined ? undefined : "stop";
  });
  return found;
}

function listBody(list: ListDocument, told: Told): CloudflareExport["lists"][number] | Refusal {
  const { name, kind, description } = list;
  if (!SENT_LIST_KINDS.includes(kind))
    return { member: "kind", why: `Cloudflare has no lists of kind \`${kind}\`` };
  if (!/^[a-z0-9_]{1,50}$/.test(name))
    return { member: "name", why: "list names at Cloudflare are letters, digits and `_`, at most 50" };
  for (const member of Object.keys(list)) {
    if (SENT_LIST_MEMBERS.includes(member) || SERVER_MEMBERS.includes(member)) continue;
    // The server counts items and dates lists.
    if (/^(?:num_|created_|modified_)/.test(member) || PLACE_MEMBERS.includes(member)) continue;
    told("stripped", { member, why: "Cloudflare has no such member" });
  }
  const items: Readonly<Record<string, unknown>>[] = [];
  for (const [at, item] of list.items.entries()) {
    const body = bodyOfItem(item, kind);
    if (typeof body === "string") return { member: `items/${at}`, why: body };
    items.push(body);
  }
  return { list: { name, kind, ...(description === undefined ? {} : { description }) }, items };
}

/** Declared members in their order, then the others by name, with sorted data inside. */
function ordered(members: Members, names: readonly string[]): Readonly<Record<string, unknown>> {
  const result: Record<string, unknown> = {};
  const others = Object.keys(members)
    .filter((name) => !names.includes(name))
    .sort();
  for (const name of [...names, ...others])
    if (members[name] !== undefined)
      result[name] = name === "rules" ? members[name] : sortedData(members[name]);
  return result;
}
