import { type Located, placeOf, type TextFault } from "../../documents/text/located.ts";
import { isMembers } from "../../documents/text/members.ts";
import { readObject } from "../../documents/text/read-object.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import { Evaluator } from "./evaluate.ts";
import { isUsedFilter, legacyResource } from "./legacy.ts";
import { joinListItems } from "./list-items.ts";
import { type Instance, Module, type Remark, type Run, resolvePath } from "./module.ts";
import { resourcesOfPlan } from "./plan.ts";
import { isPlan, isTerraform, isVariablesFile, type TerraformReader } from "./reader.ts";
import { documentOf, plainResource, type Resource } from "./resources.ts";
import { newObject, type TerraformValue } from "./values.ts";

/** Resources with rules of a kind that is not supported: they are faults, so that no rule is lost silently. */
const REFUSED: ReadonlySet<string> = new Set([
  "cloudflare_filter",
  "cloudflare_firewall_rule",
  "cloudflare_page_rule",
  "cloudflare_zone_lockdown",
  "cloudflare_user_agent_blocking_rule",
  "cloudflare_user_agent_blocking_rules",
  "cloudflare_rate_limit",
  "cloudflare_access_rule",
  "cloudflare_waf_rule",
  "cloudflare_waf_group",
  "cloudflare_waf_package",
  "cloudflare_waf_override",
]);

/** Resources of Cloudflare's that change what happens to a request, and have no counterpart: a warning names them. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "cloudflare_bot_management",
  "cloudflare_cloud_connector_rules",
  "cloudflare_custom_pages",
  "cloudflare_leaked_credential_check_rule",
  "cloudflare_managed_headers",
  "cloudflare_managed_transforms",
  "cloudflare_page_shield_policy",
  "cloudflare_snippet",
  "cloudflare_snippet_rules",
  "cloudflare_snippets",
  "cloudflare_token_validation_rules",
  "cloudflare_url_normalization_settings",
  "cloudflare_waiting_room",
  "cloudflare_waiting_room_rules",
]);

const READ = ["cloudflare_ruleset", "cloudflare_list", "cloudflare_list_item"];

/**
 * Reads Terraform's documents: configurations in JSON, plans and states, and configurations in HCL that `loadTerraform`
 * has parsed. Loaders take it as their option `terraform`; those of `wirewall` have it by default.
 */
export const terraformReader: TerraformReader = Object.freeze({ evaluate });

/**
 * Documents with the resources of Terraform instead of its configurations, plans and states, each a document of its
 * own. Other documents stay as they are. Files of one directory are one module.
 */
function evaluate(
  documents: readonly Located[],
  variables: Readonly<Record<string, unknown>> = {},
): readonly Located[] {
  const others: Located[] = [];
  const resources: Resource[] = [];
  const values: Located[] = [];
  const directories = new Map<string, Located[]>();
  const first: Located[] = [];
  for (const located of documents) {
    if (!isTerraform(located)) others.push(located);
    else {
      first.push(located);
      if (isVariablesFile(located.source.name)) values.push(located);
      else if (isMembers(located.value) && isPlan(located.value)) resources.push(...resourcesOfPlan(located));
      else {
        const directory = directoryOf(located.source.name);
        directories.set(directory, [...(directories.get(directory) ?? []), located]);
      }
    }
  }
  const instances: Instance[] = [];
  const remarks: Remark[] = [];
  const seen = new Set(resources.map(({ type }) => type));
  const run: Run = {
    evaluator: new Evaluator(),
    directories,
    remarks,
    instances,
    wanted(type) {
      seen.add(type);
      return READ.includes(type) || REFUSED.has(type) || LEFT_OUT.has(type);
    },
  };
  const called = calledDirectories(directories);
  const declared = new Set<string>();
  for (const directory of directories.keys()) {
    if (called.has(directory)) continue;
    const inputs = inputsOf(values, directory, variables, run.evaluator);
    const root = new Module(run, directory, "", (name) => inputs.get(name), 0);
    root.evaluate();
    for (const name of root.variables()) declared.add(name);
  }
  const [main] = [...directories].flatMap(([directory, files]) => (called.has(directory) ? [] : files));
  if (main !== undefined) remarks.push(...undeclared(variables, declared, main));
  resources.push(...instances.map(plainResource));
  const told = documentsOf(resources);
  const sinks = first.flatMap((located) => {
    const faults = [
      ...located.faults,
      ...remarks.filter((one) => one.located === located).map(({ fault }) => fault),
    ];
    return faults.length === 0 ? [] : [{ ...located, value: undefined, faults }];
  });
  const [only] = first;
  const isEmpty = ![...READ, ...REFUSED].some((type) => seen.has(type));
  if (only !== undefined && isEmpty && others.length === 0 && sinks.length === 0) return [empty(only)];
  return [...others, ...sinks, ...told];
}

