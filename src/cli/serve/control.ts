import { chmodSync, lstatSync, unlinkSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { isMembers, type Members } from "../../documents/text/members.ts";
import { EvaluationError } from "../../engine/decision/failure.ts";
import { WAF_MODES } from "../../engine/decision/modes.ts";
import { isoTime } from "../../engine/events/iso-time.ts";
import type { Waf } from "../../engine/firewall/waf.ts";
import type { LimitTarget } from "../../engine/firewall/waf-limits.ts";
import { type Diagnostic, formatDiagnostic } from "../../language/diagnostics/diagnostic.ts";
import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { checkWord } from "../../language/diagnostics/option-values.ts";
import { UsageError } from "../command.ts";

// A Unix socket: the file system says who may use it, and neither a browser nor another machine can reach it. So there is
// no password to keep and none to leak.

/** The parts that the control socket controls. */
export interface Controlled {
  readonly waf: Waf;
  /** Reads the rules files again; false when they have faults. */
  reload(): boolean | Promise<boolean>;
}

/** A control socket that listens. */
export interface ControlServer {
  close(): Promise<void>;
}

/** Longest request, in bytes. */
const MAX_BODY = 4_096;
/** Milliseconds within which a request must have arrived. */
const REQUEST_TIMEOUT = 5_000;
/** Milliseconds between two looks for those that are late: connections that hang must not lock the operator out. */
const CHECK_INTERVAL = 1_000;
const MAX_CONNECTIONS = 16;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** @throws UsageError when something else is at the path, or another process listens there. */
export async function listenForControl(
  path: string,
  controlled: Controlled,
  onError: (error: unknown) => void,
): Promise<ControlServer> {
  await makeRoom(path);
  const server = createServer(
    {
      requestTimeout: REQUEST_TIMEOUT,
      headersTimeout: REQUEST_TIMEOUT,
      connectionsCheckingInterval: CHECK_INTERVAL,
    },
    (request, response) => {
      respond(request, response, controlled).catch((error: unknown) => {
        onError(error);
        response.destroy();
      });
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // From its creation only its owner may connect.
    const mask = process.umask(0o177);
    try {
      server.listen(path, resolve);
    } finally {
      process.umask(mask);
    }
  });
  server.on("error", onError);
  chmodSync(path, 0o600);
  return { close: () => closeServer(server) };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // Node removes the socket's file.
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Removes the socket that an earlier process has left. */
async function makeRoom(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw new UsageError(`\`--control\`: \`${path}\` exists and is not a socket`);
  if (await isAnswered(path)) throw new UsageError(`\`--control\`: another process listens on \`${path}\``);
  unlinkSync(path);
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  controlled: Controlled,
): Promise<void> {
  const { status, body } = await answerTo(request, controlled);
  const text = `${JSON.stringify(body, undefined, 2)}\n`;
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    connection: "close",
  });
  response.end(text);
}

async function answerTo(request: IncomingMessage, controlled: Controlled): Promise<Answer> {
  const body = await bodyOf(request);
  if (body === undefined) return fault(413, "E_CONTROL", `a request holds at most ${MAX_BODY} bytes`);
  const given = parsed(body);
  if (given === undefined) return fault(400, "E_CONTROL", "the body is not a JSON object");
  const { waf } = controlled;
  switch (`${request.method} ${request.url}`) {
    case "POST /limits":
      return listLimits(waf, given);
    case "POST /limits/reset":
      return resetLimit(waf, given);
    case "GET /":
    case "GET /status":
      return { status: 200, body: statusOf(waf) };
    case "GET /history":
      return { status: 200, body: waf.history().map(shownVersion) };
    case "PUT /mode":
      return setMode(waf, given);
    case "POST /rollback":
      return rollback(waf, given);
    case "POST /reload":
      if (await controlled.reload()) return { status: 200, body: statusOf(waf) };
      return fault(
        422,
        "E_CONTROL",
        "the rules have faults, which the output of `serve` shows; nothing changed",
      );
    default:
      return fault(
        404,
        "E_CONTROL",
        "there is GET /status, GET /history, PUT /mode, POST /rollback, POST /reload, POST /limits and POST /limits/reset",
      );
  }
}

