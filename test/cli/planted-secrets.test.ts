// A secret in a request is in nothing that `serve` writes or sends: events, lines of its own, metrics, pages of every kind.
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { send, upstream } from "../adapters/support.ts";
import { serveSettings, startServe } from "../support/source/cli.ts";
import { fakeTerminal, folder } from "./support.ts";

const MARK = "Zq7hVx2mKp8w";
const RULESETS = `rulesets:
  - {id: custom, name: c, kind: zone, phase: http_request_firewall_custom, rules: [
      {ref: own, expression: 'http.request.uri.path contains "/own"', action: block, action_parameters: {response: {status_code: 403,
        content_type: text/html, content: "<p>::HOST:: ::CLIENT_IP:: ::RAY_ID:: ::TIME::</p>"}}},
      {ref: standard, expression: 'http.request.uri.path contains "/standard"', action: block},
      {ref: challenge, expression: 'http.request.uri.path contains "/challenge"', action: managed_challenge},
      {ref: fields, expression: "true", action: log}]}
`;

const PLACES: readonly (readonly [path: string, status: number])[] = [
  ["/own", 403],
  ["/standard", 403],
  ["/challenge", 403],
  ["/gone", 502],
  ["/", 502],
];

test.each([
  ["json", "http://127.0.0.1:1"],
  ["ocsf", "http://127.0.0.1:1"],
  ["json", undefined],
])("events as %s, upstream %s", async (format, given) => {
  const terminal = fakeTerminal();
  const files = folder({ "rules.yaml": RULESETS });
  const settings = serveSettings({
    rules: [join(files, "rules.yaml")],
    upstream: given ?? (await upstream()).url,
    listen: "127.0.0.1:0",
    "no-reload": true,
    grace: "0",
    metrics: "0",
    "event-format": format,
  });
  const running = await startServe(settings, terminal);
  if ("refused" in running) throw new Error(running.refused);
  onTestFinished(() => running.close());
  const pages: string[] = [];
  for (const [path, status] of PLACES) {
    const answer = await send(`${running.url}${path}?token=${MARK}&code=${MARK}`, {
      method: "POST",
      headers: [
        ...["Authorization", `Bearer ${MARK}`, "X-Api-Key", MARK, "Cookie", `sid=${MARK}; ${MARK}`],
        ...["Accept", "text/html", "Referer", `http://a.example/reset/${MARK}`],
        ...["Content-Type", "application/x-www-form-urlencoded"],
      ],
      body: `password=${MARK}`,
    });
    if (given !== undefined || status === 403) expect([path, answer.status]).toEqual([path, status]);
    // The page of a challenge keeps what was sent, and its address, for its client: sealed, and where the form leads.
    if (status !== 502 || given !== undefined)
      pages.push(answer.body.replaceAll(/(?:action|href)="[^"]*"/g, ""));
  }
  const page = /metrics (http:\/\/127\.0\.0\.1:\d+\/metrics)/.exec(terminal.text().err)?.[1] ?? "";
  pages.push((await send(page)).body);
  await running.close();
  const { out, err } = terminal.text();
  expect(out).toContain("custom");
  for (const text of [out, err, ...pages]) expect(text).not.toContain(MARK);
});