/** Values that no root module asks for: the name is misspelt, and Terraform would refuse it. */
function undeclared(
  variables: Readonly<Record<string, unknown>>,
  declared: ReadonlySet<string>,
  located: Located,
): readonly Remark[] {
  return Object.keys(variables)
    .filter((name) => !declared.has(name))
    .map((name): Remark => {
      const message = `no variable \`${excerpt(name)}\` is declared: the value given for it is not used`;
      const hint = didYouMean(name, declared);
      const span = { start: 0, end: 0 };
      const fault = { code: "W_TF_LEFT_OUT", severity: "warning", message, span, path: [] } as const;
      return { located, fault: hint === undefined ? fault : { ...fault, hint } };
    });
}

function directoryOf(name: string): string {
  const path = name.replaceAll("\\", "/");
  const directory = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
  return directory.replace(/^(?:\.\/)+/, "").replace(/^\.$/, "");
}

/** Directories that another one uses as a module are read with its inputs, and not as root modules. */
function calledDirectories(directories: ReadonlyMap<string, readonly Located[]>): ReadonlySet<string> {
  const called = new Set<string>();
  for (const [directory, files] of directories) {
    for (const { value } of files) {
      if (!isMembers(value)) continue;
      for (const source of sourcesIn(value["module"], 0)) {
        const target = resolvePath(directory, source);
        if (target !== undefined && target !== directory) called.add(target);
      }
    }
  }
  return called;
}

function* sourcesIn(value: unknown, depth: number): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* sourcesIn(item, depth);
  else if (isMembers(value) && depth === 1) {
    if (typeof value["source"] === "string") yield value["source"];
  } else if (isMembers(value)) for (const inner of Object.values(value)) yield* sourcesIn(inner, depth + 1);
}

/** In order of precedence, lowest first: `terraform.tfvars`, `*.auto.tfvars` by name, others as given, the option. */
function inputsOf(
  files: readonly Located[],
  directory: string,
  variables: Readonly<Record<string, unknown>>,
  evaluator: Evaluator,
): ReadonlyMap<string, () => TerraformValue> {
  const found = new Map<string, () => TerraformValue>();
  const rank = (name: string) => {
    if (/(?:^|\/)terraform\.tfvars$/.test(name)) return 0;
    if (/(?:^|\/)terraform\.tfvars\.json$/.test(name)) return 1;
    return /\.auto\.tfvars(?:\.json)?$/.test(name) ? 2 : 3;
  };
  const sorted = files
    .filter(({ source: { name } }) => rank(name) === 3 || directoryOf(name) === directory)
    .map((located, at) => ({ located, at, rank: rank(located.source.name) }))
    .sort((left, right) => {
      if (left.rank !== right.rank) return left.rank - right.rank;
      if (left.rank === 3) return left.at - right.at;
      return left.located.source.name < right.located.source.name ? -1 : 1;
    });
  for (const { located } of sorted) {
    if (!isMembers(located.value)) continue;
    for (const [name, value] of Object.entries(located.value))
      found.set(name, () => literal(value, evaluator));
  }
  // A program's data may be anything; values that are not plain data become null.
  const given = readObject(variables, "variables").value;
  if (isMembers(given))
    for (const [name, value] of Object.entries(given)) found.set(name, () => plain(value));
  return found;
}

