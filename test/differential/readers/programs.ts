// Readers of other languages, each a program that runs as long as the comparison and answers a line for each line.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Reader, Sent } from "./compare.ts";
import { textsIn } from "./texts.ts";

export type ProgramKind = "json" | "form" | "query" | "cookies" | "multipart" | "xml";

/** A file beside this one, not beside what it was compiled to. */
const beside = (name: string): string =>
  fileURLToPath(new URL(name, import.meta.url)).replace("/build/readers/test/", "/test/");

const isInstalled = (name: string): boolean => existsSync(beside(`../../real/node_modules/${name}`));

type Command = readonly [program: string, ...parameters: readonly string[]];

/** The Python of test/real, so that every machine has the same; else that of the machine. */
function pythonCommand(): Command | undefined {
  if (isInstalled("pyodide")) return [process.execPath, beside("python.mjs")];
  const probe = ["-c", "import json, http.cookies, xml.parsers.expat"];
  return spawnSync("python3", probe).status === 0 ? ["python3", beside("readers.py")] : undefined;
}

const COMMANDS = {
  Python: pythonCommand(),
  PHP: isInstalled("php-cgi-wasm") ? ([process.execPath, beside("php.mjs")] as const) : undefined,
};

/** The languages whose readers are left out, since neither the machine nor test/real has them. */
export const MISSING_LANGUAGES: readonly string[] = Object.entries(COMMANDS).flatMap(([language, command]) =>
  command === undefined ? [language] : [],
);

class Program {
  readonly #child: ChildProcess;
  readonly #waiting: ((line: string) => void)[] = [];

  constructor(language: string, [program, ...parameters]: Command) {
    const child = spawn(program, parameters, { stdio: ["pipe", "pipe", "inherit"] });
    this.#child = child;
    createInterface({ input: child.stdout }).on("line", (line) => this.#waiting.shift()?.(line));
    // What is written to a program that has ended is answered below.
    child.stdin.on("error", () => undefined);
    child.on("exit", () => {
      // One that ends early must not look like one that hands nothing over.
      for (const answer of this.#waiting.splice(0)) answer(`"${language} has ended"`);
    });
  }

  ask(kind: ProgramKind, bytes: string, type: string): Promise<string> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#child.stdin?.write(`${kind} ${base64(bytes)} ${base64(type)}\n`);
    });
  }

  stop(): void {
    this.#child.stdin?.end();
  }
}

const base64 = (bytes: string): string => Buffer.from(bytes, "latin1").toString("base64");

const running = new Map<string, Program>();

/** Ends the programs that were started. */
export function stopPrograms(): void {
  for (const program of running.values()) program.stop();
  running.clear();
}

/** What a program answers, and how its answer is to be seen. */
export function programReader(
  language: keyof typeof COMMANDS,
  kind: ProgramKind,
  bytesOf: (sent: Sent) => string,
  receivedOf = textsIn,
): readonly Reader[] {
  const command = COMMANDS[language];
  if (command === undefined) return [];
  const read: Reader["read"] = async (sent) => {
    const started = running.get(language) ?? new Program(language, command);
    running.set(language, started);
    const answer: unknown = JSON.parse(await started.ask(kind, bytesOf(sent), sent.type));
    return receivedOf(answer);
  };
  return [{ name: `${language} ${kind}`, read }];
}

/** The readers of Python and PHP for a kind, those that there are. */
export function programReaders(kind: ProgramKind, bytesOf: (sent: Sent) => string): readonly Reader[] {
  return [...programReader("Python", kind, bytesOf), ...programReader("PHP", kind, bytesOf)];
}
