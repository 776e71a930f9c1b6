import {
  headerValue,
  hostName,
  integer,
  object,
  optional,
  required,
} from "../../../documents/shapes/shape.ts";
import type { RoutePlan } from "./control.ts";
import { defineAction } from "./define-action.ts";

/** Chooses where the request goes. */
export const route = defineAction({
  name: "route",
  summary: "Chooses the origin, its Host header and its TLS server name.",
  terminating: false,
  contributes: ["change"],
  parameters: object(
    {
      host_header: optional(headerValue),
      origin: optional(
        object(
          { host: optional(hostName), port: optional(integer(1, 65_535)) },
          { atLeastOne: [["host", "port"]] },
        ),
      ),
      sni: optional(object({ value: required(headerValue) })),
    },
    { atLeastOne: [["host_header", "origin", "sni"]] },
  ),
  prepare: ({ host_header: hostHeader, origin, sni }): RoutePlan => ({
    hostHeader,
    host: origin?.host,
    port: origin?.port,
    serverName: sni?.value,
  }),
  changes: () => ["route"],
  apply(control, prepared) {
    control.route(prepared);
  },
});
