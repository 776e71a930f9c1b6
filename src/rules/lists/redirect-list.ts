import type { Result } from "../../language/diagnostics/diagnostic.ts";
import type { ListLookup } from "../../language/scheme/execution-context.ts";
import { asciiLower, utf8Decode } from "../../language/values/bytes.ts";
import { normalHost } from "../../language/values/hostname.ts";
import type { Value } from "../../language/values/value.ts";
import { isSingleLine } from "../ruleset/actions/computed.ts";
import type { RedirectTarget } from "../ruleset/actions/control.ts";
import type { ListDocument } from "../ruleset/document.ts";
import type { CompileListOptions } from "./compile-list.ts";
import { ItemFaults } from "./item-faults.ts";
import { MAX_SLASHES, type RedirectItem, readRedirect } from "./redirect-item.ts";

/** The target of a redirect list for a request, and the item that matched. */
export interface RedirectMatch extends RedirectTarget {
  /** The target, as bytes; to be rejected unless {@link isFitLocation}. */
  readonly location: string;
  /** The item's source as written, without its scheme's letter case. */
  readonly item: string;
}

/** Whether a response can contain the location, which may have the end of the request's path in it. */
export function isFitLocation(location: string): boolean {
  return location.length <= MAX_LOCATION && isSingleLine(location);
}

/** A redirect list made ready for requests. Frozen. */
export interface RedirectList extends ListLookup {
  readonly name: string;
  readonly kind: "redirect";
  readonly size: number;
  /** @param key the request's full address, as bytes: scheme, host, path; a query is left out of the comparison. */
  find(key: string): RedirectMatch | undefined;
  /** Whether the list redirects the address: `http.request.full_uri in $list`. */
  has(key: Value): boolean;
}

/** Longest host and longest path that are looked up. */
const MAX_HOST = 260;
const MAX_PATH = 32_768;
const MAX_LOCATION = 65_536;

/** Redirects of one host: by path, those that match it, at most one per scheme, subpath and subdomain choice. */
type ByPath = Map<string, RedirectItem[]>;

/**
 * Compiles a list of kind `redirect`. Matching and precedence follow Cloudflare's documentation of bulk redirects: the
 * longest path first, then the exact host before parents of it, nearer parents before farther ones, then a source with
 * a scheme before one without. A source `/a` with subpath matching matches `/a` and `/a/b`, not `/ab`.
 */
export function compileRedirectList(
  document: ListDocument,
  options: Pick<CompileListOptions, "locate"> = {},
): Result<RedirectList> {
  const faults = new ItemFaults(document.name, options.locate);
  const hosts = new Map<string, ByPath>();
  document.items.forEach((item, index) => {
    const given = typeof item === "object" && item !== null ? item.redirect : undefined;
    if (typeof given !== "object" || given === null) {
      const message = "an item of a redirect list needs a member `redirect`";
      const hint = 'write `{redirect: {source_url: "…", target_url: "…"}}`';
      faults.error(index, { code: "E_LIST_ITEM", text: JSON.stringify(item) ?? "", message, hint });
      return;
    }
    const read = readRedirect(given, (fault) =>
      faults.error(index, { ...fault, member: `redirect/${fault.member ?? ""}` }),
    );
    if (read === undefined || put(hosts, read)) return;
    const message = "another redirect of the list has the same source";
    const text = String(given["source_url"]);
    faults.error(index, { code: "E_LIST_ITEM", text, message, member: "redirect/source_url" });
  });
  if (faults.failed) return { ok: false, errors: faults.errors, warnings: faults.warnings };
  const value = new Redirects(document.name, document.items.length, hosts);
  return { ok: true, value, warnings: faults.warnings };
}

/** False when an equal source exists. */
function put(hosts: Map<string, ByPath>, item: RedirectItem): boolean {
  let paths = hosts.get(item.host);
  if (paths === undefined) {
    paths = new Map();
    hosts.set(item.host, paths);
  }
  const there = paths.get(item.path);
  if (there === undefined) {
    paths.set(item.path, [item]);
    return true;
  }
  if (there.some((other) => other.scheme === item.scheme)) return false;
  // A source with a scheme takes precedence over one without.
  if (item.scheme === undefined) there.push(item);
  else there.unshift(item);
  return true;
}

