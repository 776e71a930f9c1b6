import type { FieldSupply } from "../../language/scheme/definitions.ts";
import { Bool, Bytes, Int } from "../../language/values/types.ts";
import {
  authorityKeyIdentifier,
  certificateText,
  chainText,
  legacyName,
  MAX_CERTIFICATE_TEXT,
  MAX_CHAIN_TEXT,
  subjectKeyIdentifier,
} from "../head/tls.ts";
import type { ClientCertificate } from "../view/request-view.ts";
import {
  COST,
  consulting,
  FROM_HEAD,
  fieldsOf,
  RECEIVED,
  type RequestField,
  suppliedFieldsOf,
  suppliedOr,
} from "./field.ts";

const field = fieldsOf(FROM_HEAD, RECEIVED);
const supplied = suppliedFieldsOf(FROM_HEAD, RECEIVED);

/** Known of connections that are encrypted up to this process, or from the embedder. */
function ofConnection(name: string, otherwise: string | boolean): FieldSupply {
  return { by: ["tls", name], otherwise };
}

type Pick = (certificate: ClientCertificate) => string | undefined;

/** A text of the client's certificate; empty without one. */
function text(member: string, summary: string, pick: Pick, example: string): RequestField {
  const name = `cf.tls_client_auth.${member}`;
  const read = suppliedOr(name, (request) => {
    const certificate = request.view.tls?.clientCertificate;
    return certificate === undefined ? "" : (pick(certificate) ?? "");
  });
  const extras = { cost: COST.parse, whenAbsent: "the empty value", supply: ofConnection(name, ""), example };
  return field(name, Bytes, summary, read, extras);
}

function flag(
  member: string,
  summary: string,
  test: (certificate: ClientCertificate) => boolean,
): RequestField {
  const name = `cf.tls_client_auth.${member}`;
  const read = suppliedOr(name, (request) => {
    const certificate = request.view.tls?.clientCertificate;
    return certificate !== undefined && test(certificate);
  });
  const extras = { cost: COST.parse, whenAbsent: "false", supply: ofConnection(name, false), example: true };
  return field(name, Bool, summary, read, extras);
}

function leaf(certificate: ClientCertificate): string {
  return certificate.der === undefined ? "" : certificateText(certificate.der);
}

function chain(certificate: ClientCertificate): string {
  return chainText(certificate.chainDer ?? []);
}

function upTo(limit: number, value: string): string {
  return value.length > limit ? "" : value;
}

function issuerKey({ issuerKeyId, chainDer, der }: ClientCertificate): string {
  if (issuerKeyId !== undefined) return issuerKeyId;
  const issuer = chainDer?.[0] === undefined ? "" : subjectKeyIdentifier(chainDer[0]);
  return issuer !== "" || der === undefined ? issuer : authorityKeyIdentifier(der);
}

