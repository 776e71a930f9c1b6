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
      /** The Host header that the origin gets. */
      host_header: optional(headerValue),
      /** The server to connect to. */
      origin: optional(
        object(
          {
            /** Host name or IP address. */
            host: optional(hostName),
            /** Port. */
            port: optional(integer(1, 65_535)),
          },
          { atLeastOne: [["host", "port"]] },
        ),
      ),
      /** The server name of the TLS handshake. */
      sni: optional(
        object({
          /** The server name. */
          value: required(headerValue),
        }),
      ),
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
