// Hostile clients and upstreams on bare sockets against `wirewall serve` in a process of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runClient } from "./client.ts";
import { Random } from "./random.ts";
import { JUDGED } from "./strict-request.ts";
import { FuzzUpstream } from "./upstream.ts";

export interface FuzzOptions {
  /** The command's main module. */
  readonly cli: string;
  readonly seconds: number;
  readonly seed: number;
  /** Connections at once; more than a client may have are refused. */
  readonly clients: number;
}

export interface FuzzReport {
  readonly connections: number;
  readonly received: number;
  /** Requests that reached the upstream. */
  readonly requests: number;
  readonly upgrades: number;
  /** Well-formed requests beside the others, and what was wrong with answers to them. */
  readonly probes: number;
  readonly probeFaults: readonly string[];
  /** Of them, those answered with 502: the upstream may break a kept connection under any request. */
  readonly broken: number;
  /** Requests that the upstream could have read in another way. */
  readonly ambiguous: readonly string[];
  /** How the process ended; undefined: it lives. */
  readonly exit: string | undefined;
  /** What it wrote to the standard error besides its own talk. */
  readonly stacks: readonly string[];
  /** After garbage collection: behind the warm-up and at the end. */
  readonly heap: readonly [before: number, after: number];
  /** Sockets of the process when nothing is under way, the listening one aside. */
  readonly sockets: number;
}

const RULES = (secret: string): string =>
  JSON.stringify({
    rulesets: [
      [
        "http_request_firewall_custom",
        "block",
        'http.request.uri.path eq "/evil" or http.request.body.raw contains "evil"',
      ],
      ["http_response_firewall_body", "block", 'wirewall.response.body.raw contains "evil"'],
    ]
      .map(([phase, action, expression]) => ({
        name: phase,
        kind: "zone",
        phase,
        rules: [{ ref: "r", action, expression }],
      }))
      .concat({
        name: "judged",
        kind: "zone",
        phase: "http_request_late_transform",
        rules: [
          {
            ref: "r",
            action: "rewrite",
            expression: "true",
            ...{ action_parameters: { headers: { [JUDGED]: { operation: "set", value: secret } } } },
          },
        ],
      }),
  });

/** Answers each message of its parent with what it holds; run in the process before the command. */
const GAUGE = `
process.on("message", () => {
  globalThis.gc();
  globalThis.gc();
  const sockets = process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
  process.send({ heap: process.memoryUsage().heapUsed, sockets });
});
process.channel.unref();
`;

interface Gauge {
  readonly heap: number;
  readonly sockets: number;
}

class Served {
  readonly #process: ChildProcess;
  #talk = "";
  exit: string | undefined;
  port = 0;

  constructor(cli: string, rules: string, upstream: number) {
    const preload = `data:text/javascript,${encodeURIComponent(GAUGE)}`;
    const own = ["--rules", rules, "--upstream", `http://127.0.0.1:${upstream}`, "--listen", "127.0.0.1:0"];
    const limits = ["--timeout", "1", "--grace", "0", "--no-reload", "--log", "/dev/null"];
    this.#process = spawn(
      process.execPath,
      ["--expose-gc", "--import", preload, cli, "serve", ...own, ...limits],
      { stdio: ["ignore", "pipe", "pipe", "ipc"] },
    );
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.on("data", (data) => (this.#talk += String(data)));
    this.#process.once("exit", (code, signal) => {
      this.exit = `${signal ?? code}`;
    });
  }

  /** Lines that a stack or an unhandled rejection leaves. */
  get stacks(): readonly string[] {
    return this.#talk.split("\n").filter((line) => /^\s+at |unhandled|uncaught|warning:/i.test(line));
  }

  async listening(): Promise<void> {
    for (;;) {
      const found = /http:\/\/127\.0\.0\.1:(\d+)/.exec(this.#talk.split("listen")[1] ?? "");
      if (found !== null) {
        this.port = Number(found[1]);
        return;
      }
      if (this.exit !== undefined) throw new Error(`serve ends with ${this.exit}: ${this.#talk}`);
      await sleep(20);
    }
  }

  gauge(): Promise<Gauge> {
    return new Promise((resolve, reject) => {
      this.#process.once("message", (message) => resolve(message as Gauge));
      this.#process.once("exit", () => reject(new Error(`serve has ended: ${this.#talk.slice(-4_000)}`)));
      this.#process.send("gauge");
    });
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }
}

/** Milliseconds in which both sides have closed what nobody uses: the proxy keeps upstream connections for four seconds. */
const SETTLE = 5_500;

/** Runs the clients for so long, and tells what came of it. */
export async function fuzzServe({ cli, seconds, seed, clients }: FuzzOptions): Promise<FuzzReport> {
  const random = new Random(seed);
  const secret = `judged-${seed}`;
  const folder = mkdtempSync(join(tmpdir(), "wirewall-fuzz-"));
  const rules = join(folder, "rules.json");
  writeFileSync(rules, RULES(secret));
  const upstream = new FuzzUpstream(random, secret);
  const served = new Served(cli, rules, await upstream.listen());
  const total = { connections: 0, received: 0, probes: 0, broken: 0 };
  const probeFaults: string[] = [];
  try {
    await served.listening();
    const run = async (until: number): Promise<void> => {
      while (performance.now() < until && served.exit === undefined) {
        const received = await runClient(served.port, random);
        total.received += received;
        total.connections++;
      }
    };
    const probe = async (until: number): Promise<void> => {
      while (performance.now() < until && served.exit === undefined) {
        const fault = await probeFault(served.port, `/probe/${total.probes++}`);
        if (fault === BROKEN) total.broken++;
        else if (fault !== undefined) probeFaults.push(fault);
        await sleep(50);
      }
    };
    const phase = async (length: number): Promise<Gauge> => {
      const until = performance.now() + length * 1_000;
      await Promise.all([probe(until), ...Array.from({ length: clients }, () => run(until))]);
      await sleep(SETTLE);
      return served.gauge();
    };
    const before = await phase(seconds * 0.25);
    const after = await phase(seconds * 0.75);
    return {
      ...total,
      requests: upstream.seen.requests,
      upgrades: upstream.seen.upgrades,
      probeFaults,
      ambiguous: upstream.seen.faults,
      exit: served.exit,
      stacks: served.stacks,
      heap: [before.heap, after.heap],
      sockets: after.sockets,
    };
  } finally {
    served.kill();
    upstream.close();
    rmSync(folder, { recursive: true });
  }
}

const BROKEN = "502";

/** What is wrong with the answer to a well-formed request; undefined: nothing. */
function probeFault(port: number, path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, path, agent: false, timeout: 10_000 }, (response) => {
      let body = "";
      response.setEncoding("latin1");
      response.on("data", (data) => (body += String(data)));
      response.on("error", (error) => resolve(`${path}: ${error.message}`));
      response.on("end", () => {
        const isRight = response.statusCode === 200 && body === path;
        if (response.statusCode === 502) resolve(BROKEN);
        resolve(isRight ? undefined : `${path}: ${response.statusCode} ${body.slice(0, 100)}`);
      });
    });
    request.on("timeout", () => request.destroy(new Error("no answer in ten seconds")));
    request.on("error", (error) => resolve(`${path}: ${error.message}`));
  });
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
