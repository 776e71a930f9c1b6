import type { HclParser } from "../../rules/terraform/hcl.ts";

const PACKAGE = "@cdktf/hcl2json";
/** Its upstream is no longer developed: another version would be another parser. */
const VERSION = "0.21.0";

/**
 * The optional package `@cdktf/hcl2json`: HashiCorp's parser as WebAssembly. It is loaded when the first file is parsed, and
 * leaves what it needs among the global names (`Go`).
 */
export const hcl2json: HclParser = {
  async parse(name, text) {
    // Go's parser takes a text for the last line's end; a file may do without.
    loading ??= loadParser();
    const parse = await loading;
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of Terraform
    const prepared = text.replace(LITERAL_DOLLAR, '${format("$")}');
    return parse(name, prepared.endsWith("\n") ? prepared : `${prepared}\n`);
  },
};

/**
 * A dollar sign that is not part of what follows it: `${"$"}${x}` or `\u0024${x}`. The package writes both as `$${x}`, which is the
 * escape for the text `${x}`. The call is in its place, since the package leaves calls as they are.
 */
const LITERAL_DOLLAR = /\$\{\s*"\$"\s*\}|\\u0024(?=\$?\{)/g;

type Parse = (name: string, text: string) => Promise<unknown>;

let loading: Promise<Parse> | undefined;

async function loadParser(): Promise<Parse> {
  try {
    // By a variable: the package's types would bring those of browsers.
    const module: unknown = await import(PACKAGE);
    const parse: unknown = Reflect.get(Object(module), "parse");
    if (!isParse(parse)) throw new Error(`the package \`${PACKAGE}\` has no function \`parse\``);
    return parse;
  } catch (error) {
    // Once it is installed, the next file finds it.
    loading = undefined;
    if (!isNotFound(error)) throw error;
    const message = `.tf files are parsed by the package \`${PACKAGE}\`, which is not installed`;
    throw Object.assign(new Error(message), { hint: `npm install ${PACKAGE}@${VERSION}` });
  }
}

function isParse(value: unknown): value is Parse {
  return typeof value === "function";
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
}
