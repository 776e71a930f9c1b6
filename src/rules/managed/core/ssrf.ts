import { blocks, HINT, LIKELY, scores } from "../define.ts";
import { INPUT, somewhere } from "../places.ts";

const attack = "ssrf";
const references = ["CWE-918", "CAPEC-664"];

/** The beginning of a value that is a URL, user information included. */
const URL_START = String.raw`^['"\s]*(?:url[:=]|[\w-]{1,20}=)?['"]?(?:[a-z][a-z0-9+.-]{1,20}:)?(?://|\\\\|/\\)(?:[^/\s@]{0,100}@)?`;

export const ssrfRules = [
  blocks("wc-ssrf-cloud-metadata", {
    attack,
    references,
    description: "The address of a cloud's metadata service, in any spelling.",
    message: "server-side request forgery: cloud metadata",
    expression: somewhere(
      [...INPUT, "headers"],
      String.raw`(?:^|[/@=.\s'"])(?:169\.254\.169\.254|169\.254\.170\.2|169\.254\.169\.253|100\.100\.100\.200|192\.0\.0\.192|2852039166|0xa9fea9fe|0xa9\.0xfe\.0xa9\.0xfe|0251\.0*376\.0251\.0*376|025177524776|425\.510\.425\.510|169\.254\.43518|169\.16689662)(?:[:/.?#\s'"]|$)|\[(?:::ffff:(?:169\.254\.169\.254|a9fe:a9fe)|fd00:ec2::254)\]|\bmetadata\.(?:google\.internal|goog|azure\.com|tencentyun\.com)\b|//(?:instance-data|metadata)(?:[:/]|$)|/latest/(?:meta-data|user-data|dynamic/instance-identity)(?:/|$)|/computemetadata/v1|/metadata/(?:instance|identity/oauth2)\b`,
    ),
  }),
  blocks("wc-ssrf-scheme", {
    attack,
    references,
    description: "A value that is a URL of a scheme with which other protocols are spoken.",
    message: "server-side request forgery: dangerous scheme",
    expression: somewhere(
      INPUT,
      String.raw`^['"\s]*(?:url[:=]|[\w-]{1,20}=)?(?:gopher|dict|netdoc|jar:(?:https?|file)|ldaps?|tftp|sftp|rmi|smb|telnet|imaps?|pop3s?|local_file|view-source)\s*:/{0,3}[\w%$\[.*-]+[:/.]`,
    ),
  }),
  blocks("wc-ssrf-file-scheme", {
    attack,
    references,
    description: "A file URL in an argument or a cookie.",
    message: "server-side request forgery: file URL",
    expression: somewhere(["args", "cookies"], String.raw`^['"\s]*(?:url[:=])?file\s*:/+[\w%$.~]`),
  }),
  blocks("wc-ssrf-odd-loopback", {
    attack,
    references,
    description: "The host's own address in a spelling that only attackers use.",
    message: "server-side request forgery: disguised loopback address",
    expression: somewhere(
      INPUT,
      String.raw`${URL_START}(?:2130706433|3232235\d{3}|0x7f(?:000001|\.0x0*0?\.?0x0*0?\.?0x0*1)?|0x7f[0-9a-f]{6}|0177\.[0x.\d]+|017700000001|127\.(?:0\.)?\d{1,3}(?:[:/?#]|$)|127\.127\.127\.127|0(?:[:/?#]|$)|0000::1|\[(?:::|0:0:0:0:0:0:0:[01]|0{4}::1|::ffff:(?:127\.|7f|0:))|\[::\]|(?:[\w-]+\.)*(?:localtest\.me|lvh\.me|vcap\.me|lacolhost\.com|127\.0\.0\.1\.(?:nip|xip|sslip)\.io|169\.254\.169\.254\.(?:nip|xip|sslip)\.io))`,
    ),
  }),
  scores("wc-ssrf-loopback", LIKELY, {
    attack,
    references,
    severity: "error",
    level: 2,
    description:
      "A value that is a URL of the host itself. Loopback redirects of native applications are such values too.",
    message: "URL of the host itself",
    expression: somewhere(
      INPUT,
      String.raw`${URL_START}(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1\]|\[::\])(?:[:/?#]|$)`,
    ),
  }),
  scores("wc-ssrf-private-network", HINT, {
    attack,
    references,
    severity: "warning",
    level: 2,
    description: "A value that is a URL of a private network.",
    message: "URL of a private network",
    expression: somewhere(
      INPUT,
      String.raw`${URL_START}(?:10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+|169\.254\.\d+\.\d+|\[f[cd][0-9a-f]{2}:)`,
    ),
  }),
];
