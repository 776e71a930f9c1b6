import { type Located, type Path, placeOf, type TextFault } from "../../documents/text/located.ts";
import { isMembers, type Members } from "../../documents/text/members.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import { type Block, blocksIn } from "./blocks.ts";
import { Bodies } from "./bodies.ts";
import type { Evaluator, Scope } from "./evaluate.ts";
import { instanceKeys, type Key, MAX_INSTANCES } from "./instance-keys.ts";
import type { Node } from "./nodes.ts";
import { parseExpression } from "./syntax.ts";
import { convert, typeOf } from "./types.ts";
import { isObject, Lazy, mistake, newObject, Open, type TerraformValue } from "./values.ts";

/** A resource with the values of one `count` or `for_each`. */
export interface Instance {
  readonly type: string;
  readonly name: string;
  /** `module.a.cloudflare_ruleset.waf["x"]` */
  readonly address: string;
  readonly block: Block;
  /** Attributes, blocks as lists of objects; open: the number of instances is not known. */
  readonly values: TerraformObjectOrOpen;
  /** The value of `.id`, if the configuration has none. */
  readonly id: string;
}

type TerraformObjectOrOpen = Readonly<Record<string, TerraformValue>> | Open;

/** Findings of the evaluation of a configuration, apart from its resources. */
export interface Remark {
  readonly located: Located;
  readonly fault: TextFault;
}

/** All modules of a configuration share one budget. */
export interface Run {
  readonly evaluator: Evaluator;
  /** Files by directory. */
  readonly directories: ReadonlyMap<string, readonly Located[]>;
  readonly remarks: Remark[];
  /** Types of resources that become rules. */
  readonly wanted: (type: string) => boolean;
  readonly instances: Instance[];
}

/** Value of an input, evaluated when the module reads it. */
export type Inputs = (name: string) => (() => TerraformValue) | undefined;

const MAX_MODULE_DEPTH = 16;

/** Arguments that Terraform itself reads. */
const META = new Set([
  "for_each",
  "count",
  "provider",
  "depends_on",
  "lifecycle",
  "provisioner",
  "connection",
  "timeouts",
]);
/** Resources that others reference by id, with that id. */
const NAMED = new Set(["cloudflare_ruleset", "cloudflare_list", "cloudflare_filter"]);
const MODULE_META = new Set([...META, "source", "version", "providers"]);

/** One instance of a module: the files of a directory with the values of its inputs. */
export class Module {
  readonly #run: Run;
  readonly #bodies: Bodies;
  readonly #directory: string;
  readonly #prefix: string;
  readonly #inputs: Inputs;
  readonly #depth: number;
  readonly #variables = new Map<string, Block>();
  readonly #locals = new Map<
    string,
    { readonly value: unknown; readonly located: Located; readonly path: Path }
  >();
  readonly #resources = new Map<string, Map<string, Block>>();
  readonly #calls = new Map<string, Block>();
  readonly #outputs = new Map<string, Block>();
  /** Values by name; undefined while they are evaluated. */
  readonly #known = new Map<string, TerraformValue | undefined>();
  readonly #children = new Map<string, Module>();

  constructor(run: Run, directory: string, prefix: string, inputs: Inputs, depth: number) {
    this.#run = run;
    this.#bodies = new Bodies(run.evaluator);
    this.#directory = directory;
    this.#prefix = prefix;
    this.#inputs = inputs;
    this.#depth = depth;
    for (const located of run.directories.get(directory) ?? []) this.#collect(located);
  }

