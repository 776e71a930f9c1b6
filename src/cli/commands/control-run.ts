import { request } from "node:http";
import { isMembers } from "../../documents/text/members.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import { EXIT, type Invocation, type OptionValues, textOption, textOptions, UsageError } from "../command.ts";
import { errorText } from "../system-error.ts";
import { printText, say, type Terminal } from "../terminal.ts";

/** Milliseconds that the answer may take. */
const TIMEOUT = 10_000;

interface Order {
  readonly method: "GET" | "PUT" | "POST";
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

export async function control({ options, positionals, terminal }: Invocation): Promise<number> {
  const [socket, word, ...rest] = positionals;
  if (socket === undefined) throw new UsageError("the path of the socket is missing");
  const order = orderOf(word, rest, options);
  try {
    const { status, text } = await sent(socket, order);
    if (status === 200) {
      printText(terminal, text);
      return EXIT.ok;
    }
    sayFault(text, terminal);
    return EXIT.findings;
  } catch (error) {
    say(terminal, `\`${socket}\`: ${whyUnanswered(error)}`);
    return EXIT.usage;
  }
}

function whyUnanswered(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT")
    return "there is no such socket; `wirewall serve` creates it when started with `--control`";
  if (code === "ECONNREFUSED") return "no process listens there any more; is `wirewall serve` still running?";
  if (code === "EACCES")
    return "the socket belongs to another user: run this as the user of `wirewall serve`";
  return errorText(error);
}

function orderOf(word: string | undefined, rest: readonly string[], options: OptionValues): Order {
  const isByKey = word === "reset" && textOption(options, "rule") !== undefined;
  const takes = word === "mode" || word === "rollback" || (word === "reset" && !isByKey) ? 1 : 0;
  if (rest.length !== takes)
    throw new UsageError(
      `\`${word ?? ""}\`: ${takes === 0 ? "takes no further arguments" : "takes one further argument"}`,
    );
  const [value = ""] = rest;
  switch (word) {
    case "status":
    case undefined:
      return { method: "GET", path: "/status" };
    case "history":
      return { method: "GET", path: "/history" };
    case "reload":
      return { method: "POST", path: "/reload" };
    case "mode":
      return { method: "PUT", path: "/mode", body: { mode: value, ...part(options) } };
    case "rollback":
      return {
        method: "POST",
        path: "/rollback",
        body: { version: versionOf(value), ...condition(options) },
      };
    case "limits":
      return { method: "POST", path: "/limits", body: query(options) };
    case "reset":
      return {
        method: "POST",
        path: "/limits/reset",
        body: isByKey ? { ...query(options), key: keyOf(textOptions(options, "key")) } : { id: value },
      };
    default: {
      const hint = didYouMean(word, WORDS);
      throw new UsageError(
        `there is no \`${word}\`${hint === undefined ? "" : `; ${hint}`}: ${WORDS.join(", ")}`,
      );
    }
  }
}

const WORDS = ["status", "mode", "history", "rollback", "reload", "limits", "reset"];

function query(options: OptionValues): Readonly<Record<string, string | number>> {
  const [rule, most] = [textOption(options, "rule"), textOption(options, "most")];
  if (most !== undefined && !/^\d{1,9}$/.test(most))
    throw new UsageError(`\`--most\` takes a number of entries, not \`${most}\``);
  return { ...(rule === undefined ? {} : { rule }), ...(most === undefined ? {} : { most: Number(most) }) };
}

function keyOf(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf("=");
      if (equals <= 0) throw new UsageError(`\`--key\` takes CHARACTERISTIC=VALUE, not \`${text}\``);
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}

function part(options: OptionValues): Readonly<Record<string, string>> {
  const [phase, ruleset] = [textOption(options, "phase"), textOption(options, "ruleset")];
  if (phase !== undefined && ruleset !== undefined)
    throw new UsageError("`--phase` or `--ruleset`, not both");
  return { ...(phase === undefined ? {} : { phase }), ...(ruleset === undefined ? {} : { ruleset }) };
}

function versionOf(text: string): number {
  if (!/^\d{1,9}$/.test(text))
    throw new UsageError(`\`rollback\` takes the number of a version, not \`${text}\``);
  return Number(text);
}

/** A hash has 64 digits. */
function condition(options: OptionValues): Readonly<Record<string, number | string>> {
  const text = textOption(options, "if-version");
  if (text === undefined) return {};
  return { ifVersion: /^\d{1,9}$/.test(text) ? Number(text) : text };
}

function sent(
  socketPath: string,
  { method, path, body }: Order,
): Promise<{ readonly status: number; readonly text: string }> {
  const text = body === undefined ? "" : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { socketPath, method, path, timeout: TIMEOUT, headers: { "content-length": Buffer.byteLength(text) } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
        );
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error("no answer in time")));
    outgoing.on("error", reject);
    outgoing.end(text);
  });
}

function sayFault(text: string, terminal: Terminal): void {
  let message: unknown;
  try {
    const given: unknown = JSON.parse(text);
    const error = isMembers(given) ? given["error"] : undefined;
    message = isMembers(error) ? error["message"] : undefined;
  } catch {
    // Something else listens there.
  }
  say(terminal, typeof message === "string" ? message : "the answer is not that of a control socket");
}
