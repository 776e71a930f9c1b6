import { expect, test } from "vitest";
import { schemaFaults } from "../../support/json-schema.ts";
import { OCSF_VERSION, ocsfSink, toOcsf, type WafEvent } from "../../support/source/engine/events.ts";
import { manyEvents } from "./events-of.ts";

// What is emitted of OCSF 1.6.0, after the definitions of the repository ocsf/ocsf-schema: events/base_event.json,
// events/network/network.json and http_activity.json, profiles/security_control.json, and the objects metadata, product,
// firewall_rule (a rule), network_endpoint, http_request, http_response and url. `required` is their requirement.
const text = { type: "string" };
const number = { type: "number" };
const endpoint = {
  type: "object",
  properties: {
    ip: text,
    hostname: text,
    name: text,
    location: { type: "object", properties: { country: text } },
    autonomous_system: { type: "object", properties: { number } },
  },
};
const HTTP_ACTIVITY = {
  type: "object",
  required: [
    "activity_id",
    "category_uid",
    "class_uid",
    "type_uid",
    "time",
    "severity_id",
    "metadata",
    // Constraint: at least one of request and response.
    "http_request",
  ],
  properties: {
    activity_id: { enum: [0, 1, 2, 3, 4, 5, 6, 7, 8, 99] },
    activity_name: text,
    category_uid: { const: 4 },
    category_name: { const: "Network Activity" },
    class_uid: { const: 4002 },
    class_name: { const: "HTTP Activity" },
    type_uid: { enum: [0, 1, 2, 3, 4, 5, 6, 7, 8, 99].map((id) => 400_200 + id) },
    type_name: text,
    time: number,
    start_time: number,
    end_time: number,
    count: number,
    severity_id: { enum: [0, 1, 2, 3, 4, 5, 6, 99] },
    severity: text,
    message: text,
    metadata: {
      type: "object",
      required: ["version", "product"],
      properties: {
        version: { const: OCSF_VERSION },
        product: { type: "object", required: ["vendor_name"], properties: { name: text, vendor_name: text } },
        profiles: { type: "array", items: { const: "security_control" } },
        uid: text,
        log_name: text,
        log_version: text,
      },
    },
    action_id: { enum: [0, 1, 2] },
    action: text,
    disposition_id: { enum: [...Array.from({ length: 28 }, (_, id) => id), 99] },
    disposition: text,
    is_alert: { type: "boolean" },
    firewall_rule: {
      type: "object",
      properties: { uid: text, name: text, type: text, desc: text, category: text, version: text },
    },
    src_endpoint: endpoint,
    dst_endpoint: endpoint,
    http_request: {
      type: "object",
      properties: {
        uid: text,
        http_method: text,
        version: text,
        user_agent: text,
        url: {
          type: "object",
          properties: { hostname: text, path: text, query_string: text, url_string: text },
        },
      },
    },
    http_response: { type: "object", required: ["code"], properties: { code: number } },
    unmapped: { type: "object", additionalProperties: {} },
  },
};

test("an event is a valid HTTP Activity", async () => {
  for (const event of await manyEvents()) {
    const activity = toOcsf(event);
    expect(schemaFaults(HTTP_ACTIVITY, JSON.parse(JSON.stringify(activity)))).toEqual([]);
    // Constraint of network events.
    expect(activity.src_endpoint ?? activity.dst_endpoint).toBeDefined();
    expect(activity.type_uid).toBe(activity.class_uid * 100 + activity.activity_id);
  }
});

const shownOf = (event: WafEvent) => {
  const { activity_id, action_id, disposition_id, severity_id, is_alert } = toOcsf(event);
  return [activity_id, action_id, disposition_id, severity_id, is_alert];
};

test("actions, dispositions and severities are OCSF's", async () => {
  const events = await manyEvents();
  const of = (is: (event: WafEvent) => boolean) => {
    const found = events.find(is);
    if (found === undefined) throw new Error("there is no such event");
    return shownOf(found);
  };
  expect(of(({ request }) => request.path === "/block")).toEqual([3, 2, 2, 5, true]);
  expect(of(({ action }) => action === "challenge")).toEqual([3, 2, 23, 2, true]);
  expect(of(({ status }) => status === 413)).toEqual([99, 2, 25, 3, true]);
  expect(of(({ status }) => status === 502)).toEqual([3, 0, 27, 2, false]);
  expect(of(({ request }) => request.path === "/later")).toEqual([3, 1, 17, 2, false]);
});