/** A value of a file of variables: strings are templates in which no name is defined. */
function literal(value: unknown, evaluator: Evaluator): TerraformValue {
  if (typeof value === "string") return evaluator.template(value, () => undefined);
  if (Array.isArray(value)) return value.map((item: unknown) => literal(item, evaluator));
  if (isMembers(value))
    return newObject(
      Object.entries(value).map(([name, member]) => [name, literal(member, evaluator)] as const),
    );
  return typeof value === "number" || typeof value === "boolean" ? value : null;
}

function plain(value: unknown): TerraformValue {
  if (Array.isArray(value)) return value.map(plain);
  if (isMembers(value))
    return newObject(Object.entries(value).map(([name, member]) => [name, plain(member)] as const));
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}

function documentsOf(resources: readonly Resource[]): readonly Located[] {
  const documents: Located[] = [];
  const { lists, alone } = joinListItems(resources);
  for (const resource of resources) {
    const { type, address } = resource;
    if (type === "cloudflare_ruleset") documents.push(documentOf(resource, "ruleset"));
    else if (isUsedFilter(resource, resources)) continue;
    else if (REFUSED.has(type)) {
      const legacy = resource.faults.length > 0 ? resource : legacyResource(resource, resources);
      if (legacy !== undefined) {
        documents.push(documentOf(legacy, "foreign"));
        continue;
      }
      const message = `\`${type}\` is not supported: Cloudflare has replaced it with rules`;
      documents.push(remark(resource, "E_TF_RESOURCE", "error", message, REPLACEMENTS.get(type)));
    } else if (LEFT_OUT.has(type)) {
      documents.push(
        remark(
          resource,
          "W_TF_LEFT_OUT",
          "warning",
          `\`${address}\` is left out: \`${type}\` has no counterpart`,
        ),
      );
    }
  }
  for (const list of lists) documents.push(documentOf(list, "list"));
  for (const item of alone) {
    const message = "this item is added to no list: none of the documents has this `list_id`";
    documents.push(
      item.faults.length > 0 ? documentOf(item, "list") : remark(item, "W_TF_LEFT_OUT", "warning", message),
    );
  }
  return documents;
}

const CUSTOM_RULES = "write it as a rule of `cloudflare_ruleset` in the phase `http_request_firewall_custom`";
const REPLACEMENTS: ReadonlyMap<string, string> = new Map([
  ["cloudflare_rate_limit", "write it as a rule of `cloudflare_ruleset` in the phase `http_ratelimit`"],
  [
    "cloudflare_page_rule",
    "write it as rules of `cloudflare_ruleset`: `redirect` in `http_request_dynamic_redirect`, `set_config` in `http_config_settings`",
  ],
  ["cloudflare_waf_rule", "execute a managed ruleset in the phase `http_request_firewall_managed`"],
  ["cloudflare_waf_group", "execute a managed ruleset in the phase `http_request_firewall_managed`"],
  ["cloudflare_waf_package", "execute a managed ruleset in the phase `http_request_firewall_managed`"],
  ["cloudflare_waf_override", "execute a managed ruleset with `overrides`"],
]);

function remark(
  resource: Resource,
  code: TextFault["code"],
  severity: "error" | "warning",
  message: string,
  hint = severity === "error" ? CUSTOM_RULES : undefined,
): Located {
  const { span } = { span: { start: 0, end: 0 } };
  const fault = { code, message, severity, span, path: [], ...(hint === undefined ? {} : { hint }) };
  return documentOf({ ...resource, faults: [fault] }, "foreign");
}

function empty(located: Located): Located {
  const message = "this Terraform document has no `cloudflare_ruleset` or `cloudflare_list`";
  const span = placeOf(located, []).value;
  return { ...located, value: undefined, faults: [{ code: "E_DOC_TYPE", message, span, path: [] }] };
}