  /** Adds the instances of all resources that become rules, including those of called modules. */
  evaluate(): void {
    for (const [type, named] of this.#resources) {
      if (!this.#run.wanted(type)) continue;
      for (const [name, block] of named) this.#addInstances(type, name, block);
    }
    for (const [name, block] of this.#calls) {
      for (const key of this.#keysOf(block, `module.${name}`)) {
        if (key instanceof Open) this.#remark(block, "E_TF_UNRESOLVED", key.message, key.hint);
        else this.#child(name, block, key)?.evaluate();
      }
    }
  }

  /** Names of the variables that the module declares. */
  variables(): Iterable<string> {
    return this.#variables.keys();
  }

  #collect(located: Located): void {
    const root = located.value;
    if (!isMembers(root)) return;
    const add = (word: string, to: Map<string, Block>) => {
      for (const block of blocksIn(root[word], [word], located, [], 1)) to.set(block.labels[0] ?? "", block);
    };
    add("variable", this.#variables);
    add("output", this.#outputs);
    add("module", this.#calls);
    for (const { body, path } of blocksIn(root["locals"], ["locals"], located, [], 0)) {
      for (const [name, value] of Object.entries(body))
        this.#locals.set(name, { value, located, path: [...path, name] });
    }
    for (const block of blocksIn(root["resource"], ["resource"], located, [], 2)) {
      const [type = "", name = ""] = block.labels;
      let named = this.#resources.get(type);
      if (named === undefined) {
        named = new Map();
        this.#resources.set(type, named);
      }
      const message = `the resource \`${excerpt(type)}.${excerpt(name)}\` is declared twice`;
      if (named.has(name)) this.#remark(block, "E_TF_RESOURCE", message);
      else named.set(name, block);
    }
  }

  readonly #scope: Scope = (name) => {
    switch (name) {
      case "var":
        return new Lazy((variable) => this.#variable(variable));
      case "local":
        return new Lazy((local) => this.#local(local));
      case "module":
        return new Lazy((call) => this.#moduleValue(call));
      case "data":
        return new Lazy(
          (type) =>
            new Lazy(
              (data) =>
                new Open(`\`data.${excerpt(type)}.${excerpt(data)}\` is known only when Terraform runs`),
            ),
        );
      case "path":
      case "terraform":
        return new Lazy(
          (attribute) => new Open(`\`${name}.${excerpt(attribute)}\` is known only when Terraform runs`),
        );
      case "each":
      case "count":
      case "self":
        return undefined;
      default: {
        const named = this.#resources.get(name);
        if (named === undefined) return name.includes("_") ? missingResource(name) : undefined;
        return new Lazy((resource) => this.#resourceValue(name, resource));
      }
    }
  };

  /** A value that refers to itself has none. */
  #once(name: string, work: () => TerraformValue): TerraformValue {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (this.#known.has(name)) return mistake(`\`${excerpt(name)}\` refers to itself`);
    this.#known.set(name, undefined);
    const value = work();
    this.#known.set(name, value);
    return value;
  }

  #variable(name: string): TerraformValue {
    const declared = this.#variables.get(name);
    if (declared === undefined) {
      const message = `there is no variable \`${excerpt(name)}\``;
      return new Open(message, {
        hint: didYouMean(name, this.#variables.keys()) ?? `declare it: variable "${excerpt(name)}" {}`,
      });
    }
    return this.#once(`var.${name}`, () => {
      const { body, located, path } = declared;
      const given = this.#inputs(name);
      const written = body["type"];
      const type = written === undefined || written === null ? undefined : typeOf(written);
      if (type instanceof Open) return typeMistake(name, type);
      if (given === undefined && !Object.hasOwn(body, "default")) {
        return new Open(`the variable \`${excerpt(name)}\` has no value`, {
          hint: `set it in terraform.tfvars, or by \`--var ${excerpt(name)}=…\``,
        });
      }
      let value =
        given === undefined
          ? this.#bodies.value(body["default"], noScope, located, [...path, "default"])
          : given();
      // As on Terraform's command line: a value that is not a string is written as an expression.
      if (typeof value === "string" && type !== undefined && isComplex(type)) {
        const node = parseExpression(value);
        value = node instanceof Open ? node : this.#run.evaluator.evaluate(node, noScope);
      }
      return type === undefined
        ? value
        : convert(value, type, (node) => this.#run.evaluator.evaluate(node, noScope));
    });
  }

  #local(name: string): TerraformValue {
    const local = this.#locals.get(name);
    if (local === undefined)
      return mistake(`there is no local \`${excerpt(name)}\``, didYouMean(name, this.#locals.keys()));
    return this.#once(`local.${name}`, () =>
      this.#bodies.value(local.value, this.#scope, local.located, local.path),
    );
  }

  #resourceValue(type: string, name: string): TerraformValue {
    const block = this.#resources.get(type)?.get(name);
    if (block === undefined) {
      const names = this.#resources.get(type)?.keys() ?? [];
      return mistake(`there is no resource \`${excerpt(type)}.${excerpt(name)}\``, didYouMean(name, names));
    }
    return this.#once(`${type}.${name}`, () =>
      this.#perKey(
        block,
        `${type}.${name}`,
        (key) => new Lazy((attribute) => this.#attribute(type, name, block, key, attribute)),
      ),
    );
  }

  #attribute(type: string, name: string, block: Block, key: Key, attribute: string): TerraformValue {
    const { body, located, path } = block;
    const address = `${type}.${name}${key.text}`;
    if (Object.hasOwn(body, attribute) && body[attribute] !== null && !META.has(attribute)) {
      return this.#once(`${address}.${attribute}`, () =>
        this.#bodies.value(body[attribute], key.scope(this.#scope), located, [...path, attribute]),
      );
    }
    if (attribute === "id" && NAMED.has(type)) return this.#idOf(type, name, key);
    return new Open(
      `\`${excerpt(`${address}.${attribute}`)}\` is known only after Terraform has applied the configuration`,
    );
  }

