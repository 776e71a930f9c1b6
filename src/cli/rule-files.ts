import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { Source } from "../expression/source/source.ts";
import { UsageError } from "./command.ts";
import type { Terminal } from "./terminal.ts";

const DOCUMENT = /\.(json|ya?ml|tfstate)$/i;
const EXPRESSION = /\.expr$/i;

/** A file of rules (or of one expression) with its text. */
export interface RuleFile {
  /** As the user named it; `<stdin>` for `-`. */
  readonly path: string;
  readonly kind: "document" | "expression";
  readonly source: Source;
}

/**
 * The files that the words name: directories give their rules files, in order of name and depth first, hidden ones
 * left out; `-` is the standard input.
 *
 * @throws UsageError when a directory holds no rules at all.
 */
export async function ruleFilesFrom(
  paths: readonly string[],
  terminal: Terminal,
): Promise<readonly RuleFile[]> {
  const files: RuleFile[] = [];
  for (const path of paths) {
    if (path === "-")
      files.push(fileOf("<stdin>", Buffer.from(await readAll(terminal.input), "latin1").toString("utf8")));
    else for (const found of await filesBelow(path)) files.push(fileOf(found, await readFile(found, "utf8")));
  }
  return files;
}

/** Paths of the files only, for whoever watches them. */
export async function filesBelow(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const found: string[] = [];
  await walk(path, found, 0);
  if (found.length === 0)
    throw new UsageError(`the directory \`${path}\` holds no .yaml, .json or .expr file`);
  return found;
}

/** Links may lead round in circles. */
const MAX_DEPTH = 16;

async function walk(directory: string, found: string[], depth: number): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true });
  entries.sort((left, right) => (left.name < right.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      if (depth < MAX_DEPTH) await walk(path, found, depth + 1);
    } else if (DOCUMENT.test(entry.name) || EXPRESSION.test(entry.name)) found.push(path);
  }
}

function fileOf(path: string, text: string): RuleFile {
  const kind = EXPRESSION.test(path) ? "expression" : "document";
  return { path, kind, source: new Source(text, path) };
}

/** All bytes of a stream, as a byte string. */
export async function readAll(input: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of input)
    chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : (chunk as Buffer));
  return Buffer.concat(chunks).toString("latin1");
}
