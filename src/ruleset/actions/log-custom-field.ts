import { flag, listOf, name, object, optional, required } from "../shape.ts";
import type { LogFieldSource } from "./control.ts";
import { defineAction } from "./define-action.ts";

interface LogField {
  readonly source: LogFieldSource;
  readonly name: string;
  readonly preserveDuplicates: boolean;
}

/** Member of the parameters to the part of the transaction that it reads. */
const SOURCES = [
  ["request_fields", "request"],
  ["response_fields", "response"],
  ["raw_response_fields", "raw_response"],
  ["transformed_request_fields", "transformed_request"],
  ["cookie_fields", "cookie"],
] as const;

const field = object({ name: required(name), preserve_duplicates: optional(flag) });

/** Adds headers and cookies to the event. The reference calls it terminating, which nothing in a log phase can be. */
export const logCustomField = defineAction<readonly LogField[]>({
  name: "log_custom_field",
  summary: "Adds headers and cookies to the log record.",
  terminating: false,
  contributes: ["change"],
  parametersRequired: true,
  parameters: object(Object.fromEntries(SOURCES.map(([member]) => [member, optional(listOf(field, 1))])), {
    atLeastOne: [SOURCES.map(([member]) => member)],
  }),
  prepare(parameters) {
    return SOURCES.flatMap(([member, source]) => {
      const fields = (parameters[member] ?? []) as readonly Record<string, unknown>[];
      return fields.map((entry) => ({
        source,
        name: String(entry["name"]),
        preserveDuplicates: entry["preserve_duplicates"] === true,
      }));
    });
  },
  apply(control, prepared) {
    for (const entry of prepared) control.logField(entry.source, entry.name, entry.preserveDuplicates);
  },
});
