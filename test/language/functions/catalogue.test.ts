import { describe, expect, test } from "vitest";
import { compileFilter } from "../../support/source/language/compile.ts";
import { quantifiers, standardFunctions } from "../../support/source/language/functions.ts";
import { automatonEngine } from "../../support/source/language/pattern.ts";
import type { FunctionDefinition, Parameter } from "../../support/source/language/scheme.ts";
import { type Type, typeName } from "../../support/source/language/values.ts";
import { compile, evaluate, jsonOf, SCHEME } from "./support.ts";

/** Name, parameters (`=` literal, `~` dynamic, `?` optional, `…` repeated), result, documented contexts. */
const CATALOGUE: readonly (readonly [name: string, params: string, result: string, contexts: string])[] = [
  ["bit_slice", "~Bytes =Int =Int", "Int", "network_filter"],
  ["cidr", "~Ip =Int =Int", "Ip", "filter"],
  ["cidr6", "~Ip =Int", "Ip", "filter"],
  ["coalesce", "[of any type] [of any type] [of any type]…", "by arguments", ""],
  ["concat", "[Bytes or an array] [Bytes or an array] [Bytes or an array]…", "by arguments", ""],
  ["decode_base64", "~Bytes", "Bytes", "filter rewrite request_header response_header"],
  ["encode_base64", "Bytes =Bytes?", "Bytes", "request_header response_header"],
  ["ends_with", "~Bytes Bytes", "Bool", ""],
  ["has_key", "~[a map] Bytes", "Bool", ""],
  ["has_value", "~[an array or a map] [Bool, Int, Bytes or Ip]", "by arguments", ""],
  ["hash_in_range", "=Int =Int ~Bytes|Int|Ip|Bool ~Bytes|Int|Ip|Bool…", "Int", ""],
  ["is_timed_hmac_valid_v0", "=Bytes ~Bytes =Int ~Int =Int? =Bytes?", "Bool", "filter"],
  ["join", "~Array<Bytes> Bytes", "Bytes", "filter rewrite request_header response_header custom_error"],
  ["len", "[Bytes, an array or a map]", "Int", ""],
  ["lookup_json_integer", "~Bytes Bytes|Int Bytes|Int…", "Int", ""],
  ["lookup_json_string", "~Bytes Bytes|Int Bytes|Int…", "Bytes", ""],
  ["lower", "Bytes", "Bytes", ""],
  ["regex_replace", "Bytes =Bytes =Bytes", "Bytes", "rewrite request_header response_header redirect"],
  ["remove_bytes", "~Bytes Bytes", "Bytes", ""],
  ["remove_query_args", "~Bytes =Bytes =Bytes…", "Bytes", "rewrite request_header response_header"],
  ["reverse", "Bytes", "Bytes", ""],
  ["sha256", "Bytes", "Bytes", "request_header response_header"],
  ["split", "~Bytes =Bytes =Int?", "Array<Bytes>", "response_header custom_error"],
  ["starts_with", "~Bytes Bytes", "Bool", ""],
  ["substring", "~Bytes Int Int?", "Bytes", ""],
  ["to_string", "~Int|Bool|Ip", "Bytes", "rewrite request_header response_header redirect"],
  ["upper", "~Bytes", "Bytes", ""],
  ["url_decode", "~Bytes =Bytes?", "Bytes", ""],
  ["uuidv4", "~Bytes", "Bytes", "rewrite request_header response_header"],
  ["wildcard_replace", "~Bytes =Bytes =Bytes =Bytes?", "Bytes", "rewrite redirect"],
];

const KINDS = { literal: "=", dynamic: "~", either: "" } as const;

function parameterText({ kind, type, typeLabel, optional }: Parameter): string {
  const types = Array.isArray(type) ? (type as readonly Type[]).map(typeName).join("|") : undefined;
  const text = typeof type === "function" ? `[${typeLabel}]` : (types ?? typeName(type as Type));
  return `${KINDS[kind]}${text}${optional === true ? "?" : ""}`;
}

