import type { TypedNode } from "../../language/check/typed-ast.ts";
import { compileReader } from "../../language/compile/closures.ts";
import { type CompileOptions, compileValue, type ValueExpression } from "../../language/compile/compile.ts";
import { type Diagnostic, diagnose } from "../../language/diagnostics/diagnostic.ts";
import { Source, type Span } from "../../language/diagnostics/source.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { parseIp, sameIp } from "../../language/values/ip.ts";
import type { Type } from "../../language/values/types.ts";
import { isIpValue } from "../../language/values/value-guards.ts";
import { CHARACTERISTIC_NAMES } from "../ruleset/characteristic-names.ts";

/** One of the values that a key consists of. */
export interface Characteristic {
  /** As it is written. */
  readonly text: string;
  readonly value: ValueExpression;
  /** Slots of address fields in the value, whose networks are used instead. */
  readonly addresses: readonly number[];
}

export interface Characteristics {
  readonly characteristics: readonly Characteristic[];
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/** Compiles the characteristics of a rate limit with the scheme of its phase. */
export function compileCharacteristics(
  texts: readonly string[],
  scheme: Scheme<never>,
  options: CompileOptions,
  sourceName: string,
): Characteristics {
  const characteristics: Characteristic[] = [];
  const errors: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  const seen = new Set<string>();
  texts.forEach((given, index) => {
    const pointer = `/ratelimit/characteristics/${index}`;
    const source = new Source(given, sourceName);
    const warn = (message: string, hint?: string) => {
      const span = { start: 0, end: given.length };
      const told = { code: "W_RATELIMIT", severity: "warning", message, span } as const;
      const found = diagnose(source, hint === undefined ? told : { ...told, hint });
      warnings.push({ ...found, pointer });
    };
    const text = substitute(given.trim(), scheme, warn);
    if (text === undefined || seen.has(text)) return;
    seen.add(text);
    const compiled = compileValue(
      text === given.trim() ? source : new Source(text, sourceName),
      scheme,
      undefined,
      options,
    );
    warnings.push(...compiled.warnings.map((warning) => ({ ...warning, pointer })));
    if (compiled.ok) {
      const { value } = compiled;
      characteristics.push({ text, value, addresses: [...new Set(addressesIn(value.checked.root))] });
      const narrow = narrowNetwork(value.checked.root, scheme);
      if (narrow !== undefined)
        warn(
          `a client of IPv6 has a /64 of addresses, which \`${text.slice(narrow.start, narrow.end)}\` tells apart: it can have a new counter for each request`,
          "write the address itself, of which each /64 counts as one client, or at most 64 bits",
        );
    } else errors.push(...compiled.errors.map((error) => ({ ...error, pointer })));
  });
  return { characteristics, errors, warnings };
}

/**
 * Slots of fields whose addresses go into a value. Not those in comparisons, which test the exact address, nor in calls
 * that derive one address from another, such as `cidr6(ip.src, 96)`, where the author chose the bits.
 */
function addressesIn(node: TypedNode): readonly number[] {
  switch (node.kind) {
    case "field":
      return holdsAddresses(node.field.type) ? [node.slot] : [];
    case "access":
      return addressesIn(node.base);
    case "each":
      return addressesIn(node.operand);
    case "call": {
      const { returns } = node.function;
      return typeof returns !== "function" && returns.kind === "Ip"
        ? []
        : node.arguments.flatMap(addressesIn);
    }
    default:
      return [];
  }
}

/** Two addresses of one /64. */
const NEIGHBOURS = ["2001:db8::", "2001:db8::ffff:ffff:ffff:ffff"].flatMap((text) => parseIp(text) ?? []);

/** The call of a key that distinguishes the addresses of one IPv6 client; found by trying, since any function may. */
function narrowNetwork(node: TypedNode, scheme: Scheme<never>): Span | undefined {
  switch (node.kind) {
    case "access":
      return narrowNetwork(node.base, scheme);
    case "each":
      return narrowNetwork(node.operand, scheme);
    case "call": {
      const { returns } = node.function;
      const field = node.arguments.find((one) => one.kind === "field");
      if (typeof returns === "function" || returns.kind !== "Ip" || field?.type.kind !== "Ip")
        return node.arguments.map((one) => narrowNetwork(one, scheme)).find((found) => found !== undefined);
      const read = compileReader(node);
      const [one, other] = NEIGHBOURS.map((address) => {
        const context = scheme.createContext();
        context.set(field.slot, address);
        const made = read(context);
        return made === undefined || !isIpValue(made) ? undefined : made;
      });
      return one === undefined || other === undefined || sameIp(one, other) ? undefined : node.span;
    }
    default:
      return undefined;
  }
}

function holdsAddresses(type: Type): boolean {
  return type.kind === "Ip" || ("element" in type && holdsAddresses(type.element));
}

/** The equivalent of a name of Cloudflare's; undefined: it does not distinguish requests. */
function substitute(
  text: string,
  scheme: Scheme<never>,
  warn: (message: string) => void,
): string | undefined {
  // An embedder may define fields with these names.
  if (!CHARACTERISTIC_NAMES.includes(text) || scheme.field(text) !== undefined) return text;
  if (text === "cf.colo.id") {
    warn(
      "`cf.colo.id` is left out: there are no data centres here, and counters are shared as far as the store is",
    );
    return undefined;
  }
  warn("`cf.unique_visitor_id` counts as `ip.src`: clients behind one address are not distinguished here");
  return "ip.src";
}
