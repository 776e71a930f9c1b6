import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { isHclName } from "../documents/text/read-text.ts";
import { Source } from "../language/diagnostics/source.ts";
import { readHcl } from "../rules/terraform/hcl.ts";
import { UsageError } from "./command.ts";
import type { Terminal } from "./terminal.ts";

/** Of JSON Lines only the items of lists: an event log may lie beside the rules. */
const DOCUMENT = /\.(?:json|ya?ml|tf|tfvars|tfstate|items(?:[-_.][-_.\w]*)?\.(?:jsonl|ndjson))$/i;
/** Files of a Terraform configuration; of the files with values, those that Terraform reads by itself. */
const TERRAFORM = /(?:\.tf(?:\.json)?|^terraform\.tfvars(?:\.json)?|\.auto\.tfvars(?:\.json)?)$/;
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
    if (path === "-") {
      const text = Buffer.from(await readAll(terminal.input), "latin1").toString("utf8");
      files.push(fileOf("<stdin>", text));
    } else files.push(...readRuleFiles(path));
  }
  await parseHcl(files);
  return files;
}

/** Sources that were parsed, by path: the parser answers with a promise, and rules are read without. */
const parsed = new Map<string, Source>();

/**
 * Has the Terraform files at the paths parsed. Files that cannot be read are left to those who read them. Undefined when there
 * are none.
 */
export function prepareRuleFiles(paths: readonly string[]): Promise<void> | undefined {
  try {
    return parseHcl(paths.flatMap(readRuleFiles));
  } catch {
    return undefined;
  }
}

function parseHcl(files: readonly RuleFile[]): Promise<void> | undefined {
  const sources = files.map((file) => file.source).filter(({ name }) => isHclName(name));
  return sources.length === 0 ? undefined : parseSources(sources);
}

async function parseSources(sources: readonly Source[]): Promise<void> {
  const { hcl2json } = await import("../adapters/terraform/hcl2json.ts");
  await readHcl(sources, hcl2json);
  for (const source of sources) parsed.set(source.name, source);
}

/** The rules files at a path, with their texts. @throws UsageError, and the system's errors. */
export function readRuleFiles(path: string): readonly RuleFile[] {
  return filesBelow(path).map((found) => fileOf(found, readFileSync(found, "utf8")));
}

function filesBelow(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  const found: string[] = [];
  walk(path, found, 0);
  if (found.length === 0)
    throw new UsageError(`the directory \`${path}\` contains no .yaml, .json, .tf or .expr file`);
  return found;
}

/** Directories below a directory that are looked into: mounts may lead round in circles. */
export const MAX_DEPTH = 16;

/** Whether a file or directory in a directory of rules is none of them. */
export function isLeftOut(name: string): boolean {
  return name.startsWith(".") || name === "node_modules";
}

/** Whether a file in a directory of rules is one of them. */
export function isRuleFile(name: string): boolean {
  return DOCUMENT.test(name) || EXPRESSION.test(name);
}

/** @param inTerraform below a directory with a Terraform configuration, whose other files, its state too, are not rules beside it. */
function walk(directory: string, found: string[], depth: number, inTerraform = false): void {
  const entries = readdirSync(directory, { withFileTypes: true });
  entries.sort((left, right) => (left.name < right.name ? -1 : 1));
  const isTerraform = inTerraform || entries.some(({ name }) => /\.tf(?:\.json)?$/.test(name));
  for (const entry of entries) {
    if (isLeftOut(entry.name)) continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      if (depth < MAX_DEPTH) walk(path, found, depth + 1, isTerraform);
    } else if (isTerraform ? TERRAFORM.test(entry.name) : isRuleFile(entry.name)) {
      checkEnds(path);
      found.push(path);
    }
  }
}

/** Reading a device or a pipe may never end, and would hold up a site whose rules are read again. */
function checkEnds(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isFile() && !stats.isDirectory())
    throw new UsageError(`\`${path}\` is no regular file`);
}

function fileOf(path: string, text: string): RuleFile {
  const kind = EXPRESSION.test(path) ? "expression" : "document";
  const before = parsed.get(path);
  return { path, kind, source: before?.text === text ? before : new Source(text, path) };
}

/** All bytes of a stream, as a byte string. */
export async function readAll(input: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks).toString("latin1");
}
