import type { Located, Path, TextFault } from "../../documents/text/located.ts";
import { isMembers, type Members } from "../../documents/text/members.ts";
import { rememberOrigin } from "../../documents/text/origins.ts";
import type { Resource } from "./resources.ts";

/** Modules inside one another that are read. */
const MAX_DEPTH = 32;
const UNKNOWN = {
  message: "this value is known only after the plan has been applied",
  hint: "apply it, and check the JSON of `terraform show -json`",
};
const NO_SPAN = Object.freeze({ start: 0, end: 0 });

/** Attributes that the API fills in; no rule depends on their values. */
const COMPUTED = new Set([
  "id",
  "ref",
  "version",
  "last_updated",
  "created_on",
  "modified_on",
  "num_items",
  "num_referencing_filters",
  "zone_id",
  "account_id",
  "list_id",
  "categories",
  "logging",
  "shareable_entitlement_name",
]);

/** The resources of a plan or a state. */
export function resourcesOfPlan(located: Located): readonly Resource[] {
  const { value } = located;
  if (!isMembers(value)) return [];
  const found: Resource[] = [];
  const unknown = unknownOf(value);
  const references = listReferences(value);
  const add = (resource: Members, values: unknown, path: Path, suffix = "") => {
    const { type, name, address } = resource;
    if (typeof type !== "string" || resource["mode"] === "data") return;
    const label = typeof name === "string" ? name : "";
    const at = typeof address === "string" ? address : `${type}.${label}${suffix}`;
    const body = isMembers(values) ? { ...values } : {};
    rememberOrigin(body, { located, path });
    const reference = references.get(withoutKeys(at));
    // A plan has no ids yet; its configuration says which list an item belongs to.
    if (type === "cloudflare_list_item" && typeof body["list_id"] !== "string" && reference !== undefined)
      Object.assign(body, { list_id: reference });
    const given = body["id"];
    const id =
      typeof given === "string"
        ? given
        : type === "cloudflare_list" || type === "cloudflare_filter"
          ? withoutKeys(at)
          : undefined;
    const later = unknown.get(at);
    const isZoneOpen = isMembers(later) && later["zone_id"] === true && typeof body["zone_id"] !== "string";
    found.push({
      type,
      name: label,
      address: at,
      id,
      located,
      body,
      faults: faultsOf(later, values),
      ...(isZoneOpen ? { openZone: UNKNOWN } : {}),
    });
  };
  for (const member of ["planned_values", "values"]) {
    const planned = value[member];
    if (isMembers(planned)) addModule(planned["root_module"], [member, "root_module"], add, 0);
  }
  if (Array.isArray(value["resources"])) addState(value["resources"], add);
  return found;
}

type Add = (resource: Members, values: unknown, path: Path, suffix?: string) => void;

/** Output of `terraform show -json`. */
function addModule(module: unknown, path: Path, add: Add, depth: number): void {
  if (!isMembers(module) || depth > MAX_DEPTH) return;
  const { resources, child_modules: children } = module;
  if (Array.isArray(resources)) {
    resources.forEach((resource: unknown, at) => {
      if (isMembers(resource)) add(resource, resource["values"], [...path, "resources", at, "values"]);
    });
  }
  if (Array.isArray(children)) {
    children.forEach((child, at) => {
      addModule(child, [...path, "child_modules", at], add, depth + 1);
    });
  }
}

/** A state file: resource > instances > attributes. */
function addState(resources: readonly unknown[], add: Add): void {
  resources.forEach((resource, at) => {
    if (!isMembers(resource) || !Array.isArray(resource["instances"])) return;
    const { instances } = resource;
    instances.forEach((instance: unknown, index) => {
      const path = ["resources", at, "instances", index, "attributes"];
      const key = isMembers(instance) ? instance["index_key"] : undefined;
      const suffix = key === undefined ? "" : `[${JSON.stringify(key)}]`;
      add(resource, isMembers(instance) ? instance["attributes"] : undefined, path, suffix);
    });
  });
}

/** Unknown values of a plan, by address of the resource. */
function unknownOf(plan: Members): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  const changes = plan["resource_changes"];
  if (!Array.isArray(changes)) return found;
  for (const change of changes) {
    if (!isMembers(change) || typeof change["address"] !== "string" || !isMembers(change["change"])) continue;
    found.set(change["address"], change["change"]["after_unknown"]);
  }
  return found;
}

/** Values that a rule depends on and that are known only once the plan is applied. */
function faultsOf(unknown: unknown, values: unknown): readonly TextFault[] {
  const faults: TextFault[] = [];
  const walk = (value: unknown, known: unknown, path: Path): void => {
    if (faults.length >= 200 || path.length > MAX_DEPTH) return;
    if (value === true) {
      faults.push({ code: "E_TF_UNRESOLVED", ...UNKNOWN, path, span: NO_SPAN });
    } else if (Array.isArray(value)) {
      value.forEach((item, at) => {
        walk(item, Array.isArray(known) ? known[at] : undefined, [...path, at]);
      });
    } else if (isMembers(value)) {
      for (const [name, member] of Object.entries(value)) {
        if (
          COMPUTED.has(name) ||
          (isMembers(known) && known[name] !== undefined && known[name] !== null && member === true)
        )
          continue;
        walk(member, isMembers(known) ? known[name] : undefined, [...path, name]);
      }
    }
  };
  walk(unknown, values, []);
  return faults;
}

/** By address of an item's resource, without keys: the list that its `list_id` refers to. */
function listReferences(plan: Members): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const { configuration } = plan;
  if (isMembers(configuration)) addReferences(configuration["root_module"], "", found, 0);
  return found;
}

function addReferences(module: unknown, prefix: string, found: Map<string, string>, depth: number): void {
  if (!isMembers(module) || depth > MAX_DEPTH) return;
  const { resources, module_calls: calls } = module;
  for (const resource of Array.isArray(resources) ? resources : []) {
    if (!isMembers(resource) || resource["type"] !== "cloudflare_list_item") continue;
    const { expressions } = resource;
    const list = isMembers(expressions) ? expressions["list_id"] : undefined;
    const references = isMembers(list) && Array.isArray(list["references"]) ? list["references"] : [];
    const address = references.find(
      (one) => typeof one === "string" && /^cloudflare_list\.[^.]+$/.test(withoutKeys(one)),
    );
    if (typeof address === "string")
      found.set(`${prefix}${resource["address"]}`, `${prefix}${withoutKeys(address)}`);
  }
  if (isMembers(calls)) {
    for (const [name, call] of Object.entries(calls)) {
      if (isMembers(call)) addReferences(call["module"], `${prefix}module.${name}.`, found, depth + 1);
    }
  }
}

function withoutKeys(address: string): string {
  return address.replace(/\[[^\]]*\]/g, "");
}
