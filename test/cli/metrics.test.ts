// Metrics, the format of events and their sums in `serve`.
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { send, upstream } from "../adapters/support.ts";
import { hasIpv6 } from "../support/available.ts";
import { serveSettings, startServe } from "../support/source/cli.ts";
import { fakeTerminal, folder, waitFor } from "./support.ts";

const RULES = `rules:
  - ref: dotfiles
    expression: http.request.uri.path contains "/."
    action: block
`;

async function serve(options: Readonly<Record<string, string>>, up?: string) {
  const terminal = fakeTerminal();
  const settings = serveSettings({
    rules: [join(folder({ "rules.yaml": RULES }), "rules.yaml")],
    upstream: up ?? (await upstream()).url,
    listen: "127.0.0.1:0",
    "no-reload": true,
    grace: "0",
    ...options,
  });
  const running = await startServe(settings, terminal);
  if ("refused" in running) throw new Error(running.refused);
  onTestFinished(() => running.close());
  return { running, terminal };
}

const linesOf = (text: string) =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test("--metrics serves what is measured, and nothing else, on this machine alone", async () => {
  const { running, terminal } = await serve({ metrics: "0" }, "http://127.0.0.1:1");
  await send(`${running.url}/.git`);
  await send(`${running.url}/`);
  running.reload("test");
  const page = /metrics (http:\/\/127\.0\.0\.1:\d+\/metrics)/.exec(terminal.text().err)?.[1] ?? "";
  const shown = await send(page);
  expect([shown.status, shown.headers["content-type"]]).toEqual([
    200,
    "text/plain; version=0.0.4; charset=utf-8",
  ]);
  for (const line of [
    'wirewall_requests_total{action="block",phase="http_request_firewall_custom"} 1',
    'wirewall_rule_matches_total{action="block",phase="http_request_firewall_custom",ruleset="zone-http_request_firewall_custom",ref="dotfiles",mode="enforce"} 1',
    'wirewall_host_rejections_total{status="502"} 1',
    'wirewall_configuration_changes_total{operation="update",result="unchanged"} 1',
    "wirewall_rules 1",
  ])
    expect(shown.body.split("\n").map((one) => one.replace(/ruleset="[^"]*"/, 'ruleset=""'))).toContain(
      line.replace(/ruleset="[^"]*"/, 'ruleset=""'),
    );
  expect((await send(new URL("/", page).href)).status).toBe(404);
  expect((await send(page, { method: "POST" })).status).toBe(405);
  expect(await send(`${page}?x=1`, { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
  await running.close();
  await expect(send(page)).rejects.toThrow();
});

test.skipIf(!hasIpv6())("an IPv6 address of the page is shown in brackets", async () => {
  const { terminal } = await serve({ metrics: "[::1]:0" }, "http://127.0.0.1:1");
  const page = /metrics (http:\/\/\[::1\]:\d+\/metrics)/.exec(terminal.text().err)?.[1] ?? "";
  expect((await send(page)).status).toBe(200);
});

test("--event-format ocsf writes HTTP Activities", async () => {
  const { running, terminal } = await serve({ "event-format": "ocsf" });
  await send(`${running.url}/.git`);
  await waitFor(() => terminal.text().out !== "");
  expect(linesOf(terminal.text().out)).toMatchObject([
    { class_uid: 4002, activity_id: 3, disposition: "Blocked", http_response: { code: 403 } },
  ]);
});

test("--sum-events writes the sum when it stops", async () => {
  const { running, terminal } = await serve({ "sum-events": "3600" });
  for (let at = 0; at < 3; at++) await send(`${running.url}/.git`);
  await waitFor(() => running.waf.eventStats.events === 3);
  expect(linesOf(terminal.text().out).length).toBe(1);
  await running.close();
  expect(
    linesOf(terminal.text().out).map(({ repeats }) => (repeats as { count: number } | undefined)?.count),
  ).toEqual([undefined, 1]);
});

test.each([
  [{ metrics: "a:b:c" }, /`--metrics` takes HOST:PORT/],
  [{ "event-format": "cef" }, /`--event-format` must be `json` or `ocsf`/],
  [{ "sum-events": "soon" }, /`--sum-events` takes a number of seconds/],
])("%j makes no sense", (options, message) => {
  expect(() => serveSettings({ rules: ["a.yaml"], upstream: "http://a.example", ...options })).toThrow(
    message,
  );
});
