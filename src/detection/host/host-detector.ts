import type { Detector, Place, Report } from "../detector/detector.ts";
import { type Destination, destinationOf } from "./classify.ts";
import {
  AUTHORITY,
  CLOUD_METADATA,
  FILE_SCHEME,
  HOST_KINDS,
  LOOPBACK,
  METADATA_MENTION,
  ODD_ADDRESS,
  ODD_LOOPBACK,
  PRIVATE_NETWORK,
  RESOLVER_NAME,
  SCHEME,
  USER_INFORMATION,
} from "./host-kinds.ts";
import { DANGEROUS_SCHEMES, SITE_ENDINGS, WEB_SCHEMES } from "./names.ts";
import { isOneWord, isSite, judgePath, judgeRedirect } from "./redirect.ts";
import { judgeRemoteFile } from "./remote-file.ts";
import { readUrl, type Url } from "./url.ts";

const PREFIX = /[\0-\x20'"]{0,8}(?:url[:=]|[\w-]{1,20}=)?['"]?/iy;
const WORD = /([a-z_][a-z0-9_-]{2,11})\s{0,4}:/iy;
/** Behind the colon of a scheme: a host. Some schemes hold another URL instead of slashes. */
const AUTHORITY_FOLLOWS = /\/{1,3}[\w%$[.*-]{1,253}[:/.\]]/y;
const NESTED_FOLLOWS = /(?:(?:https?|ftp|file):|\/{1,3}[\w.])/iy;
const NESTING = new Set(["jar", "view-source", "netdoc", "local_file"]);
const FILE_FOLLOWS = /[\\/]{1,8}[\w%$.~]/y;
/** A path that a shell would put together, or with slashes that none writes. */
const DISGUISED_FILE = /[^\s"'<>]{0,64}(?:\$[({]|`)|[\\/]{0,4}\/\\|[\\/]{0,4}\\\//y;
const METADATA_PATH =
  /^\/(?:latest\/(?:meta-data|user-data|dynamic\/instance-identity)|computemetadata\/v1|metadata\/(?:instance|identity\/oauth2)|opc\/v[12]\/instance|openstack\/latest)(?:[/?#]|beta|$)/i;
/** First characters of the hosts of metadata services, whatever their spelling. */
const METADATA_STARTS = /[\dmMiI[\xe2\xef]/;

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
  ],
  shortest: 6,
  inspect,
};

function inspect(text: string, place: Place, report: Report): void {
  // Its arguments come one by one.
  if (place.part === "query") return;
  if (place.part === "path") {
    const second = text.charCodeAt(1);
    if (second < 0x30 || second === 0x5c || second === 0x68) judgePath(text, readUrl(text, 0), report);
    return;
  }
  PREFIX.lastIndex = 0;
  const start = PREFIX.test(text) ? PREFIX.lastIndex : 0;
  judgeScheme(text, start, place, report);
  const url = readUrl(text, start);
  if (place.part === "header") {
    if (isMetadata(url) || destinationOf(text.slice(0, 64))?.reach === "metadata") {
      report(CLOUD_METADATA, start, text.length);
    }
    return;
  }
  if (url !== undefined && (url.scheme === "" || WEB_SCHEMES.has(url.scheme))) {
    judgeHost(url, start, report);
    judgeRemoteFile(text, start, url, place, report);
  } else if (destinationOf(text.slice(start, start + 64))?.reach === "metadata") {
    report(CLOUD_METADATA, start, text.length);
  }
  if (!place.isName && isOneWord(text)) judgeRedirect(text, start, url, place, report);
  findMentions(text, start + (url?.length ?? 0), report);
}

function isMetadata(url: Url | undefined): boolean {
  if (url === undefined) return false;
  return destinationOf(url.host)?.reach === "metadata" || METADATA_PATH.test(url.rest);
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
  if (destination?.reach === "metadata" || METADATA_PATH.test(url.rest)) report(CLOUD_METADATA, start, end);
  else if (destination !== undefined) {
    const kind = kindOf(destination, url);
    if (kind !== undefined) report(kind, start, end);
  }
  const claimed = claimedHosts(url);
  if (claimed.length === 0) return;
  const inside = [url.host, ...claimed].some((host) => (destinationOf(host)?.reach ?? "public") !== "public");
  report(inside ? AUTHORITY : USER_INFORMATION, start, end);
}

function kindOf({ reach, odd, resolver }: Destination, { host, folded }: Url) {
  if (reach === "loopback") {
    const usual = /^127\.0\.\d|^0\.0\.0\.0$|^[^\d]/.test(host) && host !== "127.0.0.0";
    return odd || resolver || folded || !usual ? ODD_LOOPBACK : LOOPBACK;
  }
  if (odd || folded) return ODD_ADDRESS;
  if (resolver) return RESOLVER_NAME;
  return reach === "public" ? undefined : PRIVATE_NETWORK;
}

/** Hosts that a URL names in front of an `@`, or that some readers see behind one. */
function claimedHosts({ user, other, host }: Url): string[] {
  const hosts: string[] = [];
  if (other !== undefined && isSite(other)) hosts.push(other);
  if (user === undefined || host === "") return hosts;
  for (const part of user.split("@", 8)) {
    const colon = part.indexOf(":");
    const name = (colon < 0 ? part : part.slice(0, colon)).toLowerCase();
    const bare = name.replace(/[^\w.-]{1,8}$/, "");
    const isNamed = bare.includes(".") || bare === "localhost";
    if (isNamed && (isSite(bare, SITE_ENDINGS) || bare.startsWith("www."))) hosts.push(bare);
  }
  return hosts;
}

/** Metadata services within a text: what a value is about is judged elsewhere. */
function findMentions(text: string, from: number, report: Report): void {
  for (let at = text.indexOf("//", from); at !== -1; at = text.indexOf("//", at + 2)) {
    if (!METADATA_STARTS.test(text.charAt(at + 2))) continue;
    const url = readUrl(text, at);
    if (url !== undefined && isMetadata(url)) {
      report(METADATA_MENTION, at, at + url.length);
      return;
    }
  }
}
