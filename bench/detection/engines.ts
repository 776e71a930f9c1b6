// wirewall as an engine: this tree, and other builds of it.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { RequestView } from "../../src/request/view/request-view.ts";
import type { Engine } from "./contest.ts";
import { firewallWith } from "./judge.ts";
import { type CorpusRecord, UsageError } from "./records.ts";

/** What all revisions have in common. */
interface Firewall {
  evaluateSync(view: RequestView): {
    readonly action: string;
    readonly budget?: unknown;
    readonly failures?: unknown;
  };
}

interface Build {
  createWaf(
    config: { readonly rulesets: readonly object[] },
    options: { readonly managed: readonly object[] },
  ): Firewall;
}

interface Managed {
  readonly managedRulesets: readonly { readonly id?: string; readonly phase: string }[];
}

/** @param off rules, categories and mechanisms to leave out */
export function thisTree(off: readonly string[], weights: string | undefined): Engine {
  return wirewall("wirewall", firewallWith({ off, weights }));
}

/** @param folder the root of a checkout in which `npm run build` has run */
export async function buildIn(folder: string): Promise<Engine> {
  const entries = entriesOf(folder);
  const load = async (subpath: string): Promise<unknown> => {
    const file = entries[subpath]?.default;
    if (file === undefined) throw new UsageError(`--against ${folder}: its package has no \`${subpath}\``);
    return import(pathToFileURL(resolve(folder, file)).href);
  };
  const { createWaf } = (await load(".")) as Build;
  const { managedRulesets: managed } = (await load("./managed")) as Managed;
  const rulesets = managed.map(({ id, phase }) => ({
    name: phase,
    kind: "zone",
    phase,
    rules: [{ ref: "execute", expression: "true", action: "execute", action_parameters: { id } }],
  }));
  return wirewall(`wirewall in ${folder}`, createWaf({ rulesets }, { managed }));
}

function entriesOf(folder: string): Readonly<Record<string, { readonly default?: string }>> {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly exports?: Readonly<Record<string, { readonly default?: string }>>;
  };
  return manifest.exports ?? {};
}

function wirewall(name: string, waf: Firewall): Engine {
  return {
    name,
    ask: (record: CorpusRecord) => {
      // The other engines are told of no response.
      const view: RequestView = { ...record.view(), response: undefined };
      return () => {
        const { action, budget, failures } = waf.evaluateSync(view);
        return { refused: action !== "allow", partly: budget !== undefined || failures !== undefined };
      };
    },
  };
}