function signature(definition: FunctionDefinition): readonly [string, string, string, string] {
  const { name, params, variadic, returns, contexts = [] } = definition;
  const repeated = variadic === undefined ? [] : [`${parameterText(variadic)}…`];
  return [
    name,
    [...params.map(parameterText), ...repeated].join(" "),
    typeof returns === "function" ? "by arguments" : typeName(returns),
    contexts.join(" "),
  ];
}

describe("catalogue", () => {
  test("has the documented names, signatures and contexts", () => {
    expect(standardFunctions.map(signature)).toEqual(CATALOGUE);
    expect(quantifiers.map(({ name }) => name)).toEqual(["all", "any"]);
  });

  test("marks what may stand once, takes nil or may fail", () => {
    const named = (wanted: (each: FunctionDefinition) => boolean) =>
      standardFunctions.filter(wanted).map(({ name }) => name);
    expect(named((each) => each.once === true)).toEqual(["regex_replace", "wildcard_replace"]);
    expect(named((each) => each.nil === "receive")).toEqual([
      "coalesce",
      "concat",
      "has_key",
      "has_value",
      "hash_in_range",
    ]);
    expect(named((each) => each.total !== true)).toEqual([
      "bit_slice",
      "decode_base64",
      "lookup_json_integer",
      "lookup_json_string",
      "uuidv4",
    ]);
  });

  test.each([...standardFunctions])(
    "$name describes itself and has examples",
    ({ summary, params, examples }) => {
      expect(summary).toMatch(/^[A-Z`].*\.$/);
      expect(new Set(params.map(({ name }) => name)).size).toBe(params.length);
      expect(examples?.length).toBeGreaterThan(0);
    },
  );

  test.each(
    [...standardFunctions, ...quantifiers].flatMap(({ examples = [] }) =>
      examples.map((each) => [each] as const),
    ),
  )("example %j", ({ expression, given, result }) => {
    const compiled = compile(expression);
    if (!compiled.ok) throw new Error(compiled.errors[0]?.message);
    expect(jsonOf(compiled.value.type, evaluate(expression, given))).toEqual(result);
  });
});

describe("strict profile", () => {
  const strict = (text: string, context: string) => {
    const result = compileFilter(text, SCHEME, { patterns: automatonEngine, strict: true, context });
    return result.ok ? "fine" : result.errors[0]?.code;
  };

  test.each([
    ['sha256(s) == "a"', "filter", "E_FUNC_CONTEXT"],
    ['sha256(s) == "a"', "request_header", "fine"],
    ["cidr(address, 8, 8) == 10.0.0.0", "filter", "fine"],
    ["cidr(address, 8, 8) == 10.0.0.0", "redirect", "E_FUNC_CONTEXT"],
    ['lower(s) == "a"', "redirect", "fine"],
    ['concat(regex_replace(s, "a", "b"), regex_replace(t, "a", "b")) == ""', "rewrite", "E_FUNC_REPEAT"],
    ['regex_replace(wildcard_replace(s, "a", "b"), "a", "b") == ""', "rewrite", "E_FUNC_REPEAT"],
    ['wildcard_replace(regex_replace(s, "a", "b"), "a", "b") == ""', "rewrite", "E_FUNC_REPEAT"],
    ['concat(regex_replace(s, "a", "b"), wildcard_replace(t, "a", "b")) == ""', "rewrite", "fine"],
  ])("%s in %s: %s", (text, context, expected) => expect(strict(text, context)).toBe(expected));

  test("is off by default: repetition is a warning", () => {
    const compiled = compile('concat(regex_replace(s, "a", "b"), regex_replace(t, "a", "b"))');
    expect(compiled.ok && compiled.warnings.map(({ code }) => code)).toEqual(["W_FUNC_REPEAT"]);
  });
});
