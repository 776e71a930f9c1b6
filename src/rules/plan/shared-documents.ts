import type { FaultSink } from "../../documents/shapes/faults.ts";
import { freezeData } from "../../documents/shapes/freeze.ts";
import { readObject } from "../../documents/text/read-object.ts";
import type { Expressions } from "../../language/compile/expressions.ts";
import { Lease } from "../../language/compile/lease.ts";
import type { Part } from "../import/parts.ts";
import type { ResolvedOptions } from "../load/options.ts";
import { type ReadRuleset, readRuleset } from "../load/read-ruleset.ts";
import type { RuleDocument, RulesetDocument } from "../ruleset/document.ts";
import { contentOf } from "./content.ts";
import type { Dialect } from "./shared.ts";

/** The readers of a configuration's rulesets, and the holder of those that it shares. */
export interface SharedReading {
  readonly dialect: Dialect;
  readonly expressions: Expressions;
  readonly lease: Lease;
}

/** A ruleset that is shared has no faults, those of shape included. */
const NONE: ReadonlySet<RuleDocument> = new Set();

/** Reads a ruleset, unless another configuration has read an equal one without errors; warnings are reported either way. */
export function readSharedRuleset(
  part: Part,
  options: ResolvedOptions,
  { dialect, expressions, lease }: SharedReading,
  sink: FaultSink,
): ReadRuleset | undefined {
  const content = contentOf(part.value);
  const context = content.namesLists ? expressions.number : undefined;
  const shared = dialect.documents.find(content, context);
  if (shared !== undefined) {
    const known = lease.take(shared);
    for (const fault of known.faults) sink.report({ ...fault, path: [...part.path, ...fault.path] });
    const { document, phase } = known;
    return { document, part, sink, phase, pathOf: (rule) => [...part.path, "rules", rule], malformed: NONE };
  }
  const needs = new Lease();
  let isKept = false;
  try {
    const { value: read, faults } = sink.recording(() =>
      readRuleset(part, options, expressions.heldBy(needs), sink),
    );
    if (read === undefined || faults.some(({ severity }) => severity !== "warning")) return read;
    const { document, phase } = read;
    freezeData(document);
    const relative = faults.map((fault) => ({ ...fault, path: fault.path.slice(part.path.length) }));
    lease.take(dialect.documents.add(content, context, { document, phase, faults: relative }, needs));
    isKept = true;
    if (!content.namesLists) dialect.listless.add(document);
    return read;
  } finally {
    if (!isKept) needs.release();
  }
}

/** A ruleset supplied in code, as an immutable copy; the same for equal ones. */
export function copyRuleset(document: RulesetDocument, dialect: Dialect, lease: Lease): RulesetDocument {
  const content = contentOf(document);
  const known = dialect.supplied.find(content, undefined);
  if (known !== undefined) return lease.take(known);
  const located = readObject(document, document.id);
  if (located.faults.length > 0) return document;
  const copy = freezeData(located.value) as RulesetDocument;
  if (!content.namesLists) dialect.listless.add(copy);
  return lease.take(dialect.supplied.add({ ...content, value: copy }, undefined, copy));
}