function statusOf(waf: Waf): object {
  const { version, hash, rules, rulesets, lists } = waf.snapshot;
  const { mode, ...modes } = waf.modes;
  // Modes of parts by themselves: `rulesets` is a number, too.
  return { mode, modes, version, hash, rulesets, rules, lists };
}

/** Operators read times as in events: ISO 8601. */
function shownVersion<V extends { readonly createdAt: number }>(version: V): object {
  return { ...version, createdAt: isoTime(version.createdAt) };
}

function setMode(waf: Waf, { mode: word, phase, ruleset }: Members): Answer {
  try {
    checkWord("mode", word ?? null, WAF_MODES);
    const mode = WAF_MODES.find((known) => known === word);
    if (mode === undefined || (phase !== undefined && ruleset !== undefined))
      return fault(400, "E_CONTROL", "`mode` is of one `phase`, of one `ruleset`, or of all");
    if (phase !== undefined) waf.setMode(mode, { phase: String(phase) });
    else if (ruleset !== undefined) waf.setMode(mode, { ruleset: String(ruleset) });
    else waf.setMode(mode);
    return { status: 200, body: statusOf(waf) };
  } catch (error) {
    if (error instanceof MisuseError) return fault(400, error.code, error.message);
    throw error;
  }
}

async function listLimits(waf: Waf, { rule, most }: Members): Promise<Answer> {
  if ((rule !== undefined && typeof rule !== "string") || (most !== undefined && typeof most !== "number"))
    return fault(400, "E_CONTROL", "`rule` is the ref of a rule, `most` a number of entries");
  const query = { ...(rule === undefined ? {} : { rule }), ...(most === undefined ? {} : { most }) };
  return ofLimits(async () => {
    const entries = await waf.limits.list(query);
    return { status: 200, body: entries.map((entry) => ({ ...entry, until: isoTime(entry.until) })) };
  });
}

async function resetLimit(waf: Waf, { id, rule, key }: Members): Promise<Answer> {
  const target = targetOf(id, rule, key);
  if (target === undefined) {
    const message =
      "`id` is that of an entry; or `rule` is the ref of a rule, and `key` has its characteristics";
    return fault(400, "E_CONTROL", message);
  }
  return ofLimits(async () => {
    const isThere = await waf.limits.reset(target);
    if (!isThere) return fault(404, "E_CONTROL", "there is no such entry any more: see `limits`");
    return { status: 200, body: { reset: target } };
  });
}

function targetOf(id: unknown, rule: unknown, key: unknown): LimitTarget | undefined {
  if (typeof id === "string" && rule === undefined && key === undefined) return { id };
  if (id !== undefined || typeof rule !== "string" || !isMembers(key)) return undefined;
  const values: [string, string | null][] = [];
  for (const [name, value] of Object.entries(key)) {
    if (typeof value !== "string" && value !== null) return undefined;
    values.push([name, value]);
  }
  return { rule, key: Object.fromEntries(values) };
}

/** Failures of stores, and rules that do not exist. */
async function ofLimits(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof MisuseError) return fault(400, error.code, error.message);
    if (error instanceof EvaluationError) return fault(503, "E_CONTROL", error.message);
    throw error;
  }
}

function rollback(waf: Waf, { version, ifVersion }: Members): Answer {
  const isOptional =
    ifVersion === undefined || typeof ifVersion === "number" || typeof ifVersion === "string";
  if (typeof version !== "number" || !isOptional) {
    return fault(
      400,
      "E_CONTROL",
      "`version` is the number of a version, `ifVersion` the number or hash of one",
    );
  }
  const result = waf.rollback(version, ifVersion === undefined ? {} : { ifVersion });
  if (!result.ok) return faults(result.errors);
  return {
    status: 200,
    body: { ...statusOf(waf), restored: version, changes: result.value.changes },
  };
}

function faults(errors: readonly Diagnostic[]): Answer {
  const [first] = errors;
  const status = first?.code === "E_VERSION_CONFLICT" ? 409 : 404;
  return fault(status, first?.code ?? "E_CONTROL", errors.map((error) => formatDiagnostic(error)).join("\n"));
}

function fault(status: number, code: string, message: string): Answer {
  return { status, body: { error: { code, message } } };
}

/** Undefined: it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  request.setEncoding("utf8");
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MAX_BODY) return undefined;
  }
  return text;
}

function parsed(text: string): Members | undefined {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return isMembers(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
