import type { DiagnosticCode } from "../../language/diagnostics/codes.ts";
import type { Source, Span } from "../../language/diagnostics/source.ts";
import { isContainer } from "./members.ts";

/** From the root of a document: member names and array positions. */
export type Path = readonly (string | number)[];

/** A fault in the text itself, independent of its meaning. */
export interface TextFault {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly span: Span;
  readonly hint?: string;
  readonly path?: Path;
  /** Default: error. */
  readonly severity?: "error" | "warning";
}

/** How a scalar is written, which decides how offsets inside its value map to the text. */
export type ScalarStyle = "escaped" | "single-quoted" | "plain";

/** Where the members of one array or object stand: four numbers per member, see {@link PLACE_SIZE}. */
export interface ContainerPlaces {
  /** Index of a member name; undefined for arrays, where the position is the index. */
  readonly index: ReadonlyMap<string, number> | undefined;
  /** Per member: key start, key end, value start, value end. For array items the key is the value. */
  readonly offsets: readonly number[];
  readonly styles: readonly ScalarStyle[] | undefined;
}

export const PLACE_SIZE = 4;

/** The most container levels that a document may have. */
export const MAX_DOCUMENT_DEPTH = 64;

/** A document as plain data, with the place of every part. Objects have no prototype: keys come from outside. */
export interface Located {
  readonly source: Source;
  readonly value: unknown;
  readonly root: Span;
  /** By container, so that values shared with the result need no wrapping. */
  readonly places: ReadonlyMap<object, ContainerPlaces>;
  readonly faults: readonly TextFault[];
  /** A program's data, which has no text: faults show the value at their path. */
  readonly data?: true;
  /** Data that was worked out from a resource of a Terraform document. */
  readonly resource?: ResourcePlace;
  /** The text is not JSON or YAML: a pointer into the data says nothing to those who read it. */
  readonly syntax?: "hcl";
}

/** A resource of Terraform. */
export interface ResourcePlace {
  /** Its kind; `foreign`: it is neither. */
  readonly kind: "ruleset" | "list" | "foreign";
  readonly type: string;
  /** The ruleset's id or the list's name, if its body has none. */
  readonly name: string;
  /** `module.a.cloudflare_ruleset.waf["x"]` */
  readonly address: string;
  /** Why its `zone_id` has no value; absent: it has one, or none is written. */
  readonly openZone?: { readonly message: string; readonly hint: string | undefined };
}

export interface Place {
  readonly key: Span;
  readonly value: Span;
  readonly style: ScalarStyle;
}

/** The place of a part; when the path leads nowhere, the nearest part above it. */
export function placeOf(located: Located, path: Path): Place {
  let value = located.value;
  let place: Place = { key: located.root, value: located.root, style: "plain" };
  for (const step of path) {
    // Terraform writes nested objects as lists of one; a path through the object goes through the list.
    if (Array.isArray(value) && typeof step === "string" && value.length === 1) {
      place = memberPlace(located, value, 0) ?? place;
      value = value[0];
    }
    if (!isContainer(value)) return place;
    const found = memberPlace(located, value, step);
    if (found === undefined) return place;
    place = found;
    value = value[step];
  }
  return place;
}

function memberPlace(located: Located, container: object, step: string | number): Place | undefined {
  const places = located.places.get(container);
  const at = places?.index === undefined ? Number(step) : places.index.get(String(step));
  if (places === undefined || at === undefined || !(at * PLACE_SIZE < places.offsets.length))
    return undefined;
  const [keyStart, keyEnd, start, end] = places.offsets.slice(at * PLACE_SIZE, (at + 1) * PLACE_SIZE);
  if (keyStart === undefined || keyEnd === undefined || start === undefined || end === undefined)
    return undefined;
  return {
    key: { start: keyStart, end: keyEnd },
    value: { start, end },
    style: places.styles?.[at] ?? "escaped",
  };
}
