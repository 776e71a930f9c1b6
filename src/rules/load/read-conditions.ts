import type { FaultSink } from "../../documents/shapes/faults.ts";
import { readShape } from "../../documents/shapes/read-shape.ts";
import { rememberOrigin } from "../../documents/text/origins.ts";
import type { CheckOptions } from "../../language/check/checking.ts";
import { ConditionSet } from "../../language/compile/conditions.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import type { Part } from "../import/parts.ts";
import type { ConditionDocument } from "../ruleset/document.ts";
import { conditionShape } from "../ruleset/rule-shape.ts";

/** The named conditions of a set of documents. */
export interface ReadConditions {
  readonly documents: Readonly<Record<string, ConditionDocument>>;
  readonly set: ConditionSet;
}

interface Placed {
  readonly part: Part;
  readonly sink: FaultSink;
}

/**
 * Reads the named conditions of documents and checks each one separately. Undefined: there are none.
 *
 * @param scheme with the lists of the documents.
 */
export function readConditions(
  parts: readonly Placed[],
  scheme: Scheme<never> | undefined,
  options: CheckOptions,
): ReadConditions | undefined {
  const placed = new Map<string, Placed>();
  const documents = new Map<string, ConditionDocument>();
  for (const one of parts) {
    const { part, sink } = one;
    if (part.kind !== "condition" || part.name === undefined) continue;
    const { name } = part;
    if (placed.has(name)) {
      const message = `the condition \`${excerpt(name)}\` is defined twice`;
      sink.report({ code: "E_DUPLICATE_ID", path: part.path, atKey: true, message });
      continue;
    }
    const value = typeof part.value === "string" ? { expression: part.value } : part.value;
    const reading = { sites: [], terraform: false, report: sink.report.bind(sink) };
    const read = readShape(value, conditionShape, part.path, reading);
    placed.set(name, one);
    if (read?.expression === undefined) continue;
    const document = { ...read, expression: read.expression };
    documents.set(name, document);
    // Faults that the firewall finds later are shown in the text.
    if (part.located.data !== true && typeof part.value !== "string")
      rememberOrigin(document, { located: part.located, path: part.path });
  }
  if (placed.size === 0) return undefined;
  const { set, faults } = ConditionSet.read(Object.fromEntries(documents), scheme, options);
  for (const { name, path, fault, text } of faults) {
    const found = placed.get(name);
    if (found === undefined) continue;
    const { span, ...rest } = fault;
    // A condition without parameters may be written as its expression alone.
    const inside = typeof found.part.value === "string" ? [] : path;
    found.sink.report({
      ...rest,
      path: [...found.part.path, ...inside],
      ...(text === undefined ? { atKey: path.length === 0 } : { inside: { value: text, span } }),
    });
  }
  return { documents: Object.fromEntries(documents), set };
}