class Redirects implements RedirectList {
  readonly name: string;
  readonly kind = "redirect";
  readonly size: number;
  readonly #hosts: ReadonlyMap<string, ByPath>;

  constructor(name: string, size: number, hosts: ReadonlyMap<string, ByPath>) {
    this.name = name;
    this.size = size;
    this.#hosts = hosts;
    Object.freeze(this);
  }

  has(key: Value): boolean {
    return typeof key === "string" && this.find(key) !== undefined;
  }

  find(key: string): RedirectMatch | undefined {
    const parts = split(key);
    if (parts === undefined) return undefined;
    const { scheme, host, path } = parts;
    const tables = this.#tablesOf(host);
    if (tables.length === 0) return undefined;
    for (const length of prefixLengths(path)) {
      const prefix = path.slice(0, length);
      for (const { exact, paths } of tables) {
        const found = paths
          .get(prefix)
          ?.find(
            (item) =>
              (item.scheme === undefined || item.scheme === scheme) &&
              (exact || item.includeSubdomains) &&
              (length === path.length || item.subpaths),
          );
        if (found !== undefined) return matchOf(found, path.slice(length));
      }
    }
    return undefined;
  }

  /** Tables of the host and of the names above it, nearest first. */
  #tablesOf(host: string): readonly { readonly exact: boolean; readonly paths: ByPath }[] {
    const tables: { readonly exact: boolean; readonly paths: ByPath }[] = [];
    for (let at = 0; at >= 0 && at < host.length; ) {
      const paths = this.#hosts.get(at === 0 ? host : host.slice(at));
      if (paths !== undefined) tables.push({ exact: at === 0, paths });
      const dot = host.indexOf(".", at);
      at = dot === -1 ? -1 : dot + 1;
    }
    return tables;
  }
}

/** Lengths at which a source could end that matches the path: the whole, and at its first slashes; longest first. */
function prefixLengths(path: string): readonly number[] {
  const lengths: number[] = [];
  let slashes = 0;
  for (let at = path.indexOf("/"); at !== -1 && slashes <= MAX_SLASHES; at = path.indexOf("/", at + 1)) {
    slashes++;
    // `/a` as the folder of `/a/b`, and `/a/` as the beginning of it.
    if (at > 0) lengths.push(at);
    if (at + 1 < path.length) lengths.push(at + 1);
  }
  lengths.push(path.length);
  return lengths.reverse();
}

function split(
  key: string,
): { readonly scheme: string; readonly host: string; readonly path: string } | undefined {
  const colon = key.indexOf("://");
  if (colon === -1) return undefined;
  const end = key.search(/[?#]/);
  const rest = key.slice(colon + 3, end === -1 ? key.length : end);
  const slash = rest.indexOf("/");
  const host = slash === -1 ? rest : rest.slice(0, slash);
  const path = slash === -1 ? "/" : rest.slice(slash);
  if (host.length > MAX_HOST || path.length > MAX_PATH) return undefined;
  return { scheme: asciiLower(key.slice(0, colon)), host: normalHost(host), path };
}

function matchOf(item: RedirectItem, suffix: string): RedirectMatch {
  const { target, status, preserveQuery } = item;
  const location = suffix === "" || !item.preserveSuffix ? target : withSuffix(target, suffix);
  const source = `${item.scheme === undefined ? "" : `${item.scheme}://`}${item.host}${item.path}`;
  return { location, status, preserveQuery, item: utf8Decode(source) ?? source };
}

/**
 * Appends the rest of the request's path to the target's path, joined by one slash. Leading slashes and backslashes of
 * the rest are dropped: after the target `/` they would make `//evil.example`, which browsers take for a host.
 */
function withSuffix(target: string, suffix: string): string {
  const end = target.search(/[?#]/);
  const path = end === -1 ? target : target.slice(0, end);
  const rest = suffix.replace(/^[/\\]+/, "");
  const joined = path.endsWith("/") ? path + rest : `${path}/${rest}`;
  return end === -1 ? joined : joined + target.slice(end);
}
