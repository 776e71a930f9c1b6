// Whole requests: from the view of a request to the decision, with bodies, and with the reasons recorded.

import { requestScheme } from "../../src/detection/fields/standard-scheme.ts";
import { createWaf } from "../../src/engine/firewall/standard-waf.ts";
import type { Waf } from "../../src/engine/firewall/waf.ts";
import { standardFunctions } from "../../src/language/functions/index.ts";
import { requestFrom } from "../../src/request/model/memory-request.ts";
import { prepareRequestOptions } from "../../src/request/model/options.ts";
import { WafRequest } from "../../src/request/model/request.ts";
import type { RequestView } from "../../src/request/view/request-view.ts";
import type { Contestant } from "../measure/contest.ts";
import { type Recorder, ratioOf, type Suite } from "../measure/recorder.ts";
import { drawRequests, ip4Text, type PlainRequest } from "./traffic.ts";
import { drawValues } from "./values.ts";

const REQUESTS = 256;
const BODIES = 16;

const HEAD_RULES: readonly string[] = [
  'http.request.uri.path contains "/.env"',
  'http.request.method in {"TRACE" "CONNECT"}',
  'http.user_agent matches "(?i)sqlmap|nikto|nmap|masscan|acunetix|nessus"',
  'starts_with(http.request.uri.path, "/wp-admin") and not ip.src in {10.0.0.0/8 192.0.2.0/24}',
  'any(http.request.uri.args["id"][*] contains "\'")',
  'lower(http.host) == "internal.example.com"',
  'http.request.headers["x-forwarded-host"][0] != http.host',
  "len(http.request.uri.query) > 2000",
  'any(http.request.headers.names[*] == "x-attack")',
  'http.cookie contains "admin=true"',
];

const BODY_RULES: readonly string[] = [
  'any(http.request.body.form.values[*] matches "(?i)<script")',
  'http.request.body.raw contains "union select"',
  'http.request.body.raw matches "(?i)\\\\bselect\\\\b.{1,80}\\\\bfrom\\\\b"',
];

export const requests: Suite = {
  name: "requests",
  title: "Whole requests",
  async run(recorder) {
    await measureHeads(recorder);
    await measureBodies(recorder);
    await measureFields(recorder);
  },
};

function firewall(expressions: readonly string[]): Waf {
  return createWaf({
    rulesets: [
      {
        name: "bench",
        kind: "zone",
        phase: "http_request_firewall_custom",
        rules: expressions.map((expression, at) => ({ ref: `rule-${at}`, expression, action: "block" })),
      },
    ],
  });
}

function viewOf(request: PlainRequest, body?: string): RequestView {
  const headers: [string, string][] = [];
  for (const [name, values] of request.headers) for (const value of values) headers.push([name, value]);
  if (body !== undefined) headers.push(["content-type", "application/x-www-form-urlencoded"]);
  return requestFrom({
    method: body === undefined ? request.method : "POST",
    url: `https://${request.host}${request.path}?q=shoes&page=2&id=${request.score}`,
    headers,
    remoteAddress: ip4Text(request.ip),
    ...(body === undefined ? {} : { body }),
  });
}

function judging(name: string, waf: Waf, views: readonly RequestView[], trace: boolean): Contestant {
  const options = { trace };
  const mask = views.length - 1;
  const ask = (at: number) => waf.evaluateSync(views[at]!, options).action !== "allow";
  return {
    name,
    run: (count) => {
      let refused = 0;
      for (let turn = 0; turn < count; turn++) if (ask(turn & mask)) refused++;
      return refused;
    },
    answers: () => views.map((_, at) => ask(at)),
  };
}

async function measureHeads(recorder: Recorder): Promise<void> {
  const name = "ten rules on the head";
  if (!recorder.wants(name)) return;
  const views = drawRequests(REQUESTS).map((request) => viewOf(request));
  const waf = firewall(HEAD_RULES);
  await recorder.contest({
    name,
    contestants: [judging("decision", waf, views, false), judging("decision with reasons", waf, views, true)],
  });
}

async function measureBodies(recorder: Recorder): Promise<void> {
  const waf = firewall([...HEAD_RULES, ...BODY_RULES]);
  const drawn = drawRequests(BODIES);
  const values = drawValues(4096).map(encodeURIComponent);
  for (const [label, size] of [
    ["1 KB", 1024],
    ["16 KB", 16_384],
    ["128 KB", 131_072],
  ] as const) {
    const name = `thirteen rules with a form of ${label}`;
    if (!recorder.wants(name)) continue;
    const views = drawn.map((request, at) => viewOf(request, formOf(values, size, at)));
    const slow = size > 100_000;
    const result = await recorder.contest({
      name,
      contestants: [
        { ...judging("decision", waf, views, false), slow },
        { ...judging("decision with reasons", waf, views, true), slow },
      ],
    });
    const time = result?.measured[0]?.nanoseconds;
    if (time !== undefined) recorder.figure(`${name}, per byte`, time / size, "ns");
  }
}

function formOf(values: readonly string[], size: number, from: number): string {
  let form = "";
  for (let at = from; form.length < size; at++) form += `field${at % 50}=${values[at % values.length]!}&`;
  return form.slice(0, size);
}

/** Fields that no rule reads cost nothing: one slot read, against reading every field of the head. */
async function measureFields(recorder: Recorder): Promise<void> {
  const name = "fields, one read lazily against all of the head";
  if (!recorder.wants(name)) return;
  const scheme = requestScheme(standardFunctions);
  const context = scheme.createContext<WafRequest>();
  const prepared = prepareRequestOptions();
  const views = drawRequests(REQUESTS).map((request) => viewOf(request));
  const path = scheme.field("http.request.uri.path")!.slot;
  const heads = scheme.fields.flatMap(({ name: field, phases }, slot) =>
    phases === undefined || (/^(?:http\.|ip\.)/.test(field) && !/body|response/.test(field)) ? [slot] : [],
  );
  const reading = (title: string, slots: readonly number[]): Contestant => ({
    name: title,
    run: (count) => {
      let present = 0;
      for (let turn = 0; turn < count; turn++) {
        context.reset(new WafRequest(views[turn & (REQUESTS - 1)]!, prepared));
        for (const slot of slots) if (context.get(slot) !== undefined) present++;
      }
      return present;
    },
  });
  const result = await recorder.contest({
    name,
    contestants: [reading("one field", [path]), reading(`${heads.length} fields`, heads)],
  });
  recorder.target(
    "lazy fields, faster than reading all",
    "at least",
    10,
    ratioOf(result, `${heads.length} fields`),
  );
}
