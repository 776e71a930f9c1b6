import { asciiLower } from "../../language/values/bytes.ts";
import { isForwarding } from "./forwarding.ts";

/** Fields that frame messages, that rules read under names of their own, or that say who somebody is. */
const PROTECTED = new Set(
  `accept-language authorization connection cookie expect host keep-alive origin referer te trailer transfer-encoding
  upgrade user-agent via client-cert client-cert-chain remote-user remote-email remote-groups remote-name iv-user
  iv-groups sm-user x-api-key x-authorization x-email x-groups x-roles x-user x-user-id x-user-name x-user-email
  x-user-role x-user-roles x-user-groups x-userinfo x-username x-client-dn x-client-verify`.split(/\s+/),
);

/** How such names begin: content headers, what proxies say of logins and of client certificates. */
const PROTECTED_PREFIXES =
  /^(?:content|proxy|x-auth|x-authenticated|x-authentik|x-webauth|x-remote|x-client-cert|x-ssl|ssl-client|x-tls|cf-access|x-amzn-oidc|x-amzn-mtls|x-goog-authenticated-user|x-ms-client|x-pomerium|x-vouch|x-consumer|oidc-claim|tailscale-user)(?:-|$)/;

/** Rules' header names by the form in which look-alikes are equal. A rule's own spelling is no look-alike. */
interface Names {
  readonly forms: ReadonlySet<string>;
  /** Whether one of the names has another sign than `-`, so that plain names may be look-alikes too. */
  readonly odd: boolean;
}

const known = new WeakMap<ReadonlySet<string>, Names>();

/**
 * Whether applications may read the header as another one. CGI, WSGI and PHP have but one sign for all that is neither
 * letter nor digit, so that `X_Forwarded_For` arrives there as `X-Forwarded-For`.
 *
 * @param rules names of headers that rules read or change, lower case.
 */
export function isLookAlike(name: string, rules: ReadonlySet<string>): boolean {
  const lower = asciiLower(name);
  const isPlain = PLAIN.test(lower);
  const names = namesOf(rules);
  if (isPlain && !names.odd) return false;
  const form = isPlain ? lower : formOf(lower);
  if (!isPlain && (PROTECTED.has(form) || PROTECTED_PREFIXES.test(form) || isForwarding(form))) return true;
  return names.forms.has(form) && !rules.has(lower);
}

const PLAIN = /^[a-z0-9-]*$/;

function formOf(lower: string): string {
  return lower.replace(/[^a-z0-9]/g, "-");
}

function namesOf(rules: ReadonlySet<string>): Names {
  let names = known.get(rules);
  if (names === undefined) {
    const all = [...rules];
    names = { forms: new Set(all.map(formOf)), odd: all.some((name) => !PLAIN.test(name)) };
    known.set(rules, names);
  }
  return names;
}
