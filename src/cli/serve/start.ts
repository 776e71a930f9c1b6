import type { Server } from "node:http";
import { createProxy, type WafProxy } from "../../adapters/proxy/proxy.ts";
import { tryCreateWaf } from "../../engine/standard-waf.ts";
import type { RuleChange, Waf } from "../../engine/waf.ts";
import type { Diagnostic } from "../../expression/source/diagnostic.ts";
import { managedRulesets } from "../../managed/index.ts";
import { DEFAULT_REQUEST_LIMITS } from "../../request/options.ts";
import { startDemoUpstream } from "../demo-upstream.ts";
import { plural, prettyDiagnostic } from "../report.ts";
import { say, type Terminal } from "../terminal.ts";
import { demoLines } from "./demo.ts";
import { type EventLog, openEventLog } from "./event-log.ts";
import { type LoadedConfig, loadConfig } from "./load-rules.ts";
import type { ServeSettings } from "./settings.ts";
import { watchPaths } from "./watch.ts";

/** A proxy that runs. */
export interface RunningServe {
  readonly url: string;
  readonly waf: Waf;
  /** Reads the rules again; faults keep the old ones. `why`: the word at the line's beginning. */
  reload(why: string): void;
  /** Opens the log file again, for whoever moved it away. */
  reopenLog(): void;
  close(): Promise<void>;
}

/** Why there is no proxy: the rules have faults, in words for people. */
export interface RefusedServe {
  readonly refused: string;
}

/** Loads, listens and says so. @throws UsageError, and the system's errors. */
export async function startServe(
  settings: ServeSettings,
  terminal: Terminal,
): Promise<RunningServe | RefusedServe> {
  const started = performance.now();
  const loaded = loadConfig(settings);
  if (!loaded.ok) return { refused: faultText(loaded, terminal) };
  const log = openEventLog(settings.log, terminal, (text) => say(terminal, `log     ${text}`));
  const made = makeWaf(settings, loaded, log, terminal);
  if ("refused" in made) return made;
  for (const warning of made.warnings) say(terminal, prettyDiagnostic(warning, terminal));
  const took = performance.now() - started;
  const demo = settings.upstream === undefined ? await startDemoUpstream() : undefined;
  const upstream = settings.upstream ?? demo?.url ?? "";
  const proxy = makeProxy(settings, made.waf, upstream, terminal);
  const bound = await proxy.listen(settings.port, settings.host);
  const url = `http://${bound.family === "IPv6" ? `[${bound.address}]` : bound.address}:${bound.port}`;
  sayStart(settings, made.waf, url, upstream, took, terminal);
  return run(settings, made.waf, proxy, log, url, demo?.server, terminal);
}

function makeWaf(
  settings: ServeSettings,
  loaded: LoadedConfig & { readonly ok: true },
  log: EventLog,
  terminal: Terminal,
): { readonly waf: Waf; readonly warnings: readonly Diagnostic[] } | RefusedServe {
  const result = tryCreateWaf(loaded.config, {
    client: { trust: settings.trust, header: settings.clientHeader },
    limits: {
      request: { maxBodyBytes: Math.max(settings.bodyLimit, DEFAULT_REQUEST_LIMITS.maxBodyBytes) },
    },
    mode: settings.mode,
    failure: settings.failure,
    managed: managedRulesets,
    events: [log.sink],
    onError: (error) => say(terminal, `error   ${error instanceof Error ? error.message : String(error)}`),
  });
  if (!result.ok) return { refused: faultText({ ok: false, errors: result.errors }, terminal) };
  return { waf: result.value, warnings: [...loaded.warnings, ...result.warnings] };
}

function makeProxy(settings: ServeSettings, waf: Waf, upstream: string, terminal: Terminal): WafProxy {
  return createProxy({
    waf,
    upstream,
    client: { trust: settings.trust, header: settings.clientHeader },
    failure: settings.failure,
    bodyLimit: settings.bodyLimit,
    oversize: settings.oversize,
    upstreamTimeout: settings.timeout,
    verifyUpstream: settings.verifyUpstream,
    onError: (error, reference) => say(terminal, `error   ${error.message}   reference ${reference}`),
  });
}