/** The client's TLS connection and certificate. Names are in RFC 2253 form unless they say `legacy`. */
export const tlsFields: readonly RequestField[] = [
  field(
    "cf.tls_version",
    Bytes,
    "TLS version.",
    suppliedOr("cf.tls_version", (request) => request.view.tls?.version ?? ""),
    { whenAbsent: "the empty value", supply: ofConnection("cf.tls_version", ""), example: "TLSv1.3" },
  ),
  field(
    "cf.tls_cipher",
    Bytes,
    "Cipher suite, as the host's TLS library names it.",
    suppliedOr("cf.tls_cipher", (request) => request.view.tls?.cipher ?? ""),
    {
      whenAbsent: "the empty value",
      supply: ofConnection("cf.tls_cipher", ""),
      example: "TLS_AES_128_GCM_SHA256",
    },
  ),
  supplied(
    "cf.tls_client_extensions_sha1",
    Bytes,
    "Fingerprint of the client's TLS extensions, in Base64.",
    "",
  ),
  supplied("cf.tls_client_extensions_sha1_le", Bytes, "That fingerprint over little-endian numbers.", ""),
  supplied("cf.tls_ciphers_sha1", Bytes, "Fingerprint of the client's cipher list, in Base64.", ""),
  field(
    "cf.tls_client_ciphers_sha1",
    Bytes,
    "Another name of `cf.tls_ciphers_sha1`.",
    consulting(
      (request) =>
        request.supplied("cf.tls_client_ciphers_sha1") ?? request.supplied("cf.tls_ciphers_sha1") ?? "",
    ),
    {
      whenAbsent: "the empty value",
      supply: { by: ["cf.tls_client_ciphers_sha1", "cf.tls_ciphers_sha1"], otherwise: "" },
    },
  ),
  supplied("cf.tls_client_hello_length", Int, "Bytes of the ClientHello.", 0, { example: 512 }),
  supplied("cf.tls_client_random", Bytes, "Random bytes of the ClientHello, in Base64.", ""),
  flag("cert_presented", "Whether the client showed a certificate.", () => true),
  flag(
    "cert_verified",
    "Whether the certificate is valid; a revoked one counts too.",
    ({ verified }) => verified,
  ),
  flag(
    "cert_revoked",
    "Whether the certificate is valid but for being revoked.",
    ({ verified, revoked }) => verified && revoked === true,
  ),
  text("cert_issuer_dn", "Who issued the certificate.", ({ issuer }) => issuer, "CN=CA,O=A,C=AT"),
  text("cert_subject_dn", "Whose certificate it is.", ({ subject }) => subject, "CN=me,O=A,C=AT"),
  text("cert_issuer_dn_rfc2253", "Who issued the certificate.", ({ issuer }) => issuer, "CN=CA,O=A,C=AT"),
  text("cert_subject_dn_rfc2253", "Whose certificate it is.", ({ subject }) => subject, "CN=me,O=A,C=AT"),
  text(
    "cert_issuer_dn_legacy",
    "Issuer with slashes.",
    ({ issuer }) => legacyName(issuer ?? ""),
    "/C=AT/O=A/CN=CA",
  ),
  text(
    "cert_subject_dn_legacy",
    "Owner with slashes.",
    ({ subject }) => legacyName(subject ?? ""),
    "/C=AT/O=A/CN=me",
  ),
  text("cert_serial", "Serial number in upper-case hex.", ({ serial }) => serial, "0A1B"),
  text(
    "cert_issuer_serial",
    "The direct issuer's serial number.",
    ({ issuerSerial }) => issuerSerial,
    "0A1C",
  ),
  text(
    "cert_fingerprint_sha256",
    "SHA-256 of the certificate in lower-case hex.",
    ({ fingerprintSha256 }) => fingerprintSha256,
    "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
  ),
  text(
    "cert_fingerprint_sha1",
    "SHA-1 of the certificate in lower-case hex.",
    ({ fingerprintSha1 }) => fingerprintSha1,
    "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8",
  ),
  text("cert_not_before", "When validity begins.", ({ notBefore }) => notBefore, "Mar  1 00:00:00 2026 GMT"),
  text("cert_not_after", "When validity ends.", ({ notAfter }) => notAfter, "Mar  1 00:00:00 2027 GMT"),
  text(
    "cert_ski",
    "Subject key identifier in upper-case hex.",
    ({ subjectKeyId, der }) => subjectKeyId ?? (der === undefined ? "" : subjectKeyIdentifier(der)),
    "0A0B0C",
  ),
  text("cert_issuer_ski", "The direct issuer's key identifier.", issuerKey, "0A0B0D"),
  text(
    "cert_rfc9440",
    "The certificate as a Client-Cert value; empty when it is over 10 KiB.",
    (certificate) => upTo(MAX_CERTIFICATE_TEXT, leaf(certificate)),
    ":MIIB:",
  ),
  flag(
    "cert_rfc9440_too_large",
    "Whether the Client-Cert value is over 10 KiB.",
    (certificate) => leaf(certificate).length > MAX_CERTIFICATE_TEXT,
  ),
  text(
    "cert_chain_rfc9440",
    "The rest of the chain as a Client-Cert-Chain value; empty when it is over 16 KiB.",
    (certificate) => upTo(MAX_CHAIN_TEXT, chain(certificate)),
    ":MIIB:, :MIIC:",
  ),
  flag(
    "cert_chain_rfc9440_too_large",
    "Whether the Client-Cert-Chain value is over 16 KiB.",
    (certificate) => chain(certificate).length > MAX_CHAIN_TEXT,
  ),
];
