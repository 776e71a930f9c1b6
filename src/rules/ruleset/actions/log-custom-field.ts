import { anyOf, flag, listOf, name, object, optional, required } from "../../../documents/shapes/shape.ts";
import { defineAction } from "./define-action.ts";

/** Member of the parameters to the part of the transaction that it reads. */
const SOURCES = [
  ["request_fields", "request"],
  ["response_fields", "response"],
  ["raw_response_fields", "raw_response"],
  ["transformed_request_fields", "transformed_request"],
  ["cookie_fields", "cookie"],
] as const;

const field = object({
  /** Name of the header or cookie. */
  name: required(name),
  /** Whether all lines of a header are logged. Default false: the first. */
  preserve_duplicates: optional(flag),
});
// Until version 4 of Terraform's provider a field was its name.
const fields = optional(listOf(anyOf(field, name), 1));

/** Adds headers and cookies to the event. Cloudflare calls it terminating, which no action in a log phase can be. */
export const logCustomField = defineAction({
  name: "log_custom_field",
  summary: "Adds headers and cookies to the log record.",
  terminating: false,
  contributes: ["change"],
  parameters: object(
    {
      /** Request headers as received. */
      request_fields: fields,
      /** Response headers as sent to the client. */
      response_fields: fields,
      /** Response headers as the upstream sent them. */
      raw_response_fields: fields,
      /** Request headers as sent to the upstream. */
      transformed_request_fields: fields,
      /** Cookies of the request. */
      cookie_fields: fields,
    },
    { atLeastOne: [SOURCES.map(([member]) => member)] },
  ),
  prepare: (parameters) =>
    SOURCES.flatMap(([member, source]) =>
      (parameters[member] ?? []).map((given) => {
        const { name: word, preserve_duplicates: preserveDuplicates = false } =
          typeof given === "string" ? { name: given } : given;
        return { source, name: word, preserveDuplicates };
      }),
    ),
  apply(control, prepared) {
    for (const entry of prepared) control.logField(entry.source, entry.name, entry.preserveDuplicates);
  },
});
