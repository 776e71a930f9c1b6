import { headerValue, integer, object, optional, required } from "../shape.ts";
import type { RoutePlan } from "./control.ts";
import { defineAction } from "./define-action.ts";

/** Chooses where the request goes. */
export const route = defineAction<RoutePlan>({
  name: "route",
  summary: "Chooses the origin, its Host header and its TLS server name.",
  terminating: false,
  contributes: ["change"],
  parametersRequired: true,
  parameters: object(
    {
      host_header: optional(headerValue),
      origin: optional(
        object(
          { host: optional(headerValue), port: optional(integer(1, 65_535)) },
          { atLeastOne: [["host", "port"]] },
        ),
      ),
      sni: optional(object({ value: required(headerValue) })),
    },
    { atLeastOne: [["host_header", "origin", "sni"]] },
  ),
  prepare(parameters) {
    const origin = (parameters["origin"] ?? {}) as { readonly host?: string; readonly port?: number };
    const sni = parameters["sni"] as { readonly value?: string } | undefined;
    return {
      hostHeader: parameters["host_header"] as string | undefined,
      host: origin.host,
      port: origin.port,
      serverName: sni?.value,
    };
  },
  apply(control, prepared) {
    control.route(prepared);
  },
});
