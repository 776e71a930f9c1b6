import type { Located, Path, ResourcePlace, TextFault } from "../../documents/text/located.ts";
import { isContainer, isMembers, type Members } from "../../documents/text/members.ts";
import { originOf, rememberOrigin } from "../../documents/text/origins.ts";
import type { Instance } from "./module.ts";
import { Lazy, Open, TerraformSet } from "./values.ts";

/** A resource as plain data, from any kind of Terraform document. */
export interface Resource {
  readonly type: string;
  /** The ruleset's id or the list's name, if its body has none. */
  readonly name: string;
  readonly address: string;
  /** The id by which items of a list refer to it. */
  readonly id: string | undefined;
  readonly located: Located;
  readonly body: Members;
  readonly faults: readonly TextFault[];
  readonly openZone?: ResourcePlace["openZone"];
}

/** Faults of one resource that are reported. */
const MAX_FAULTS = 200;
const NO_SPAN = Object.freeze({ start: 0, end: 0 });

/** The place of a resource does not change what its rules do: it may stay open. */
const PLACEMENT = ["zone_id", "account_id"];

/** The plain data of an evaluated resource. An open value is a fault at its attribute and is left out of the data. */
export function plainResource({ type, name, address, block, values, id }: Instance): Resource {
  const faults: TextFault[] = [];
  const path: (string | number)[] = [];
  const open = (value: Open): undefined => {
    if (faults.length < MAX_FAULTS) faults.push(openFault(value, [...path]));
    return undefined;
  };
  const plain = (value: unknown): unknown => {
    if (value instanceof Open) return open(value);
    if (value instanceof Lazy) return open(new Open("a whole resource cannot be used as a value here"));
    if (value instanceof TerraformSet) return plain(value.items);
    if (!isContainer(value)) return value;
    const copy: unknown = Array.isArray(value)
      ? value.map((item: unknown, at) => inside(at, item))
      : Object.fromEntries(Object.entries(value).map(([key, member]) => [key, inside(key, member)]));
    const origin = originOf(value);
    if (origin !== undefined && isContainer(copy)) rememberOrigin(copy, origin);
    return copy;
  };
  const inside = (step: string | number, value: unknown): unknown => {
    path.push(step);
    const made = plain(value);
    path.pop();
    return made;
  };
  let body: Members = {};
  let openZone: Resource["openZone"];
  if (values instanceof Open) {
    const meta = Object.hasOwn(block.body, "for_each") ? "for_each" : "count";
    faults.push(openFault(values, Object.hasOwn(block.body, meta) ? [meta] : []));
  } else {
    const zone = values["zone_id"];
    if (zone instanceof Open) openZone = { message: zone.message, hint: zone.hint };
    const kept = Object.entries(values).filter(
      ([key, value]) => !(PLACEMENT.includes(key) && value instanceof Open) && value !== null,
    );
    const found = plain(Object.fromEntries(kept));
    if (isMembers(found)) body = found;
  }
  rememberOrigin(body, { located: block.located, path: block.path });
  const given = body["id"];
  return {
    type,
    name: id,
    address,
    id: typeof given === "string" ? given : type === "cloudflare_ruleset" ? undefined : id,
    located: block.located,
    body: type === "cloudflare_list" && !Object.hasOwn(body, "name") ? { name, ...body } : body,
    faults,
    ...(openZone === undefined ? {} : { openZone }),
  };
}

function openFault({ message, hint, isMistake }: Open, path: Path): TextFault {
  const code = isMistake ? "E_TF_EXPRESSION" : "E_TF_UNRESOLVED";
  return { code, message, path, span: NO_SPAN, ...(hint === undefined ? {} : { hint }) };
}

/** A resource as a document of its own. */
export function documentOf(resource: Resource, kind: "ruleset" | "list" | "foreign"): Located {
  const { located, body, name, address, type, faults, openZone } = resource;
  return {
    source: located.source,
    value: body,
    root: NO_SPAN,
    places: new Map(),
    faults,
    data: true,
    resource: { kind, type, name, address, ...(openZone === undefined ? {} : { openZone }) },
  };
}
