import type { Server } from "node:http";
import type { WafProxy } from "../../adapters/proxy/index.ts";
import { createMetrics } from "../../engine/events/metrics.ts";
import { type PrometheusMeter, prometheusMeter } from "../../engine/events/prometheus.ts";
import type { Waf } from "../../engine/firewall/waf.ts";
import type { ListChange, RuleChange } from "../../engine/snapshot/diff.ts";
import type { Diagnostic } from "../../language/diagnostics/diagnostic.ts";
import { startDemoUpstream } from "../demo-upstream.ts";
import { ReloadedDatabases } from "../geo-databases.ts";
import { plural, prettyParts, withoutRepeated } from "../report.ts";
import { prepareRuleFiles } from "../rule-files.ts";
import { errorText } from "../system-error.ts";
import { say, type Terminal } from "../terminal.ts";
import { listenForControl } from "./control.ts";
import { demoLines } from "./demo.ts";
import { type EventLog, openEventLog } from "./event-log.ts";
import { type Challenger, challengeRemark, makeChallenger, makeProxy, makeWaf } from "./firewall.ts";
import { type LoadedConfig, loadConfig } from "./load-rules.ts";
import { listenForMetrics } from "./metrics-endpoint.ts";
import type { ServeSettings } from "./settings.ts";
import { type Fingerprint, fingerprintOf, PathWatcher } from "./watch.ts";

/** A proxy that runs. */
export interface RunningServe {
  readonly url: string;
  readonly waf: Waf;
  /**
   * Reads the rules again; faults keep the old ones. `why`: the word at the line's beginning.
   *
   * @returns whether they have no faults.
   */
  reload(why: string): boolean | Promise<boolean>;
  /** Opens the log file again after log rotation. */
  reopenLog(): void;
  close(): Promise<void>;
}

/** Why there is no proxy: the rules have faults, as text. */
export interface RefusedServe {
  readonly refused: string;
}

/** Loads, listens and says so. @throws UsageError, and the system's errors. */
export async function startServe(
  settings: ServeSettings,
  terminal: Terminal,
): Promise<RunningServe | RefusedServe> {
  const started = performance.now();
  // Taken before the files are read, so that what changes from here on is seen.
  const fingerprint = settings.reload ? fingerprintOf(pathsOf(settings)) : undefined;
  const geo = new ReloadedDatabases(settings.geo);
  await prepareRuleFiles(settings.rules);
  const loaded = loadConfig(settings);
  if (!loaded.ok) return { refused: faultText(loaded, terminal) };
  const meter = settings.metrics === undefined ? undefined : prometheusMeter();
  const metrics = meter === undefined ? undefined : createMetrics(meter);
  const log = openEventLog(settings.log, terminal, (text) => say(terminal, `log     ${text}`), {
    format: settings.eventFormat,
    onLost: (sink) => metrics?.dropped(sink),
  });
  const challenger = makeChallenger(settings, terminal);
  const made = makeWaf(settings, loaded.config, challenger, geo, log, metrics, terminal);
  if (!made.ok) return { refused: faultText({ ok: false, errors: made.errors, warnings: [] }, terminal) };
  const waf = made.value;
  sayWarnings([...loaded.warnings, ...made.warnings], terminal);
  const took = performance.now() - started;
  const demo = settings.upstream === undefined ? await startDemoUpstream() : undefined;
  const upstream = settings.upstream ?? demo?.url ?? "";
  const proxy = makeProxy(settings, waf, upstream, terminal);
  const bound = await proxy.listen(settings.port, settings.host).catch((error: unknown) => {
    demo?.server.close();
    throw error;
  });
  const url = `http://${bound.family === "IPv6" ? `[${bound.address}]` : bound.address}:${bound.port}`;
  sayStart(settings, waf, url, upstream, took, terminal);
  const remark = challengeRemark(loaded.config, challenger);
  if (remark !== undefined) say(terminal, remark);
  const running = run(settings, fingerprint, waf, geo, proxy, log, url, demo?.server, challenger, terminal);
  const measured = await withMetrics(running, settings.metrics, meter, terminal);
  return settings.control === undefined ? measured : controlled(measured, settings.control, terminal);
}

