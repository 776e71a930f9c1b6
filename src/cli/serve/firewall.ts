import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createProxy, type WafProxy } from "../../adapters/proxy/index.ts";
import { isMembers } from "../../documents/text/members.ts";
import { proofOfWorkProvider } from "../../engine/challenge/proof-of-work.ts";
import type { ChallengeProvider } from "../../engine/decision/challenge-provider.ts";
import { EvaluationError } from "../../engine/decision/failure.ts";
import type { ModeChange } from "../../engine/events/change.ts";
import type { WafMetrics } from "../../engine/events/metrics.ts";
import { tryCreateWaf } from "../../engine/firewall/standard-waf.ts";
import type { Waf } from "../../engine/firewall/waf.ts";
import type { WafConfig } from "../../engine/snapshot/reports.ts";
import type { Result } from "../../language/diagnostics/diagnostic.ts";
import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { DEFAULT_REQUEST_LIMITS } from "../../request/view/limits.ts";
import { standardActions } from "../../rules/ruleset/actions/index.ts";
import { UsageError } from "../command.ts";
import { firewallOptions } from "../firewall-options.ts";
import type { ReloadedDatabases } from "../geo-databases.ts";
import { errorText } from "../system-error.ts";
import { say, type Terminal } from "../terminal.ts";
import type { EventLog } from "./event-log.ts";
import type { ServeSettings } from "./settings.ts";

/** Poses challenges, and knows whether its clearances outlive the process. */
export interface Challenger {
  readonly provider: ChallengeProvider;
  readonly isLasting: boolean;
}

export const SECRET_VARIABLE = "WIREWALL_CHALLENGE_SECRET";

/** @throws UsageError for a secret that is too short, and the system's errors. */
export function makeChallenger(settings: ServeSettings, terminal: Terminal): Challenger {
  const file = settings.challengeSecret;
  const text = file === undefined ? terminal.env[SECRET_VARIABLE] : readFileSync(file, "utf8");
  const { maxReplayBytes } = settings;
  if (text === undefined || (file === undefined && text === "")) {
    const secret = randomBytes(32).toString("hex");
    return { provider: proofOfWorkProvider({ secret, maxReplayBytes }), isLasting: false };
  }
  const secret = text.split(/\r?\n/).filter((line) => line !== "");
  try {
    return { provider: proofOfWorkProvider({ secret, maxReplayBytes }), isLasting: true };
  } catch (error) {
    if (!(error instanceof MisuseError)) throw error;
    throw new UsageError(
      `the secret of ${file === undefined ? SECRET_VARIABLE : `\`${file}\``}: ${error.message}`,
    );
  }
}

const CHALLENGES: ReadonlySet<unknown> = new Set(
  standardActions.filter(({ posesChallenge }) => posesChallenge === true).map(({ name }) => name),
);

/** The warning for rules with challenges and no secret. */
export function challengeRemark(config: WafConfig, { isLasting }: Challenger): string | undefined {
  if (isLasting || !(config.rulesets ?? []).some(posesChallenges)) return undefined;
  return `warning challenges are signed with a secret of this process: clearances end with it, and other instances do not know them; give one by --challenge-secret or ${SECRET_VARIABLE}`;
}

function posesChallenges(ruleset: unknown): boolean {
  if (!isMembers(ruleset) || !Array.isArray(ruleset["rules"])) return false;
  return ruleset["rules"].some((rule) => isMembers(rule) && (asksFor(rule) || isOverriddenSo(rule)));
}

function asksFor({ action }: Readonly<Record<string, unknown>>): boolean {
  return CHALLENGES.has(action);
}

/** Whether a rule executes a ruleset and has some of its rules pose challenges. */
function isOverriddenSo({ action_parameters: parameters }: Readonly<Record<string, unknown>>): boolean {
  const overrides = isMembers(parameters) ? parameters["overrides"] : undefined;
  if (!isMembers(overrides)) return false;
  const parts = [overrides, overrides["categories"], overrides["rules"]].flat();
  return parts.some((part) => isMembers(part) && asksFor(part));
}

export function makeWaf(
  settings: ServeSettings,
  config: WafConfig,
  challenger: Challenger,
  geo: ReloadedDatabases,
  log: EventLog,
  metrics: WafMetrics | undefined,
  terminal: Terminal,
): Result<Waf> {
  return tryCreateWaf(config, {
    limits: {
      request: {
        maxBodyBytes: Math.max(settings.bodyLimit, DEFAULT_REQUEST_LIMITS.maxBodyBytes),
        maxInspectedBytes: settings.maxInspectedBytes,
      },
    },
    mode: settings.mode,
    failure: settings.failure,
    rateLimitHeaders: settings.limitHeaders,
    oversize: settings.oversize,
    ...firewallOptions({ ...settings, geo: [], plainHttp: true }),
    // As they are at each lookup: their files may be replaced.
    geo: geo.databases,
    challenge: challenger.provider,
    events: [log.sink],
    ...(settings.sumEvents === 0 ? {} : { deduplicateEvents: { windowMs: settings.sumEvents } }),
    ...(settings.sealEvidence === undefined ? {} : { sealEvidence: settings.sealEvidence }),
    ...(metrics === undefined ? {} : { metrics }),
    onError: (error) => say(terminal, `error   ${errorText(error)}`),
    onChange: (change) => {
      log.note(change);
      if (change.change === "mode") say(terminal, modeLine(change));
      else if (change.origin === "rollback")
        say(
          terminal,
          `rollback to version ${change.restored}, as version ${change.version}, until rules are read again`,
        );
    },
  });
}

function modeLine({ mode, before, phase, ruleset }: ModeChange): string {
  const of = phase ?? ruleset;
  return `mode    ${mode}${of === undefined ? "" : ` of ${of}`}, before ${before}`;
}

export function makeProxy(settings: ServeSettings, waf: Waf, upstream: string, terminal: Terminal): WafProxy {
  return createProxy({
    waf,
    upstream,
    bodyLimit: settings.bodyLimit,
    maxHeldBytes: settings.maxHeldBytes,
    maxTarpits: settings.maxTarpits,
    unreadableResponse: settings.unreadableResponse,
    pathForwarding: settings.pathForwarding,
    upstreamTimeout: settings.timeout,
    verifyUpstream: settings.verifyUpstream,
    maxConnections: settings.maxConnections,
    maxClientConnections: settings.maxClientConnections,
    maxUpstreamConnections: settings.maxUpstreamConnections,
    maxUpstreamQueue: settings.maxUpstreamQueue,
    upstreamQueueTimeout: settings.upstreamQueueTimeout,
    ...(settings.via ? {} : { via: false as const }),
    onError: (error, reference) => {
      // The firewall has reported others.
      if (error instanceof EvaluationError && error.failure.source !== "store") return;
      say(terminal, `error   ${error.message}${reference === "" ? "" : `   reference ${reference}`}`);
    },
  });
}
