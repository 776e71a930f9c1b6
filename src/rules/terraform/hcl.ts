import type { Located, TextFault } from "../../documents/text/located.ts";
import { isContainer } from "../../documents/text/members.ts";
import { preparedText, rememberText } from "../../documents/text/prepared-text.ts";
import { isHclName } from "../../documents/text/read-text.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import type { Source } from "../../language/diagnostics/source.ts";
import { within } from "../ratelimit/wait.ts";
import { boundsFault } from "./hcl-bounds.ts";
import { locateHcl } from "./outline.ts";

/**
 * Port: a parser of HCL, the language of .tf files. It evaluates nothing.
 *
 * The result is the form of `@cdktf/hcl2json`: objects by type and labels, with a list of bodies below the last label; literal
 * values as JSON; anything else as text in `${…}`, as in Terraform's own JSON syntax.
 */
export interface HclParser {
  /**
   * @param name for messages
   * @returns an object
   * @throws Error for a text that is not HCL. Its message may name places as `NAME:LINE,COLUMN-…: what is wrong`. An
   * error with a string `hint` is about the parser and not about the text: it is reported as it is, with the hint.
   */
  parse(name: string, text: string): Promise<unknown>;
}

/** Milliseconds for one file. A parser that failed to start may never respond. */
const PATIENCE = 30_000;
const LATE = `the parser of HCL has not answered in ${PATIENCE} ms`;
const MAX_FAULTS = 20;

/**
 * Parses the sources that are HCL by their names, so that documents can be read from them. Faults are reported when
 * they are read.
 */
export async function readHcl(sources: readonly Source[], parser: HclParser): Promise<void> {
  for (const source of sources) {
    if (!isHclName(source.name) || preparedText(source) !== undefined) continue;
    rememberText(source, await readOne(source, parser));
  }
}

async function readOne(source: Source, parser: HclParser): Promise<Located> {
  const fault = boundsFault(source.text);
  if (fault !== undefined) return faulty(source, [fault]);
  try {
    return locateHcl(source, await within(parser.parse(FILE, source.text), PATIENCE, LATE));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const hint = isContainer(error) ? error["hint"] : undefined;
    if (typeof hint !== "string") return faulty(source, faultsOf(source, message));
    return faulty(source, [{ code: "E_DOC_TYPE", message, hint, span: NOWHERE }]);
  }
}

/** Names that the parser sees: the files' own names could look like a part of its messages. */
const FILE = "file.tf";
const NOWHERE = Object.freeze({ start: 0, end: 0 });

/** `file.tf:2,6-3,1: Invalid expression; Expected the start of an expression.`, several of them after semicolons. */
const PLACED = /file\.tf:(\d+),(\d+)-(?:\d+,)?\d+: ([^\]]*?)(?=(?:[;,] (?:and \d+ other|file\.tf:))|\]|$)/gs;

function faultsOf(source: Source, message: string): readonly TextFault[] {
  const faults: TextFault[] = [];
  for (const [, line, column, said = ""] of message.matchAll(PLACED)) {
    if (faults.length >= MAX_FAULTS) break;
    const start = Math.min(source.lineStart(Number(line)) + Number(column) - 1, source.text.length);
    const [what = "", ...why] = said.split("; ");
    const hint = why.join("; ").trim();
    faults.push({
      code: "E_DOC_SYNTAX",
      message: excerpt(lowerFirst(what.replace(/\.$/, "")), 200),
      span: { start, end: Math.min(start + 1, source.text.length) },
      ...(hint === "" ? {} : { hint: excerpt(lowerFirst(hint.replace(/\.$/, "")), 300) }),
    });
  }
  if (faults.length > 0) return faults;
  return [{ code: "E_DOC_SYNTAX", message: `this is not HCL: ${excerpt(message, 300)}`, span: NOWHERE }];
}

function lowerFirst(message: string): string {
  return message.slice(0, 1).toLowerCase() + message.slice(1);
}

function faulty(source: Source, faults: readonly TextFault[]): Located {
  return { source, value: undefined, root: NOWHERE, places: new Map(), faults, syntax: "hcl" };
}
