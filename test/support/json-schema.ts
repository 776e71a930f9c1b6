/** What is checked of JSON Schema: the keywords that the package's schemas of events use. */
interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
}

/** Places and words of what does not fit a schema; a member that no schema names does not fit either. */
export function schemaFaults(root: unknown, value: unknown): readonly string[] {
  const whole = root as Schema;
  const faults: string[] = [];
  visit(whole, value, "");
  return faults;

  function visit(schema: Schema, at: unknown, place: string): void {
    if (schema.$ref !== undefined) {
      const target = whole.$defs?.[schema.$ref.replace("#/$defs/", "")];
      if (target === undefined) faults.push(`${place}: no ${schema.$ref}`);
      else visit(target, at, place);
      return;
    }
    if (schema.anyOf !== undefined) {
      if (!schema.anyOf.some((one) => schemaFaults({ $defs: whole.$defs, ...one }, at).length === 0))
        faults.push(`${place}: fits none of several`);
      return;
    }
    if ("const" in schema && schema.const !== at) faults.push(`${place}: not ${String(schema.const)}`);
    if (schema.enum !== undefined && !schema.enum.includes(at))
      faults.push(`${place}: ${String(at)} is not listed`);
    if (schema.type !== undefined && typeOf(at) !== schema.type) {
      faults.push(`${place}: ${typeOf(at)}, not ${schema.type}`);
      return;
    }
    if (Array.isArray(at)) {
      at.forEach((item, index) => {
        const of = schema.prefixItems?.[index] ?? schema.items;
        if (of !== undefined) visit(of, item, `${place}/${index}`);
      });
      return;
    }
    if (typeof at !== "object" || at === null || schema.type !== "object") return;
    for (const name of schema.required ?? []) if (!(name in at)) faults.push(`${place}: no ${name}`);
    for (const [name, member] of Object.entries(at)) {
      const of = schema.properties?.[name] ?? schema.additionalProperties;
      if (of === undefined) faults.push(`${place}/${name}: unknown`);
      else visit(of, member, `${place}/${name}`);
    }
  }
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
