import { checkFunction } from "../../language/diagnostics/option-values.ts";
import type { EventMatch, EventSink, WafEvent } from "./event.ts";
import { visibleJson } from "./json-lines-sink.ts";

/** Version of the Open Cybersecurity Schema Framework that {@link toOcsf} follows. */
export const OCSF_VERSION = "1.6.0";

/** An event as an OCSF HTTP Activity (class 4002) with the profile `security_control`. Plain data. */
export interface OcsfHttpActivity {
  readonly activity_id: number;
  readonly activity_name: string;
  readonly category_uid: 4;
  readonly category_name: "Network Activity";
  readonly class_uid: 4002;
  readonly class_name: "HTTP Activity";
  readonly type_uid: number;
  readonly type_name: string;
  readonly time: number;
  readonly start_time?: number;
  readonly end_time?: number;
  readonly count?: number;
  readonly severity_id: number;
  readonly severity: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly action_id: number;
  readonly action: string;
  readonly disposition_id: number;
  readonly disposition: string;
  readonly is_alert: boolean;
  readonly firewall_rule?: Readonly<Record<string, unknown>>;
  readonly src_endpoint?: Readonly<Record<string, unknown>>;
  readonly dst_endpoint?: Readonly<Record<string, unknown>>;
  readonly http_request: Readonly<Record<string, unknown>>;
  readonly http_response?: { readonly code: number };
  /** Members of the event without an attribute in OCSF, under their own names. */
  readonly unmapped: Readonly<Record<string, unknown>>;
}

type Named = readonly [id: number, caption: string];

const OTHER = 99;
const ACTIVITIES: ReadonlyMap<string, Named> = new Map<string, Named>([
  ["CONNECT", [1, "Connect"]],
  ["DELETE", [2, "Delete"]],
  ["GET", [3, "Get"]],
  ["HEAD", [4, "Head"]],
  ["OPTIONS", [5, "Options"]],
  ["POST", [6, "Post"]],
  ["PUT", [7, "Put"]],
  ["TRACE", [8, "Trace"]],
]);

const INFORMATIONAL: Named = [1, "Informational"];
/** Of refusals by rules that state no severity. */
const MEDIUM: Named = [3, "Medium"];
const SEVERITIES: ReadonlyMap<string, Named> = new Map<string, Named>([
  ["info", INFORMATIONAL],
  ["notice", [2, "Low"]],
  ["warning", MEDIUM],
  ["error", [4, "High"]],
  ["critical", [5, "Critical"]],
]);

const UNKNOWN: Named = [0, "Unknown"];
const ALLOWED: Named = [1, "Allowed"];
const DENIED: Named = [2, "Denied"];

/** The event as an HTTP Activity of OCSF {@link OCSF_VERSION}. Texts are redacted already. */
export function toOcsf(event: WafEvent): OcsfHttpActivity {
  const { schemaVersion, time: _time, timeMs, id, request, status, repeats, action, ...unmapped } = event;
  const [activity, activityName] = ACTIVITIES.get(request.method) ?? [OTHER, request.method || "Other"];
  const [severity, severityName] = severityOf(event);
  const [actionId, actionName] = actionOf(event);
  const [disposition, dispositionName] = dispositionOf(event);
  const decisive = event.matches.find((match) => match.decisive) ?? event.matches.at(-1);
  const by = decisive === undefined ? event.service : `${decisive.rule.ruleset}/${decisive.rule.ref}`;
  const source = sourceOf(event);
  return {
    activity_id: activity,
    activity_name: activityName,
    category_uid: 4,
    category_name: "Network Activity",
    class_uid: 4002,
    class_name: "HTTP Activity",
    type_uid: 400_200 + activity,
    type_name: `HTTP Activity: ${activityName}`,
    time: timeMs,
    ...(repeats === undefined
      ? {}
      : { start_time: Date.parse(repeats.since), end_time: timeMs, count: repeats.count + 1 }),
    severity_id: severity,
    severity: severityName,
    message: `${action} by ${by}${event.reason === undefined ? "" : `: ${event.reason}`}`,
    metadata: {
      version: OCSF_VERSION,
      product: { name: "wirewall", vendor_name: "wirewall" },
      profiles: ["security_control"],
      uid: id,
      log_name: "wirewall",
      log_version: schemaVersion,
    },
    action_id: actionId,
    action: actionName,
    disposition_id: disposition,
    disposition: dispositionName,
    is_alert: actionId === DENIED[0] || event.wouldHave !== undefined,
    ...(decisive === undefined ? {} : { firewall_rule: ruleOf(decisive) }),
    ...(source === undefined ? {} : { src_endpoint: source }),
    // One of the two endpoints has to be there.
    ...(request.host !== ""
      ? { dst_endpoint: { hostname: request.host } }
      : source === undefined
        ? { dst_endpoint: { name: "unknown" } }
        : {}),
    http_request: {
      uid: id,
      http_method: request.method,
      version: request.version,
      ...(request.userAgent === "" ? {} : { user_agent: request.userAgent }),
      url: {
        ...(request.host === "" ? {} : { hostname: request.host }),
        path: request.path,
        ...(request.query === "" ? {} : { query_string: request.query }),
        url_string: request.query === "" ? request.path : `${request.path}?${request.query}`,
      },
    },
    ...(status === undefined ? {} : { http_response: { code: status } }),
    unmapped: { ...unmapped, action },
  };
}

