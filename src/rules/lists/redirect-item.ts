import type { Members } from "../../documents/text/members.ts";
import { asciiLower, utf8Encode } from "../../language/values/bytes.ts";
import { normalHost } from "../../language/values/hostname.ts";
import { isSingleLine } from "../ruleset/actions/computed.ts";
import type { ItemFault } from "./item-faults.ts";

/** A redirect of a list, ready to be compared. Texts are bytes. */
export interface RedirectItem {
  /** Undefined: both schemes. */
  readonly scheme: "http" | "https" | undefined;
  readonly host: string;
  readonly path: string;
  readonly target: string;
  readonly status: number;
  readonly preserveQuery: boolean;
  readonly includeSubdomains: boolean;
  readonly subpaths: boolean;
  readonly preserveSuffix: boolean;
}

const STATUSES = [301, 302, 307, 308];
/** Longest source and target, in bytes. */
const MAX_URL = 32_768;
/** The most slashes in the path of a source that matches its subpaths: this bounds the look-ups for a request. */
export const MAX_SLASHES = 16;
const FLAGS = [
  ["preserve_query_string", false],
  ["include_subdomains", false],
  ["subpath_matching", false],
  ["preserve_path_suffix", true],
] as const;

type Refuse = (fault: ItemFault) => void;

/** Reads the `redirect` of an item; undefined when it has faults, which are reported. */
export function readRedirect(members: Members, refuse: Refuse): RedirectItem | undefined {
  let failed = false;
  const fault = (member: string, text: unknown, message: string, hint?: string) => {
    failed = true;
    refuse({
      code: "E_LIST_ITEM",
      member,
      text: typeof text === "string" ? text : (JSON.stringify(text) ?? ""),
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  const source = url(members, "source_url", fault);
  const target = url(members, "target_url", fault);
  const given = members["status_code"] ?? 301;
  const status = STATUSES.find((one) => one === given);
  if (status === undefined) {
    fault("status_code", given, `\`status_code\` must be one of ${STATUSES.join(", ")}`);
  }
  const flags = new Map<string, boolean>();
  for (const [name, usual] of FLAGS) {
    const value = flagOf(members[name], usual);
    if (value === undefined) fault(name, members[name], `\`${name}\` must be true or false`);
    else flags.set(name, value);
  }
  const parts = source === undefined ? undefined : partsOf(source);
  if (parts !== undefined && "message" in parts) fault("source_url", source, parts.message, parts.hint);
  if (target !== undefined && !/^([a-z][a-z0-9+.-]*:|\/)/i.test(target)) {
    fault("target_url", target, "the target is neither a URL nor a path", "begin it with `https://` or `/`");
  }
  const preserveQuery = flags.get("preserve_query_string") === true;
  if (preserveQuery && target?.includes("?")) {
    const message = "a target with a query cannot keep the request's query as well";
    fault("target_url", target, message, "leave out one of the two");
  }
  const subpaths = flags.get("subpath_matching") === true;
  if (parts === undefined || "message" in parts || target === undefined) return undefined;
  if (subpaths && parts.path.split("/").length - 1 > MAX_SLASHES) {
    fault(
      "source_url",
      source,
      `a source with subpath matching has at most ${MAX_SLASHES} slashes in its path`,
    );
  }
  if (failed || status === undefined) return undefined;
  return {
    ...parts,
    target,
    status,
    preserveQuery,
    includeSubdomains: flags.get("include_subdomains") === true,
    subpaths,
    preserveSuffix: flags.get("preserve_path_suffix") === true,
  };
}

type Fault = (member: string, text: unknown, message: string, hint?: string) => void;

function url(members: Members, name: string, fault: Fault): string | undefined {
  const value = members[name];
  if (typeof value !== "string" || value === "") {
    fault(name, value ?? "", `a redirect needs \`${name}\``);
    return undefined;
  }
  const bytes = utf8Encode(value);
  if (bytes.length > MAX_URL || !isSingleLine(bytes) || /\s/.test(value)) {
    const message =
      bytes.length > MAX_URL ? `\`${name}\` is longer than ${MAX_URL} bytes` : `\`${name}\` contains blanks`;
    fault(name, value, message);
    return undefined;
  }
  return bytes;
}

/** Terraform writes `enabled` and `disabled`. */
function flagOf(value: unknown, usual: boolean): boolean | undefined {
  if (value === undefined || value === null) return usual;
  if (value === true || value === "enabled") return true;
  return value === false || value === "disabled" ? false : undefined;
}

/** Scheme, host and path of a source, or why it is not a source. */
function partsOf(
  source: string,
): Pick<RedirectItem, "scheme" | "host" | "path"> | { readonly message: string; readonly hint?: string } {
  const colon = source.indexOf("://");
  const scheme = colon === -1 ? undefined : asciiLower(source.slice(0, colon));
  if (scheme !== undefined && scheme !== "http" && scheme !== "https") {
    return {
      message: "the scheme of a source is `http` or `https`, or left out for both",
      hint: `write \`https${source.slice(colon)}\``,
    };
  }
  const rest = colon === -1 ? source : source.slice(colon + 3);
  if (/[?#]/.test(rest)) {
    return { message: "a source has no query and no fragment", hint: "the request's query is ignored" };
  }
  const slash = rest.indexOf("/");
  const authority = slash === -1 ? rest : rest.slice(0, slash);
  if (authority.includes("@") || authority.includes(":")) {
    return {
      message: "the host of a source has no user and no port",
      hint: "requests match on every port: leave it out",
    };
  }
  if (authority === "" || authority.includes("*")) {
    return {
      message: "a source must begin with a host name",
      hint: "`include_subdomains` is the only wildcard",
    };
  }
  return { scheme, host: normalHost(authority), path: slash === -1 ? "/" : rest.slice(slash) };
}
