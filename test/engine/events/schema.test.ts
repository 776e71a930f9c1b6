import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { schemaFaults } from "../../support/json-schema.ts";
import { EVENT_SCHEMA_VERSION } from "../../support/source/engine/events.ts";
import { manyEvents } from "./events-of.ts";

const SCHEMA: unknown = JSON.parse(
  readFileSync(new URL("../../../docs/reference/event.schema.json", import.meta.url), "utf8"),
);

test("events are as their schema says", async () => {
  const events = await manyEvents();
  expect(new Set(events.map(({ action }) => action))).toEqual(
    new Set(["allow", "block", "challenge", "serve_error"]),
  );
  for (const event of events) {
    expect(schemaFaults(SCHEMA, JSON.parse(JSON.stringify(event)))).toEqual([]);
    expect(event.schemaVersion).toBe(EVENT_SCHEMA_VERSION);
    expect(Date.parse(event.time)).toBe(event.timeMs);
  }
});

test("the check finds what does not fit", async () => {
  const [event] = await manyEvents();
  const { id: _, ...rest } = JSON.parse(JSON.stringify(event)) as Record<string, unknown>;
  expect(schemaFaults(SCHEMA, { ...rest, action: "deny", timeMs: "1", more: 1 })).toEqual([
    ": no id",
    "/timeMs: string, not number",
    "/action: deny is not listed",
    "/more: unknown",
  ]);
});

test("status and delivery are what was sent", async () => {
  const events = await manyEvents();
  const shown = events
    .filter(({ delivery }) => delivery !== undefined)
    .map(({ action, service, status, delivery, reason }) => [action, service, status, delivery, reason]);
  expect(shown).toEqual([
    ["block", "host", 413, "complete", "too long"],
    ["serve_error", "host", 502, "aborted", "no answer"],
    ["allow", "custom", 204, "complete", undefined],
  ]);
});
