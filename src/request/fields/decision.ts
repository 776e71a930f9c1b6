import { arrayOf, Bytes, Int } from "../../language/values/types.ts";
import type { WafRequest } from "../model/request.ts";
import { COST, FROM_DECISION, fieldsOf, NO_ITEMS, type RequestField, type RequestReader } from "./field.ts";

const field = fieldsOf(FROM_DECISION, ["decision"], { cost: COST.slice });
const noText = { whenAbsent: "the empty value" };
const noItems = { whenAbsent: "an empty array" };

type Outcome = NonNullable<WafRequest["outcome"]>;

function items(name: "rules" | "rulesets" | "categories"): RequestReader {
  return ({ outcome }) => outcome?.[name] ?? NO_ITEMS;
}

function text(name: "action" | "service" | "rule"): RequestReader {
  return ({ outcome }: { readonly outcome: Outcome | undefined }) => outcome?.[name] ?? "";
}

/** The decision on the request: for counting expressions of rate limits, which count it when it is known. */
export const decisionFields: readonly RequestField[] = [
  field(
    "wirewall.decision.action",
    Bytes,
    "What the firewall or its host did: allow, block, drop, tarpit, challenge, redirect, serve_error, or error when they failed themselves (5xx). In observe mode what they would have done.",
    text("action"),
    { ...noText, example: "block" },
  ),
  field(
    "wirewall.decision.status",
    Int,
    "Status code of the answer in place of the application's.",
    ({ outcome }) => outcome?.status,
    { whenAbsent: "nil when the request or the response passes", example: 403 },
  ),
  field(
    "wirewall.decision.service",
    Bytes,
    "Part of the firewall that decided, as in events: custom, ratelimit, managed and others, or host.",
    text("service"),
    { ...noText, example: "managed" },
  ),
  field("wirewall.decision.rule", Bytes, "Ref of the rule that decided.", text("rule"), {
    ...noText,
    example: "login",
  }),
  field(
    "wirewall.decision.rules",
    arrayOf(Bytes),
    "Refs of the rules that matched, those that only log included. Rules in shadow mode, and rules that execute or skip, are left out.",
    items("rules"),
    { ...noItems, example: ["wc-sqli-union-select"] },
  ),
  field(
    "wirewall.decision.rulesets",
    arrayOf(Bytes),
    "Ids of the rulesets of these rules.",
    items("rulesets"),
    { ...noItems, example: ["wirewall-core"] },
  ),
  field("wirewall.decision.categories", arrayOf(Bytes), "Categories of these rules.", items("categories"), {
    ...noItems,
    example: ["sqli"],
  }),
];