/**
 * One OCSF HTTP Activity per event, as a JSON text on a line of its own.
 *
 * @param write receives the line with its line feed.
 * @throws MisuseError `E_OPTION` for a `write` that is not a function.
 */
export function ocsfSink(
  write: (line: string) => void,
  options: { readonly name?: string; readonly flush?: () => Promise<void> } = {},
): EventSink {
  checkFunction("write", write ?? null);
  return {
    name: options.name ?? "ocsf",
    write: (event) => write(`${visibleJson(toOcsf(event))}\n`),
    ...(options.flush === undefined ? {} : { flush: options.flush }),
  };
}

/** The gravest of the rules that matched. */
function severityOf(event: WafEvent): Named {
  let gravest: Named | undefined;
  for (const { rule } of event.matches) {
    const stated = SEVERITIES.get(rule.severity ?? "");
    if (stated !== undefined && stated[0] > (gravest?.[0] ?? 0)) gravest = stated;
  }
  return gravest ?? (event.action === "allow" && event.wouldHave === undefined ? INFORMATIONAL : MEDIUM);
}

function actionOf({ action, service }: WafEvent): Named {
  // A redirect is no denial, and neither is a missing answer from the site.
  if (action === "allow" || action === "redirect") return ALLOWED;
  return action === "serve_error" && service === "host" ? UNKNOWN : DENIED;
}

function dispositionOf({ action, service, delivery, matches }: WafEvent): Named {
  if (delivery === "dropped") return [6, "Dropped"];
  switch (action) {
    case "allow":
      return matches.some((match) => match.decisive) ? [1, "Allowed"] : [17, "Logged"];
    case "block":
      return service === "host" ? [25, "Rejected"] : [2, "Blocked"];
    case "challenge":
      return [23, "Challenge"];
    case "serve_error":
      return [27, "Error"];
    default:
      return [7, "Custom Action"];
  }
}

function ruleOf({ rule }: EventMatch): Readonly<Record<string, unknown>> {
  return {
    uid: `${rule.ruleset}/${rule.id}`,
    name: rule.ref,
    type: rule.action,
    ...(rule.description === undefined ? {} : { desc: rule.description }),
    ...(rule.categories?.[0] === undefined ? {} : { category: rule.categories[0] }),
    ...(rule.version === undefined ? {} : { version: rule.version }),
  };
}

function sourceOf({ request }: WafEvent): Readonly<Record<string, unknown>> | undefined {
  if (request.client === "") return undefined;
  return {
    ip: request.client,
    ...(request.country === undefined ? {} : { location: { country: request.country } }),
    ...(request.asn === undefined ? {} : { autonomous_system: { number: request.asn } }),
  };
}
