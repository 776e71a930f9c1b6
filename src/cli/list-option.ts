import { isListName } from "../language/scheme/scheme.ts";
import { UsageError } from "./command.ts";

/** A list named on the command line. @throws UsageError */
export function listOption(text: string): { readonly name: string; readonly path: string } {
  const equals = text.indexOf("=");
  const name = text.slice(0, Math.max(0, equals)).replace(/^\$/, "");
  if (equals <= 0 || !isListName(name)) {
    throw new UsageError(`\`--list\` takes NAME=FILE with a lower-case name, not \`${text}\``);
  }
  return { name, path: text.slice(equals + 1) };
}
