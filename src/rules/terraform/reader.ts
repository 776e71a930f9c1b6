import type { Located } from "../../documents/text/located.ts";
import { isMembers, type Members } from "../../documents/text/members.ts";

/**
 * The evaluator of Terraform documents: `terraformReader` of `wirewall`. It is internal to this package and not meant
 * to be implemented elsewhere.
 */
export interface TerraformReader {
  /** @param variables values of the variables of root modules; they override those in files */
  evaluate(documents: readonly Located[], variables?: Readonly<Record<string, unknown>>): readonly Located[];
}

const TOP_LEVEL = [
  "resource",
  "variable",
  "locals",
  "module",
  "output",
  "data",
  "provider",
  "terraform",
  "moved",
  "import",
];

/** Whether a document is a configuration, a plan, a state or a file of variables of Terraform. */
export function isTerraform({ value, source, syntax }: Located): boolean {
  if (syntax === "hcl" || isVariablesFile(source.name)) return true;
  if (!isMembers(value) || Object.hasOwn(value, "rules")) return false;
  if (isPlan(value) || Object.hasOwn(value, "resource")) return true;
  return /\.tf\.json$/.test(source.name) && TOP_LEVEL.some((name) => Object.hasOwn(value, name));
}

export function isVariablesFile(name: string): boolean {
  return /\.tfvars(?:\.json)?$/.test(name);
}

/** Whether a document is a plan, a state, or the output of `terraform show -json` for one: all values are final. */
export function isPlan(value: Members): boolean {
  return (
    ["planned_values", "resources", "terraform_version", "resource_changes"].some((name) =>
      Object.hasOwn(value, name),
    ) ||
    (isMembers(value["values"]) && Object.hasOwn(value["values"], "root_module"))
  );
}

/** The documents with those of Terraform evaluated; without a reader, they are faults. */
export function withTerraform(
  documents: readonly Located[],
  reader: TerraformReader | undefined,
  variables: Readonly<Record<string, unknown>> | undefined,
): readonly Located[] {
  if (!documents.some(isTerraform)) return documents;
  if (reader !== undefined) return reader.evaluate(documents, variables);
  return documents.map((located) => (isTerraform(located) ? refused(located) : located));
}

function refused(located: Located): Located {
  if (located.faults.length > 0) return located;
  const message = "this is a Terraform document, and there is no Terraform reader";
  const hint = "load it with `loadDocuments` of `wirewall`, or with the option `terraform`";
  const fault = { code: "E_DOC_TYPE", message, hint, span: located.root, path: [] } as const;
  return { ...located, value: undefined, faults: [fault] };
}
