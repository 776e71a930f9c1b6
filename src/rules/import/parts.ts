import type { Located, Path } from "../../documents/text/located.ts";
import type { Members } from "../../documents/text/members.ts";
import type { DiagnosticCode } from "../../language/diagnostics/codes.ts";
import type { Origin } from "./imported.ts";

/** A part of a document that is a ruleset or a list, still as written. */
export interface Part {
  readonly kind: "ruleset" | "list" | "condition";
  readonly located: Located;
  readonly path: Path;
  readonly value: unknown;
  /** A name from outside the part: a key of `lists`, the address of a Terraform resource. */
  readonly name: string | undefined;
  readonly terraform: boolean;
  /** Where it comes from; an export may refer to rulesets and lists that it does not contain. */
  readonly origin: Origin;
  /** The items, if a document is only the items of a list, which is named by the file. */
  readonly itemsOnly: readonly unknown[] | undefined;
  /** Of several such documents the position, by their names. */
  readonly page: number;
  /** Whether the answer says that a further page follows. */
  readonly hasMore: boolean;
  /** Positions of rules that are not read, because they have faults and only the rest is to be loaded. */
  readonly leftOut?: ReadonlySet<number>;
}

/** A note on a document's form. */
export interface FormFault {
  readonly code: Extract<DiagnosticCode, "E_DOC_TYPE" | "E_IMPORT" | "W_IMPORT">;
  readonly path: Path;
  readonly message: string;
  readonly hint?: string;
}

/** A ruleset of which an answer has only the description. */
export interface ListedRuleset {
  readonly path: Path;
  readonly value: Members;
}

/** A part as found; omitted members have their defaults. */
export type NewPart = Partial<Omit<Part, "origin">> &
  Pick<Part, "kind" | "path" | "value"> & { imported?: boolean };

/** Receives the parts found in a document. */
export interface Found {
  add(part: NewPart): void;
  fault(fault: FormFault): void;
  listed(path: Path, value: Members): void;
}
