import type { DiagnosticCode } from "../../language/diagnostics/codes.ts";
import { type Diagnostic, diagnose, withLeftOut } from "../../language/diagnostics/diagnostic.ts";
import { jsonPointer } from "../../language/diagnostics/json-pointer.ts";
import type { Span } from "../../language/diagnostics/source.ts";
import { attributeText } from "../text/attribute-text.ts";
import { compareRanks, dataPlace } from "../text/data-place.ts";
import { type Located, type Path, placeOf, type ResourcePlace } from "../text/located.ts";
import { originAt, resourceOrigin, valueAt } from "../text/origins.ts";
import { spanInScalar } from "../text/scalar-offsets.ts";

/** A fault in a document by its path; the place in the text is worked out when it is reported. */
export interface DocumentFault {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly path: Path;
  readonly severity?: "error" | "warning";
  /** Point at the member's name and not at its value. */
  readonly atKey?: boolean;
  /** A part of the string that is at the path, in UTF-16 units of its value. */
  readonly inside?: { readonly value: string; readonly span: Span };
  readonly expected?: readonly string[];
  readonly actual?: string;
  readonly hint?: string;
}

/** Errors, and warnings, that are reported for one document; a broken generator must not bury its user. */
const MAX_FAULTS = 200;

interface Found {
  readonly diagnostic: Diagnostic;
  /** Orders faults by their places. */
  readonly rank: readonly number[];
}

/** The faults of one document, in the order of its text. */
export class FaultSink {
  readonly located: Located;
  readonly #found: Found[] = [];
  #errors = 0;
  #warnings = 0;
  #recorded: DocumentFault[] | undefined;
  /** Where errors are, those that are not shown included. */
  readonly errorPaths: Path[] = [];

  constructor(located: Located) {
    this.located = located;
    for (const fault of located.faults) {
      if (located.data === true) this.report({ ...fault, path: fault.path ?? [] });
      else {
        const diagnostic = diagnose(located.source, fault);
        this.#add(
          fault.path === undefined ? diagnostic : { ...diagnostic, pointer: jsonPointer(fault.path) },
          [diagnostic.offset],
        );
      }
    }
  }

  report(fault: DocumentFault): void {
    this.#recorded?.push(fault);
    // Apart: an error must not go under in warnings, and warnings are not a error however many there are.
    const isWarning = fault.severity === "warning";
    if (!isWarning) this.errorPaths.push(fault.path);
    if (isWarning ? this.#warnings++ >= MAX_FAULTS : this.#errors++ >= MAX_FAULTS) return;
    const diagnostic = placed(this.located, fault);
    const { data, resource } = this.located;
    this.#add(
      diagnostic,
      data === true && resource === undefined
        ? dataPlace(this.located, fault.path, fault.inside, fault.atKey === true).rank
        : [diagnostic.offset],
    );
  }

  /** The faults reported so far, as reported. */
  recording<T>(work: () => T): { readonly value: T; readonly faults: readonly DocumentFault[] } {
    const faults: DocumentFault[] = [];
    const before = this.#recorded;
    this.#recorded = faults;
    try {
      return { value: work(), faults };
    } finally {
      this.#recorded = before;
      before?.push(...faults);
    }
  }

  /** In the order of the text; the last one of each severity says how many were left out. */
  diagnostics(): readonly Diagnostic[] {
    const sorted = [...this.#found]
      .sort((left, right) => compareRanks(left.rank, right.rank))
      .map(({ diagnostic }) => diagnostic);
    const errors = this.#errors - MAX_FAULTS;
    const warnings = this.#warnings - MAX_FAULTS;
    return marked(marked(sorted, "error", errors), "warning", warnings);
  }

  get hasErrors(): boolean {
    return this.#found.some(({ diagnostic }) => diagnostic.severity === "error");
  }

  #add(diagnostic: Diagnostic, rank: readonly number[]): void {
    this.#found.push({ diagnostic, rank });
  }
}

/** The diagnostics, of which the last one of the severity says how many are not among them. */
function marked(
  sorted: readonly Diagnostic[],
  severity: Diagnostic["severity"],
  leftOut: number,
): readonly Diagnostic[] {
  const last = leftOut > 0 ? sorted.findLastIndex((one) => one.severity === severity) : -1;
  return last === -1
    ? sorted
    : [...withLeftOut(sorted.slice(0, last + 1), leftOut), ...sorted.slice(last + 1)];
}

/** A fault at its place: in the document's text, in the text that its data was read from, or at the data's value. */
export function placed(located: Located, fault: DocumentFault): Diagnostic {
  if (located.resource !== undefined) return inResource(located, located.resource, fault);
  const origin = originAt(located, fault.path);
  if (origin !== undefined) {
    const found = { ...fault, path: origin.path };
    const { resource } = origin.located;
    return resource === undefined
      ? inText(origin.located, found)
      : inResource(origin.located, resource, found);
  }
  const { source, span } = dataPlace(located, fault.path, fault.inside, fault.atKey === true);
  return { ...diagnose(source, { ...fault, span }), pointer: jsonPointer(fault.path) };
}

/** A fault at its place in a text. */
function inText(located: Located, fault: DocumentFault): Diagnostic {
  const { text } = located.source;
  const place = placeOf(located, fault.path);
  const span =
    fault.inside !== undefined
      ? spanInScalar(text, place, fault.inside.value, fault.inside.span)
      : fault.atKey === true
        ? place.key
        : firstLine(text, place.value);
  return { ...diagnose(located.source, { ...fault, span }), pointer: jsonPointer(fault.path) };
}

/**
 * A fault in what was worked out from a resource: at the attribute in the file, and with the value that came of it when that
 * is not what is there.
 */
function inResource(located: Located, { address }: ResourcePlace, fault: DocumentFault): Diagnostic {
  const origin = resourceOrigin(located, fault.path);
  const place = { address: `${address}${attributeText(fault.path)}` };
  const { source, span } = dataPlace(located, fault.path, fault.inside, fault.atKey === true);
  if (origin === undefined) return { ...diagnose(source, { ...fault, span }), ...place };
  const { inside, ...whole } = fault;
  const isWritten = inside === undefined || valueAt(origin.located.value, origin.path) === inside.value;
  const hasPlace = isWritten && origin.located.syntax !== "hcl";
  const found = inText(origin.located, { ...(hasPlace ? fault : whole), path: origin.path });
  const { pointer, ...rest } = found;
  const shown =
    hasPlace || inside === undefined ? {} : { frame: diagnose(source, { ...fault, span }).frame ?? "" };
  const isJson = origin.located.syntax !== "hcl" && pointer !== undefined;
  return { ...rest, ...shown, ...place, ...(isJson ? { pointer } : {}) };
}

/** Carets below a whole object say nothing: a fault of many lines points at the first. */
function firstLine(text: string, span: Span): Span {
  const line = text.indexOf("\n", span.start);
  return line === -1 || line >= span.end ? span : { start: span.start, end: Math.max(span.start, line) };
}