/** The same with a page of metrics. Rejects with the system's errors. */
async function withMetrics(
  running: RunningServe,
  address: ServeSettings["metrics"],
  meter: PrometheusMeter | undefined,
  terminal: Terminal,
): Promise<RunningServe> {
  if (address === undefined || meter === undefined) return running;
  try {
    const page = await listenForMetrics(address, meter, (error) =>
      say(terminal, `metrics ${errorText(error)}`),
    );
    say(terminal, `metrics ${page.url}`);
    const close = async () => {
      await page.close();
      await running.close();
    };
    return { ...running, close };
  } catch (error) {
    await running.close();
    throw error;
  }
}

/** The same with a control socket. @throws UsageError, and the system's errors. */
async function controlled(running: RunningServe, path: string, terminal: Terminal): Promise<RunningServe> {
  try {
    const reload = () => running.reload("control");
    const control = await listenForControl(path, { waf: running.waf, reload }, (error) =>
      say(terminal, `control ${errorText(error)}`),
    );
    say(terminal, `control ${path}   only for the user of this process`);
    const close = async () => {
      await control.close();
      await running.close();
    };
    return { ...running, close };
  } catch (error) {
    await running.close();
    throw error;
  }
}

function pathsOf({ rules, lists, geo }: ServeSettings): readonly string[] {
  return [...rules, ...lists.map(({ path }) => path), ...geo];
}

/** @param fingerprint of the files when they were read; undefined: they are not watched. */
function run(
  settings: ServeSettings,
  fingerprint: Fingerprint | undefined,
  waf: Waf,
  geo: ReloadedDatabases,
  proxy: WafProxy,
  log: EventLog,
  url: string,
  demo: Server | undefined,
  challenger: Challenger,
  terminal: Terminal,
): RunningServe {
  let wasRefused = false;
  const reloadPrepared = (why: string): boolean => {
    // Exceptions in the handler of a signal or a timer have no other catch.
    const isDone = (step: () => void): boolean => {
      try {
        step();
        return true;
      } catch (error) {
        say(terminal, `error   ${why}: ${errorText(error)}`);
        return false;
      }
    };
    isDone(() => geo.reload());
    const wasFaulty = wasRefused;
    wasRefused = true;
    isDone(() => {
      wasRefused = !reloadRules(settings, waf, why, wasFaulty, challenger, terminal);
    });
    return !wasRefused;
  };
  const reload = (why: string): boolean | Promise<boolean> => {
    const prepared = prepareRuleFiles(settings.rules);
    return prepared === undefined ? reloadPrepared(why) : prepared.then(() => reloadPrepared(why));
  };
  const watching =
    fingerprint === undefined
      ? undefined
      : new PathWatcher(pathsOf(settings), fingerprint, () => reload("reload"));
  return {
    url,
    waf,
    reload,
    reopenLog: log.reopen,
    async close() {
      watching?.close();
      await proxy.close(settings.grace);
      demo?.close();
      // Requests whose connections were just cut have their events first. The log is the firewall's sink: what is summed up goes
      // there before it closes.
      await new Promise((resolve) => setImmediate(resolve));
      await waf.close();
      await log.close();
    },
  };
}

/**
 * Says what came of it.
 *
 * @param wasRefused whether the last reading was: that the faults are gone is news even when the rules are those in force.
 * @returns whether the files have no faults.
 */