  #idOf(type: string, name: string, key: Key): string {
    if (type === "cloudflare_ruleset") return `${this.#prefix}${name}${key.text}`;
    return `${this.#prefix}${type}.${name}${key.text}`;
  }

  #moduleValue(name: string): TerraformValue {
    const block = this.#calls.get(name);
    if (block === undefined)
      return mistake(`there is no module \`${excerpt(name)}\``, didYouMean(name, this.#calls.keys()));
    return this.#once(`module.${name}`, () =>
      this.#perKey(block, `module.${name}`, (key) => {
        const child = this.#child(name, block, key);
        return new Lazy((output) =>
          child === undefined
            ? new Open(`the module \`${excerpt(name)}\` is not read, so its outputs are not known`)
            : child.#output(output),
        );
      }),
    );
  }

  #output(name: string): TerraformValue {
    const block = this.#outputs.get(name);
    if (block === undefined) return mistake(`the module has no output \`${excerpt(name)}\``);
    return this.#once(`output.${name}`, () =>
      this.#bodies.value(block.body["value"], this.#scope, block.located, [...block.path, "value"]),
    );
  }

  /** Undefined when its source is not among the files. */
  #child(name: string, block: Block, key: Key): Module | undefined {
    const address = `module.${name}${key.text}`;
    const before = this.#children.get(address);
    if (before !== undefined) return before;
    const source = block.body["source"];
    const directory = typeof source === "string" ? resolvePath(this.#directory, source) : undefined;
    if (directory === undefined || !this.#run.directories.has(directory)) {
      if (!this.#known.has(`unread ${name}`)) {
        this.#known.set(`unread ${name}`, null);
        const hint = "check a folder that holds the module, or the JSON of `terraform show -json` of a plan";
        const message = `the module \`${excerpt(name)}\` is not read: its source is not among the files`;
        this.#remark(block, "W_TF_LEFT_OUT", message, hint, "warning");
      }
      return undefined;
    }
    if (this.#depth >= MAX_MODULE_DEPTH) {
      this.#remark(
        block,
        "E_TF_EXPRESSION",
        `modules call one another more than ${MAX_MODULE_DEPTH} levels deep`,
      );
      return undefined;
    }
    const inputs: Inputs = (input) => {
      if (MODULE_META.has(input) || !Object.hasOwn(block.body, input)) return undefined;
      return () =>
        this.#bodies.value(block.body[input], key.scope(this.#scope), block.located, [...block.path, input]);
    };
    const child = new Module(this.#run, directory, `${this.#prefix}${address}.`, inputs, this.#depth + 1);
    this.#children.set(address, child);
    return child;
  }

  #addInstances(type: string, name: string, block: Block): void {
    for (const key of this.#keysOf(block, `${type}.${name}`)) {
      const address = `${this.#prefix}${type}.${name}${key instanceof Open ? "" : key.text}`;
      const open =
        this.#run.instances.length >= MAX_INSTANCES ? mistake(`more than ${MAX_INSTANCES} resources`) : key;
      const values = open instanceof Open ? open : this.#bodyOf(block, open);
      const id = key instanceof Open ? name : this.#idOf(type, name, key);
      this.#run.instances.push({ type, name, address, block, values, id });
      if (open instanceof Open) return;
    }
  }

  #bodyOf({ body, located, path }: Block, key: Key): TerraformObjectOrOpen {
    const own: Members = withoutMeta(body);
    const values = this.#bodies.members(own, key.scope(this.#scope), located, path, body);
    return isObject(values) || values instanceof Open ? values : mistake("a resource must be a block");
  }

  #keysOf({ body, located, path }: Block, address: string): readonly (Key | Open)[] {
    return instanceKeys(body, (attribute) =>
      this.#once(`${address} ${attribute}`, () =>
        this.#bodies.value(body[attribute], this.#scope, located, [...path, attribute]),
      ),
    );
  }

  /** One value per instance, in the form in which references see it. */
  #perKey(block: Block, address: string, make: (key: Key) => TerraformValue): TerraformValue {
    const keys = this.#keysOf(block, address);
    const made: (readonly [Key, TerraformValue])[] = [];
    for (const key of keys) {
      if (key instanceof Open) return key;
      made.push([key, make(key)]);
    }
    if (block.body["for_each"] !== undefined)
      return newObject(made.map(([key, value]) => [String(key.key), value] as const));
    if (block.body["count"] !== undefined) return made.map(([, value]) => value);
    return made[0]?.[1] ?? null;
  }

  #remark(
    { located, path }: Block,
    code: TextFault["code"],
    message: string,
    hint?: string,
    severity: "error" | "warning" = "error",
  ): void {
    const span = placeOf(located, path).key;
    const fault = { code, message, severity, span, path, ...(hint === undefined ? {} : { hint }) };
    this.#run.remarks.push({ located, fault });
  }
}

const noScope: Scope = () => undefined;

function missingResource(type: string): Lazy {
  return new Lazy((name) => mistake(`there is no resource \`${excerpt(type)}.${excerpt(name)}\``));
}

function withoutMeta(body: Members): Members {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !META.has(name)));
}

function typeMistake(name: string, { message, hint }: Open): Open {
  return mistake(`the type of the variable \`${excerpt(name)}\`: ${message}`, hint);
}

function isComplex(type: Node): boolean {
  return type.kind === "call" || (type.kind === "name" && ["list", "map", "any"].includes(type.name));
}

/** The directory of a module's source; undefined when it is no path. */
export function resolvePath(directory: string, source: string): string | undefined {
  if (!/^\.{1,2}(?:\/|$)/.test(source)) return undefined;
  const steps = directory === "" ? [] : directory.split("/");
  for (const step of source.split("/")) {
    if (step === "" || step === ".") continue;
    if (step === ".." && steps.length > 0 && steps.at(-1) !== "..") steps.pop();
    else steps.push(step);
  }
  return steps.join("/");
}
