// Well-formed bodies as clients send them: the managed rules have nothing against any of them. A firewall that refused
// everything would have no differences either.
import fc from "fast-check";
import { ORDINARY_BODIES } from "../../support/ordinary-bodies.ts";
import { isRefused, type Sent } from "./compare.ts";

const USER_AGENTS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15",
  "curl/8.9.1",
  "okhttp/4.12.0",
  "Java-http-client/21.0.4",
  "Apache-HttpClient/5.3 (Java/17.0.10)",
  "python-requests/2.32.3",
  "python-httpx/0.27.0",
  "Go-http-client/2.0",
  "axios/1.7.7",
  "RestSharp/112.0.0.0",
  "Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8 Build/AP2A.240805.005)",
];

export interface Benign {
  readonly name: string;
  readonly inputs: number;
  readonly refused: readonly Sent[];
}

/** Draws so many bodies of each kind; none must be refused. */
export async function judgeBenign(inputs: number, seed: number): Promise<readonly Benign[]> {
  const results: Benign[] = [];
  for (const { name, bodies } of ORDINARY_BODIES) {
    const refused: Sent[] = [];
    const drawn = fc.sample(fc.tuple(bodies, fc.constantFrom(...USER_AGENTS)), { numRuns: inputs, seed });
    for (const [{ type, body }, userAgent] of drawn) {
      const whole = { type, body, userAgent };
      if (await isRefused(whole)) refused.push(whole);
    }
    results.push({ name, inputs, refused });
  }
  return results;
}