function run(
  settings: ServeSettings,
  waf: Waf,
  proxy: WafProxy,
  log: EventLog,
  url: string,
  demo: Server | undefined,
  terminal: Terminal,
): RunningServe {
  const reload = (why: string): void => reloadRules(settings, waf, why, terminal);
  const paths = [...settings.rules, ...settings.lists.map(({ path }) => path)];
  const watching = settings.reload ? watchPaths(paths, () => reload("reload")) : undefined;
  return {
    url,
    waf,
    reload,
    reopenLog: log.reopen,
    async close() {
      watching?.close();
      await proxy.close(settings.grace);
      demo?.close();
      await log.close();
    },
  };
}

function reloadRules(settings: ServeSettings, waf: Waf, why: string, terminal: Terminal): void {
  const label = why.padEnd(7);
  const before = waf.snapshot;
  const started = performance.now();
  const loaded = loadConfig(settings);
  const updated = loaded.ok ? waf.update(loaded.config) : undefined;
  if (!loaded.ok || updated?.ok !== true) {
    const faults = loaded.ok
      ? { ok: false as const, errors: updated?.ok === false ? updated.errors : [] }
      : loaded;
    say(terminal, faultText(faults, terminal));
    say(terminal, `${label} refused   kept version ${before.version}`);
    return;
  }
  const { snapshot, changes } = updated.value;
  if (snapshot.hash === before.hash) {
    // A touched file is no news, unless somebody asked.
    if (why !== "reload") say(terminal, `${label} nothing has changed   version ${snapshot.version}`);
    return;
  }
  const took = Math.round(performance.now() - started);
  say(terminal, `${label} version ${snapshot.version} in ${took} ms   ${changeCounts(changes)}`);
  for (const change of changes) say(terminal, `        ${changeLine(change)}`);
}

const SIGNS = { added: "+", removed: "-", changed: "~", moved: ">" } as const;

function changeCounts(changes: readonly RuleChange[]): string {
  if (changes.length === 0) return "rules unchanged, other parts changed";
  const kinds = ["added", "changed", "removed", "moved"] as const;
  return kinds
    .map((kind) => ({ kind, count: changes.filter(({ change }) => change === kind).length }))
    .filter(({ kind, count }) => kind !== "moved" || count > 0)
    .map(({ kind, count }) => `${SIGNS[kind]}${count}`)
    .join(" ");
}

function changeLine({ change, ruleset, ref, members }: RuleChange): string {
  const what = members === undefined ? "" : `: ${members.join(", ")}`;
  return `${SIGNS[change]} ${ruleset}/${ref} ${change}${what}`;
}

function faultText(faults: LoadedConfig & { readonly ok: false }, terminal: Terminal): string {
  return [faults.message, ...faults.errors.map((error) => prettyDiagnostic(error, terminal))]
    .filter((part): part is string => part !== undefined)
    .join("\n\n");
}

function sayStart(
  settings: ServeSettings,
  waf: Waf,
  url: string,
  upstream: string,
  took: number,
  terminal: Terminal,
): void {
  const { rulesets, rules, lists, version } = waf.snapshot;
  const counts = `${plural(rulesets, "ruleset")}, ${plural(rules, "rule")}, ${plural(lists, "list")}`;
  const trust =
    settings.trust.length === 0
      ? "none (client address = socket)"
      : `${settings.trust.join(" ")} (${settings.clientHeader})`;
  say(terminal, `rules   ${counts}   compiled in ${Math.round(took)} ms   version ${version}`);
  say(terminal, `listen  ${url}  ->  ${upstream}   mode ${settings.mode}   failure ${settings.failure}`);
  say(terminal, `trust   ${trust}   body ${byteText(settings.bodyLimit)}, oversize ${settings.oversize}`);
  const reload = settings.reload ? "on change and SIGHUP" : "on SIGHUP";
  say(terminal, `log     ${settings.log === "-" ? "standard output" : settings.log}   reload ${reload}`);
  if (settings.demo) for (const line of demoLines(url)) say(terminal, line);
}

function byteText(bytes: number): string {
  return bytes % 1024 === 0 && bytes > 0 ? `${bytes / 1024} KiB` : `${bytes} bytes`;
}
