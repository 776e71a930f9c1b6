import { asciiLower } from "../../language/values/bytes.ts";
import { isForwarding } from "./forwarding.ts";

/** Fields that frame messages, that rules read under names of their own, or that say who somebody is. */
const PROTECTED = new Set(
  `accept-language authorization connection cookie expect host keep-alive origin referer te trailer transfer-encoding
  upgrade user-agent via auth-user client-cert client-cert-chain impersonate-user x-api-key x-authorization x-dn x-email
  x-id-token x-userid x-userinfo x-username x-client-dn x-client-s-dn x-client-verify`.split(/\s+/),
);

/** Words with which such names begin: content headers, what proxies say of logins, of rights and of client certificates. */
const PROTECTED_PREFIXES = `content proxy remote shib iv sm ssl oidc cf-access tailscale-user
  x-account x-admin x-auth x-authenticated x-authentik x-consumer x-credential x-group x-groups x-hasura x-identity
  x-impersonate x-is-admin x-jwt x-login x-principal x-proxy x-remote x-role x-roles x-shib x-tenant x-user x-webauth
  x-http-method x-method-override x-client-cert x-ssl x-tls x-amzn-oidc x-amzn-mtls x-goog-authenticated-user
  x-goog-iap x-ms-client x-ms-token x-pomerium x-vouch`.split(/\s+/);
const PROTECTED_START = new RegExp(`^(?:${PROTECTED_PREFIXES.join("|")})(?:-|$)`);

/**
 * Names that applications may read as another one. CGI, WSGI and PHP replace all that is neither letter nor digit by one
 * character, so that `X_Forwarded_For` arrives there as `X-Forwarded-For`.
 */
export class LookAlikes {
  static readonly #known = new WeakMap<ReadonlySet<string>, LookAlikes>();

  readonly #rules: ReadonlySet<string>;
  /** Rules' names in the form in which look-alikes are equal. */
  readonly #forms: ReadonlySet<string>;
  /** Whether one of them has another sign than `-`, so that plain names may be look-alikes too. */
  readonly #isOdd: boolean;

  /** @param rules names of headers that rules read or change, lower case. */
  static of(rules: ReadonlySet<string>): LookAlikes {
    let made = LookAlikes.#known.get(rules);
    if (made === undefined) {
      made = new LookAlikes(rules);
      LookAlikes.#known.set(rules, made);
    }
    return made;
  }

  private constructor(rules: ReadonlySet<string>) {
    const names = [...rules];
    this.#rules = rules;
    this.#forms = new Set(names.map(formOf));
    this.#isOdd = !names.every(isPlain);
  }

  /** Whether the header may be read as one that matters. A rule's own spelling is not a look-alike. */
  has(name: string): boolean {
    const plain = isPlain(name);
    if (plain && !this.#isOdd) return false;
    const lower = asciiLower(name);
    const form = formOf(lower);
    if (!plain && (PROTECTED.has(form) || PROTECTED_START.test(form) || isForwarding(form))) return true;
    return this.#forms.has(form) && !this.#rules.has(lower);
  }
}

/** Letters, digits and `-` only. */
function isPlain(name: string): boolean {
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    const folded = code | 32;
    if (!(folded >= 97 && folded <= 122) && code !== 45 && !(code >= 48 && code <= 57)) return false;
  }
  return true;
}

function formOf(lower: string): string {
  return lower.replace(/[^a-z0-9]/g, "-");
}
