import { checkOptionNames, type NamesOf } from "../../language/diagnostics/option-names.ts";
import { shownValue } from "../../language/diagnostics/option-values.ts";
import { IpSet } from "../../language/sets/ip-set.ts";
import { type IpRange, parseIpItem, unwrapMappedRange } from "../../language/values/ip.ts";
import type { GeoDatabase } from "../head/geo.ts";
import {
  DEFAULT_REQUEST_LIMITS,
  type PathNormalization,
  REQUEST_LIMIT_NAMES,
  type RequestLimits,
} from "../view/limits.ts";

/** How the client's address is found. */
export interface ClientAddressOptions {
  /** Addresses and networks of proxies whose forwarding header is used. Default: none, the peer is the client. */
  readonly trust?: readonly string[];
  /** The header that those proxies write: `x-forwarded-for` (default), `forwarded`, or one of their own. */
  readonly header?: string;
  /** A header of the same proxies that says `https` when their client's connection was encrypted. Default: none. */
  readonly protocolHeader?: string;
}

export const CLIENT_OPTION_NAMES: NamesOf<ClientAddressOptions> = {
  trust: true,
  header: true,
  protocolHeader: true,
};

export interface RequestOptions {
  readonly client?: ClientAddressOptions;
  readonly limits?: Partial<RequestLimits>;
  /** Default `cloudflare`. */
  readonly normalizePath?: PathNormalization;
  /** Called in order; the first with a fact about an address supplies it. */
  readonly geo?: readonly GeoDatabase[];
  /** So many unpredictable bytes as a byte string. Without it `cf.random_seed` and `cf.ray_id` are nil unless supplied. */
  readonly random?: (bytes: number) => string;
  /** The value of `cf.zone.name`. */
  readonly zoneName?: string;
  /** Lower-case path extensions that `cf.bot_management.static_resource` counts as static. */
  readonly staticExtensions?: readonly string[];
}

const REQUEST_OPTION_NAMES: NamesOf<RequestOptions> = {
  client: CLIENT_OPTION_NAMES,
  limits: REQUEST_LIMIT_NAMES,
  normalizePath: true,
  geo: true,
  random: true,
  zoneName: true,
  staticExtensions: true,
};

/** {@link RequestOptions} made ready for requests; shared by all of them. */
export interface PreparedRequestOptions {
  readonly limits: RequestLimits;
  readonly normalizePath: PathNormalization;
  readonly trusted: IpSet;
  /** Lower case. */
  readonly clientHeader: string;
  readonly protocolHeader: string | undefined;
  readonly geo: readonly GeoDatabase[];
  readonly random: ((bytes: number) => string) | undefined;
  readonly zoneName: string;
  readonly staticExtensions: ReadonlySet<string>;
}

/** The embedder's options make no sense: a misuse of the API. */
export class RequestOptionsError extends TypeError {
  override readonly name = "RequestOptionsError";
  readonly code = "E_REQUEST_OPTIONS";
}

const STATIC_EXTENSIONS: ReadonlySet<string> = new Set(
  "avif bmp css eot gif ico jpeg jpg js mp3 mp4 ogg otf pdf png svg swf tif tiff ttf webm webp woff woff2".split(
    " ",
  ),
);

/** @throws RequestOptionsError for an entry of `trust` that is not an address, or a limit that is not a whole number; MisuseError for unknown names. */
export function prepareRequestOptions(options: RequestOptions = {}): PreparedRequestOptions {
  checkOptionNames(options, REQUEST_OPTION_NAMES);
  const limits: RequestLimits = { ...DEFAULT_REQUEST_LIMITS, ...options.limits };
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RequestOptionsError(
        `limit \`${name}\` must be a whole number of at least 0, not ${shownValue(value)}`,
      );
    }
  }
  return Object.freeze({
    limits,
    normalizePath: options.normalizePath ?? "cloudflare",
    trusted: trustedSet(options.client?.trust ?? []),
    clientHeader: (options.client?.header ?? "x-forwarded-for").toLowerCase(),
    protocolHeader: options.client?.protocolHeader?.toLowerCase(),
    geo: options.geo ?? [],
    random: options.random,
    zoneName: options.zoneName ?? "",
    staticExtensions:
      options.staticExtensions === undefined ? STATIC_EXTENSIONS : new Set(options.staticExtensions),
  });
}

let nobody: IpSet | undefined;

function trustedSet(trust: readonly string[]): IpSet {
  if (!Array.isArray(trust) || trust.some((text) => typeof text !== "string")) {
    throw new RequestOptionsError('`trust` must be an array of texts, such as `["10.0.0.0/8"]`');
  }
  if (trust.length > 0) return IpSet.from(trust.map(trustedRange));
  nobody ??= IpSet.from([]);
  return nobody;
}

function trustedRange(text: string): IpRange {
  const item = parseIpItem(text);
  if (!("reason" in item)) return unwrapMappedRange(item);
  const hint = item.reason === "host-bits" ? `; did you mean \`${item.network}\`?` : "";
  throw new RequestOptionsError(`\`${text}\` in \`trust\` is not an address, network or range${hint}`);
}