test.each<[what: string, change: Partial<WafEvent>, expected: object]>([
  [
    "a connection that was cut",
    { action: "block", delivery: "dropped" },
    { disposition: "Dropped", action: "Denied" },
  ],
  [
    "a refusal by the host",
    { action: "block", service: "host" },
    { disposition: "Rejected", action: "Denied" },
  ],
  ["a page of an error", { action: "serve_error" }, { disposition: "Error", action: "Denied" }],
  [
    "an error of the host",
    { action: "serve_error", service: "host" },
    { disposition: "Error", action: "Unknown" },
  ],
  ["a redirect", { action: "redirect" }, { disposition: "Custom Action", action: "Allowed" }],
  [
    "what would have been blocked",
    { action: "allow", wouldHave: "block" },
    { is_alert: true, severity: "Medium" },
  ],
  [
    "what was allowed without a severity",
    { action: "allow" },
    { is_alert: false, severity: "Informational" },
  ],
])("%s", async (_what, change, expected) => {
  const event = (await manyEvents()).find(({ request }) => request.path === "/challenge");
  if (event === undefined) throw new Error("there is no such event");
  const matches = event.matches.map(({ rule: { severity: _severity, ...rule }, ...match }) => ({
    ...match,
    rule,
  }));
  const { wouldHave: _would, ...rest } = event;
  expect(toOcsf({ ...rest, matches, ...change } as WafEvent)).toMatchObject(expected);
});

test("who sent a request, and with what", async () => {
  const event = (await manyEvents()).find(({ request }) => request.path === "/block");
  if (event === undefined) throw new Error("there is no such event");
  const request = { ...event.request, country: "AT", asn: 64_500, userAgent: "curl/8", method: "" };
  const activity = toOcsf({ ...event, request, matches: [] });
  expect(activity).toMatchObject({
    activity_name: "Other",
    src_endpoint: { ip: "192.0.2.7", location: { country: "AT" }, autonomous_system: { number: 64_500 } },
    http_request: { user_agent: "curl/8" },
    message: `block by ${event.service}`,
  });
  expect(activity).not.toHaveProperty("firewall_rule");
  const allowed = event.matches.map((match) => ({ ...match, decisive: true }));
  expect(toOcsf({ ...event, action: "allow", matches: allowed })).toMatchObject({ disposition: "Allowed" });
});

test("a sink of OCSF needs a function, and hands its flush on", () => {
  expect(() => ocsfSink(undefined as never)).toThrow(expect.objectContaining({ code: "E_OPTION" }));
  const flush = async () => undefined;
  expect(ocsfSink(() => undefined, { name: "siem", flush })).toMatchObject({ name: "siem", flush });
});

test("the sum of equal events has their count, and a line of the sink is one activity", async () => {
  const [event] = await manyEvents();
  if (event === undefined) throw new Error("there is no event");
  const summed = { ...event, timeMs: 5_000, repeats: { count: 2, since: "1970-01-01T00:00:01.000Z" } };
  expect(toOcsf(summed)).toMatchObject({ count: 3, start_time: 1_000, end_time: 5_000, time: 5_000 });
  const lines: string[] = [];
  ocsfSink((line) => lines.push(line)).write(event);
  expect(lines[0]?.endsWith("\n")).toBe(true);
  expect(JSON.parse(lines[0] ?? "")).toEqual(JSON.parse(JSON.stringify(toOcsf(event))));
});

test("an event of nobody and no host has an endpoint all the same", async () => {
  const [event] = await manyEvents();
  if (event === undefined) throw new Error("there is no event");
  const request = { ...event.request, host: "", client: "" };
  expect(toOcsf({ ...event, request }).dst_endpoint).toEqual({ name: "unknown" });
});