function reloadRules(
  settings: ServeSettings,
  waf: Waf,
  why: string,
  wasRefused: boolean,
  challenger: Challenger,
  terminal: Terminal,
): boolean {
  const label = why.padEnd(7);
  const before = waf.snapshot;
  const started = performance.now();
  const loaded = loadConfig(settings);
  const updated = loaded.ok ? waf.update(loaded.config) : undefined;
  if (!loaded.ok) waf.host.metrics?.changed("update", "refused");
  if (!loaded.ok || updated?.ok !== true) {
    const faults = loaded.ok
      ? { ok: false as const, errors: updated?.ok === false ? updated.errors : [], warnings: [] }
      : loaded;
    say(terminal, faultText(faults, terminal));
    say(terminal, `${label} refused   kept version ${before.version}`);
    return false;
  }
  const { snapshot, changes } = updated.value;
  if (snapshot.version === before.version) {
    const news = wasRefused ? "   the faults are gone" : "";
    say(terminal, `${label} unchanged   version ${snapshot.version}${news}`);
    return true;
  }
  const took = Math.round(performance.now() - started);
  const [entry] = waf.history();
  const lists = entry?.version === snapshot.version ? entry.changes.lists : [];
  say(terminal, `${label} version ${snapshot.version} in ${took} ms   ${changeCounts(changes, lists)}`);
  for (const change of changes) say(terminal, `        ${changeLine(change)}`);
  for (const change of lists) say(terminal, `        ${listLine(change)}`);
  sayWarnings([...loaded.warnings, ...updated.warnings], terminal);
  const remark = challengeRemark(loaded.config, challenger);
  if (remark !== undefined) say(terminal, remark);
  return true;
}

function sayWarnings(warnings: readonly Diagnostic[], terminal: Terminal): void {
  for (const text of prettyParts(withoutRepeated(warnings), terminal)) say(terminal, text);
}

const SIGNS = { added: "+", removed: "-", changed: "~", moved: ">" } as const;

function changeCounts(changes: readonly RuleChange[], lists: readonly ListChange[]): string {
  if (changes.length === 0) return `rules unchanged, ${lists.length > 0 ? "lists" : "other parts"} changed`;
  const kinds = ["added", "changed", "removed", "moved"] as const;
  return kinds
    .map((kind) => ({ kind, count: changes.filter(({ change }) => change === kind).length }))
    .filter(({ kind, count }) => kind !== "moved" || count > 0)
    .map(({ kind, count }) => `${SIGNS[kind]}${count}`)
    .join(" ");
}

function listLine({ change, list, added, removed }: ListChange): string {
  const items = change === "changed" ? `items +${added} -${removed}` : change;
  return `${SIGNS[change]} $${list} ${items}`;
}

function changeLine({ change, ruleset, ref, members }: RuleChange): string {
  const what = members === undefined ? "" : `: ${members.join(", ")}`;
  return `${SIGNS[change]} ${ruleset}/${ref} ${change}${what}`;
}

function faultText(faults: LoadedConfig & { readonly ok: false }, terminal: Terminal): string {
  return [faults.message, ...prettyParts(faults.errors, terminal)]
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
      : `${settings.trust.join(" ")} (${[settings.clientHeader, settings.protocolHeader].filter((name) => name !== undefined).join(", ")})`;
  say(terminal, `rules   ${counts}   compiled in ${Math.round(took)} ms   version ${version}`);
  say(terminal, `listen  ${url}  ->  ${upstream}   mode ${modeText(settings)}   failure ${settings.failure}`);
  const body = `body ${byteText(settings.bodyLimit)}, text ${byteText(settings.maxInspectedBytes)}`;
  say(terminal, `trust   ${trust}   ${body}, oversize ${settings.oversize}`);
  const reload = settings.reload ? "on change and SIGHUP" : "on SIGHUP";
  say(terminal, `log     ${settings.log === "-" ? "standard output" : settings.log}   reload ${reload}`);
  if (settings.demo) for (const line of demoLines(url, settings.rules)) say(terminal, line);
}

function modeText({ mode, modeVariable }: ServeSettings): string {
  return modeVariable === undefined ? mode : `${mode} (${modeVariable})`;
}

function byteText(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const [size, unit] = bytes < 1_048_576 ? [bytes / 1024, "KiB"] : [bytes / 1_048_576, "MiB"];
  return Number.isInteger(size * 10) ? `${size} ${unit}` : `${bytes} bytes`;
}
