import type { Detector, Place, Report } from "../detector/detector.ts";
import { type Destination, destinationOf } from "./classify.ts";
import {
  AUTHORITY,
  CLOUD_METADATA,
  FILE_SCHEME,
  HOST_KINDS,
  INTERNAL_PORT,
  LOOPBACK,
  METADATA_MENTION,
  ODD_ADDRESS,
  ODD_LOOPBACK,
  PRIVATE_NETWORK,
  RESOLVER_NAME,
  SCHEME,
  USER_INFORMATION,
} from "./host-kinds.ts";
import { DANGEROUS_SCHEMES, INTERNAL_PORTS, SITE_ENDINGS, WEB_SCHEMES } from "./names.ts";
import { isOneWord, isSite, judgePath, judgeRedirect } from "./redirect.ts";
import { judgeRemoteFile } from "./remote-file.ts";
import { readUrl, type Url } from "./url.ts";

/** However many control characters and blanks are in front: readers of URLs drop them. */
const PREFIX = /[\0-\x20'"]*(?:url[:=]|[\w-]{1,20}=)?['"]?/iy;
const WORD = /([a-z_][a-z0-9_-]{2,11})\s{0,4}:/iy;
/** Behind the colon of a scheme: a host. Some schemes hold another URL instead of slashes. */
const AUTHORITY_FOLLOWS = /\/{1,3}[\w%$[.*-]{1,253}[:/.\]]/y;
const NESTED_FOLLOWS = /(?:(?:https?|ftp|file):|\/{1,3}[\w.])/iy;
const NESTING = new Set(["jar", "view-source", "netdoc", "local_file"]);
const FILE_FOLLOWS = /[\\/]{1,8}[\w%$.~]/y;
/** A path that a shell would put together, or with slashes that none writes. */
const DISGUISED_FILE = /[^\s"'<>]{0,64}(?:\$[({]|`)|[\\/]{0,4}\/\\|[\\/]{0,4}\\\//y;
const METADATA_PATH =
  /\/(?:latest\/(?:meta-data|user-data|dynamic\/instance-identity)|computemetadata\/v1|metadata\/(?:instance|identity\/oauth2)|opc\/v[12]\/instance|openstack\/latest)(?:[/?#]|beta|$)/iy;
/** How the hosts of metadata services begin, whatever their spelling. */
const METADATA_START =
  /(?:169\.|100\.100|192\.0\.0|168\.63|0{1,8}x|0{0,4}251|2852039|025177|425\.|metadata|instance-d|rancher-|\[)[^/\s]{4}/iy;
/** Endings of what {@link judgeRemoteFile} looks at. */
const REMOTE = /(?:[?#\0]|\.(?:php\d?|phtml|txt|aspx?|jspx?|sh|pl|cgi|py))$/i;

/** Finds values that are URLs of hosts which no client should send a server to, or which deceive those who follow them. */
export const hostDetector: Detector = {
  name: "host",
  kinds: HOST_KINDS,
  triggers: [
    {
      words: ["//", "\\\\", "/\\", "\\/", "/\t", "/\n", "/\r", "http:", "https:", "ht\t", "169.254.169.254"],
    },
    { words: [...DANGEROUS_SCHEMES, "file"].flatMap((scheme) => [`${scheme}:`, `${scheme} :`]) },
    { characters: "@", words: [...SITE_ENDINGS].map((ending) => `.${ending}`) },
    { words: [...SITE_ENDINGS].map((ending) => `.${ending}`), test: beginsWithDot },
  ],
  shortest: 6,
  inspect,
};

function beginsWithDot(text: string): boolean {
  return text.charCodeAt(0) === 0x2e && text.length <= 256;
}

function inspect(text: string, place: Place, report: Report): void {
  // Its arguments come one by one.
  if (place.part === "query") return;
  if (place.part === "path") {
    const second = text.charCodeAt(1);
    if (second < 0x30 || second === 0x5c || second === 0x68) judgePath(text, readUrl(text, 0), report);
    findProxied(text, report);
    return;
  }
  const start = valueStart(text);
  const ordinary = ordinaryUrlEnd(text, start);
  if (ordinary > 0) {
    if (place.part === "header") return;
    if (REMOTE.test(text.slice(-8))) {
      const url = readUrl(text, start);
      if (url !== undefined) judgeRemoteFile(text, start, url, place, report);
    }
    findMentions(text, ordinary, report);
    return;
  }
  const url = judgeStart(text, start, place, report);
  if (place.part !== "header") findMentions(text, start + (url?.length ?? 0), report);
}

function judgeStart(text: string, start: number, place: Place, report: Report): Url | undefined {
  const first = text.charCodeAt(start);
  const isSlash = first === 0x2f || first === 0x5c;
  const colon = isSlash ? -1 : text.slice(start, start + 40).indexOf(":");
  if (colon > 0) judgeScheme(text, start, place, report);
  const url = isSlash || colon > 0 ? readUrl(text, start) : undefined;
  if (place.part === "header") {
    if (isMetadata(url) || isMetadataAddress(text, start)) report(CLOUD_METADATA, start, text.length);
    return url;
  }
  if (url !== undefined && (url.scheme === "" || WEB_SCHEMES.has(url.scheme))) {
    judgeHost(url, start, report);
    judgeRemoteFile(text, start, url, place, report);
  } else if (isMetadataAddress(text, start)) report(CLOUD_METADATA, start, text.length);
  if (!place.isName && isOneWord(text)) judgeRedirect(text, start, url, place, report);
  return url;
}

function valueStart(text: string): number {
  const first = text.charCodeAt(0);
  if (first === 0x2f || first === 0x5c) return 0;
  PREFIX.lastIndex = 0;
  return PREFIX.test(text) ? PREFIX.lastIndex : 0;
}

/** Where the authority of a URL ends that needs no reading: `http` or `https` and the name of a site. 0 for others. */
function ordinaryUrlEnd(text: string, start: number): number {
  const secure = text.charCodeAt(start + 4) === 0x73;
  const begin = start + (secure ? 8 : 7);
  if (text.slice(start, begin).toLowerCase() !== (secure ? "https://" : "http://")) return 0;
  if ((text.charCodeAt(begin) | 0x20) < 0x61) return 0;
  let at = begin;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const lower = code | 0x20;
    if (
      !((lower >= 0x61 && lower <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x2e || code === 0x2d)
    )
      break;
  }
  const host = text.slice(begin, at);
  if (at < text.length) {
    if (text.charCodeAt(at) === 0x3a)
      do at++;
      while (text.charCodeAt(at) >= 0x30 && text.charCodeAt(at) <= 0x39);
    // An `@` after the slash belongs to the path; after other signs it is worth a look.
    if (text.charCodeAt(at) !== 0x2f && at < text.length) return 0;
  }
  METADATA_PATH.lastIndex = at;
  return destinationOf(host.toLowerCase()) === undefined && !METADATA_PATH.test(text) ? at : 0;
}

function isMetadata(url: Url | undefined): boolean {
  if (url === undefined) return false;
  if (destinationOf(url.host)?.reach === "metadata") return true;
  METADATA_PATH.lastIndex = 0;
  return METADATA_PATH.test(url.rest);
}

/** Whether nothing but the address of a metadata service is there. */
function isMetadataAddress(text: string, start: number): boolean {
  const code = text.charCodeAt(start);
  if (code < 0x30 || code > 0x39) return false;
  const stop = text.slice(start, start + 64).search(/[:/?#]/);
  if (stop < 0 && text.length - start > 64) return false;
  const host = stop < 0 ? text.slice(start) : text.slice(start, start + stop);
  return destinationOf(host.toLowerCase())?.reach === "metadata";
}

const PROXIED_AT_MOST = 16;

/** A path that has a URL of a metadata service within it, as proxies take them; servers merge the slashes. */
function findProxied(text: string, report: Report): void {
  let turn = 0;
  for (
    let at = text.indexOf(":/");
    at > 0 && turn < PROXIED_AT_MOST;
    at = text.indexOf(":/", at + 2), turn++
  ) {
    const start = text.lastIndexOf("/", at) + 1;
    if (at - start > 5 || start === 0) continue;
    const url = readUrl(text, start);
    if (url === undefined || destinationOf(url.host)?.reach !== "metadata") continue;
    report(CLOUD_METADATA, start, start + url.length);
    return;
  }
}

function judgeScheme(text: string, start: number, place: Place, report: Report): void {
  WORD.lastIndex = start;
  const word = WORD.exec(text)?.[1]?.toLowerCase();
  if (word === undefined) return;
  const at = WORD.lastIndex;
  const follows = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.test(text);
  };
  if (word === "file") {
    const argument = place.part === "argument" || place.part === "cookie" || place.part === "referer";
    if ((argument && follows(FILE_FOLLOWS)) || follows(DISGUISED_FILE)) report(FILE_SCHEME, start, at);
  } else if (place.part !== "header" && DANGEROUS_SCHEMES.has(word)) {
    if (follows(NESTING.has(word) ? NESTED_FOLLOWS : AUTHORITY_FOLLOWS)) report(SCHEME, start, at);
  }
}

function judgeHost(url: Url, start: number, report: Report): void {
  const end = start + url.length;
  const destination = destinationOf(url.host);
  if (isMetadata(url)) report(CLOUD_METADATA, start, end);
  else if (destination !== undefined) {
    const kind = kindOf(destination, url);
    if (kind !== undefined) report(kind, start, end);
    if (destination.reach !== "public" && INTERNAL_PORTS.has(url.port)) report(INTERNAL_PORT, start, end);
  }
  const claimed = claimedHosts(url);
  if (claimed.length === 0) return;
  const inside = [url.host, ...claimed].some((host) => (destinationOf(host)?.reach ?? "public") !== "public");
  report(inside ? AUTHORITY : USER_INFORMATION, start, end);
}

function kindOf({ reach, odd, resolver }: Destination, { scheme, slashes, host, folded, broken }: Url) {
  // `http:/host`: readers that know no better take it for a path.
  const unusual = odd || folded || (scheme !== "" && slashes !== "//");
  if (reach === "loopback") {
    const usual = /^127\.0\.\d|^0\.0\.0\.0$|^[^\d]/.test(host) && host !== "127.0.0.0";
    return unusual || resolver || broken || !usual ? ODD_LOOPBACK : LOOPBACK;
  }
  if (unusual) return ODD_ADDRESS;
  if (resolver) return RESOLVER_NAME;
  return reach === "public" ? undefined : PRIVATE_NETWORK;
}

/** Hosts that a URL names in front of an `@`, or that some readers see after one. */
function claimedHosts({ user, other, host }: Url): string[] {
  const hosts: string[] = [];
  if (other !== undefined && isSite(other)) hosts.push(other);
  if (user === undefined || host === "") return hosts;
  // Nothing but signs: `http://;@host`.
  if (user !== "" && /^[^\w\x80-\xff]{1,64}$/.test(user) && isSite(host)) hosts.push(host);
  for (const part of user.split("@", 8)) {
    const colon = part.indexOf(":");
    const name = (colon < 0 ? part : part.slice(0, colon)).toLowerCase();
    const bare = name.replace(/[^\w.-]{1,8}$/, "");
    const isNamed = bare.includes(".") || bare === "localhost";
    if (isNamed && (isSite(bare, SITE_ENDINGS) || bare.startsWith("www."))) hosts.push(bare);
  }
  return hosts;
}

/** Metadata services within a text: what a value is about is evaluated elsewhere. */
function findMentions(text: string, from: number, report: Report): void {
  for (let at = text.indexOf("//", from); at !== -1; at = text.indexOf("//", at + 2)) {
    METADATA_START.lastIndex = at + 2;
    if (!METADATA_START.test(text)) continue;
    const url = readUrl(text, at);
    if (url !== undefined && isMetadata(url)) {
      report(METADATA_MENTION, at, at + url.length);
      return;
    }
  }
}
