// Readers of other languages, each a program that runs as long as the comparison and answers a line for each line.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import type { Reader, Received, Sent } from "./compare.ts";
import { textsIn } from "./texts.ts";

export type ProgramKind = "json" | "form" | "query" | "cookies";

const has = (program: string, ...probe: readonly string[]): boolean => spawnSync(program, probe).status === 0;

/** Whether there is Python; its readers hand nothing over when there is none. */
export const HAS_PYTHON = has("python3", "-c", "import json, http.cookies");
/** The same of PHP. */
export const HAS_PHP = has("php", "-r", "json_decode('1');");

class Program {
  readonly #child: ChildProcess;
  readonly #waiting: ((line: string) => void)[] = [];

  constructor(program: string, script: string) {
    const path = new URL(script, import.meta.url).pathname.replace("/build/readers/test/", "/test/");
    const child = spawn(program, [path], { stdio: ["pipe", "pipe", "inherit"] });
    this.#child = child;
    createInterface({ input: child.stdout }).on("line", (line) => this.#waiting.shift()?.(line));
    child.on("exit", () => {
      // One that ends early must not look like one that hands nothing over.
      for (const answer of this.#waiting.splice(0)) answer(`"${program} has ended"`);
    });
  }

  ask(kind: ProgramKind, bytes: string): Promise<string> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#child.stdin?.write(`${kind} ${Buffer.from(bytes, "latin1").toString("base64")}\n`);
    });
  }

  stop(): void {
    this.#child.stdin?.end();
  }
}

const running = new Map<string, Program>();

/** Ends the programs that were started. */
export function stopPrograms(): void {
  for (const program of running.values()) program.stop();
  running.clear();
}

function programReader(
  [program, script, exists]: readonly [string, string, boolean],
  kind: ProgramKind,
  bytesOf: (sent: Sent) => string | undefined,
): readonly Reader[] {
  if (!exists) return [];
  const read = async (sent: Sent): Promise<Received> => {
    const bytes = bytesOf(sent);
    if (bytes === undefined) return { texts: [] };
    const started = running.get(program) ?? new Program(program, script);
    running.set(program, started);
    const answer: unknown = JSON.parse(await started.ask(kind, bytes));
    return textsIn(answer);
  };
  return [{ name: `${program} ${kind}`, read }];
}

/** The readers of Python and PHP for a kind, those that this machine has. */
export function programReaders(
  kind: ProgramKind,
  bytesOf: (sent: Sent) => string | undefined,
): readonly Reader[] {
  return [
    ...programReader(["python3", "readers.py", HAS_PYTHON], kind, bytesOf),
    ...programReader(["php", "readers.php", HAS_PHP], kind, bytesOf),
  ];
}
