import type { EvidenceKind } from "../detector/detector.ts";

const kind =
  (attack: EvidenceKind["attack"]) =>
  (name: string, points: EvidenceKind["points"], sentence: string): EvidenceKind => ({
    name: `${attack}-${name}`,
    attack,
    points,
    sentence,
  });
const ssrf = kind("ssrf");
const redirect = kind("redirect");
const traversal = kind("traversal");

export const CLOUD_METADATA = ssrf(
  "cloud-metadata",
  5,
  "A value is the address of a cloud's metadata service.",
);
export const METADATA_MENTION = ssrf(
  "metadata-mention",
  3,
  "The address of a cloud's metadata service is within a text.",
);
export const SCHEME = ssrf(
  "scheme",
  5,
  "A value is a URL of a scheme with which other protocols than HTTP are spoken.",
);
export const FILE_SCHEME = ssrf("file-scheme", 5, "A value is the URL of a file.");
export const ODD_LOOPBACK = ssrf(
  "odd-loopback",
  5,
  "A value is a URL of the host itself, in a spelling that only attackers use.",
);
export const ODD_ADDRESS = ssrf(
  "odd-address",
  5,
  "A value is a URL whose address is spelled in a way that only attackers use.",
);
export const AUTHORITY = ssrf(
  "authority",
  5,
  "A value is a URL that readers take to lead to different hosts, one of them internal.",
);
export const INTERNAL_PORT = ssrf(
  "internal-port",
  5,
  "A value is a URL of a service within the host or its network that no browser speaks to.",
);
export const LOOPBACK = ssrf("loopback", 3, "A value is a URL of the host itself.");
export const PRIVATE_NETWORK = ssrf("private-network", 2, "A value is a URL of a private network.");
export const RESOLVER_NAME = ssrf(
  "resolver-name",
  3,
  "A value is a URL with a public name that resolves to any address.",
);

export const ODD_AUTHORITY = redirect(
  "odd-authority",
  5,
  "A value looks like a path or a broken URL, and browsers follow it to another host.",
);
export const USER_INFORMATION = redirect(
  "user-information",
  5,
  "A value is a URL that names one host before an @ and leads to another.",
);
export const TO_AUTHORITY = redirect(
  "to-authority",
  5,
  "An argument that says where to go next is a URL without a scheme, which leads to another host.",
);
export const PROTOCOL_RELATIVE = redirect(
  "protocol-relative",
  3,
  "An argument is a URL without a scheme, which leads to another host.",
);
export const PATH_AUTHORITY = redirect(
  "path-authority",
  5,
  "The path of a request begins with another host, for a server that redirects to it.",
);

export const REMOTE_FILE = traversal(
  "remote-file",
  3,
  "A value is the URL of a script or ends in a question mark.",
);
export const REMOTE_SCRIPT = traversal(
  "remote-script",
  5,
  "A value is the URL of a script on an attacker's host, cut off from what the program appends.",
);

export const HOST_KINDS: readonly EvidenceKind[] = [
  CLOUD_METADATA,
  METADATA_MENTION,
  SCHEME,
  FILE_SCHEME,
  ODD_LOOPBACK,
  ODD_ADDRESS,
  AUTHORITY,
  INTERNAL_PORT,
  LOOPBACK,
  PRIVATE_NETWORK,
  RESOLVER_NAME,
  ODD_AUTHORITY,
  USER_INFORMATION,
  TO_AUTHORITY,
  PROTOCOL_RELATIVE,
  PATH_AUTHORITY,
  REMOTE_FILE,
  REMOTE_SCRIPT,
];
