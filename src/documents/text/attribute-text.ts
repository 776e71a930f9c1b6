import type { Path } from "./located.ts";

/** A path as Terraform writes it behind the address of a resource: `.rules[3].action_parameters["x-y"]`. */
export function attributeText(path: Path): string {
  return path
    .map((step) => {
      if (typeof step === "number") return `[${step}]`;
      return /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
    })
    .join("");
}
