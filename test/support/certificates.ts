import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";

const read = (name: string) => readFileSync(new URL(`certificates/${name}`, import.meta.url), "utf8");

/** Certificates and keys in PEM form; their README says what they are. */
export const certificates = {
  ca: read("ca.pem"),
  server: { cert: read("server.pem"), key: read("server.key") },
  client: { cert: read("client.pem"), key: read("client.key") },
  stranger: { cert: read("stranger.pem"), key: read("stranger.key") },
};

/** The certificates of a PEM text, in its order. */
export function certificatesOf(pem: string): readonly X509Certificate[] {
  return (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (text) => new X509Certificate(text),
  );
}
