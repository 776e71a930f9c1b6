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
  /** Where it comes from; an export may refer to rulesets and lists that it does not hold. */
  readonly origin: Origin;
  /** The items, where a document is nothing but the items of a list, whose name is that of the file. */
  readonly itemsOnly: readonly unknown[] | undefined;
  /** Of several such documents the position, as their names give it. */
  readonly page: number;
  /** Whether the answer says that a further page follows. */
  readonly hasMore: boolean;
  /** Positions of rules that are not read, because they have faults and the rest is wanted. */
  readonly leftOut?: ReadonlySet<number>;
}

/** What is said of a document's form. */
export interface FormFault {
  readonly code: Extract<DiagnosticCode, "E_DOC_TYPE" | "E_IMPORT" | "W_IMPORT">;
  readonly path: Path;
  readonly message: string;
  readonly hint?: string;
}

/** A ruleset of which an answer has the description alone. */
export interface ListedRuleset {
  readonly path: Path;
  readonly value: Members;
}

/** A part as it is found; what is left out has its usual value. */
export type NewPart = Partial<Omit<Part, "origin">> &
  Pick<Part, "kind" | "path" | "value"> & { imported?: boolean };

/** Takes what is found in a document. */
export interface Found {
  add(part: NewPart): void;
  fault(fault: FormFault): void;
  listed(path: Path, value: Members): void;
}
