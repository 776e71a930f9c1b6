import { Bool, Bytes, Int, Ip } from "../../language/values/types.ts";
import {
  FROM_HEAD,
  FROM_RESPONSE,
  fieldsOf,
  RECEIVED,
  type RequestField,
  suppliedFieldsOf,
  suppliedOr,
} from "./field.ts";

const field = fieldsOf(FROM_HEAD, RECEIVED);
const supplied = suppliedFieldsOf(FROM_HEAD, RECEIVED);
const suppliedLate = suppliedFieldsOf(FROM_RESPONSE, ["response"]);

/** The connection, the request's identity, and what the platform around the engine knows. */
export const platformFields: readonly RequestField[] = [
  field(
    "cf.edge.server_ip",
    Ip,
    "Address that the client connected to.",
    suppliedOr("cf.edge.server_ip", (request) => request.localAddress),
    { whenAbsent: "nil", example: "198.51.100.4", unmapped: true },
  ),
  field(
    "cf.edge.server_port",
    Int,
    "Port that the client connected to.",
    suppliedOr("cf.edge.server_port", (request) => request.view.localPort ?? 0),
    { whenAbsent: "0", example: 443 },
  ),
  field(
    "cf.edge.client_port",
    Int,
    "Port that the client connected from.",
    suppliedOr("cf.edge.client_port", (request) => request.view.remotePort ?? 0),
    { whenAbsent: "0", example: 49152 },
  ),
  field(
    "cf.edge.client_tcp",
    Bool,
    "Whether the request came over TCP.",
    // HTTP/3 runs over QUIC, every earlier version over TCP.
    suppliedOr("cf.edge.client_tcp", (request) => request.view.version !== "HTTP/3"),
    { whenAbsent: "true", example: true },
  ),
  supplied("cf.edge.l4.delivery_rate", Int, "Estimated bytes per second towards the client.", 0, {
    example: 90000,
  }),
  supplied("cf.timings.client_tcp_rtt_msec", Int, "TCP round trip to the client in milliseconds.", 0, {
    example: 20,
  }),
  supplied("cf.timings.client_quic_rtt_msec", Int, "QUIC round trip to the client in milliseconds.", 0, {
    example: 20,
  }),
  suppliedLate("cf.timings.edge_msec", Int, "Milliseconds spent here, without waiting for the origin.", 0, {
    example: 3,
  }),
  suppliedLate("cf.timings.origin_ttfb_msec", Int, "Milliseconds to the origin's first byte.", 0, {
    example: 80,
  }),
  suppliedLate("cf.timings.worker_msec", Int, "Milliseconds spent in edge code.", 0, { example: 1 }),
  field(
    "cf.ray_id",
    Bytes,
    "Identifier of the request, sixteen hexadecimal digits unless the embedder has its own.",
    suppliedOr("cf.ray_id", (request) => request.rayId),
    { whenAbsent: "nil without a source of randomness", example: "00c0ffee00c0ffee" },
  ),
  field(
    "cf.random_seed",
    Bytes,
    "Unpredictable bytes, fresh for each request and the same throughout it.",
    suppliedOr("cf.random_seed", (request) => request.randomSeed),
    { whenAbsent: "nil without a source of randomness" },
  ),
  field(
    "cf.zone.name",
    Bytes,
    "Site whose configuration applies.",
    suppliedOr("cf.zone.name", (request) => request.options.zoneName),
    {
      whenAbsent: "the empty value",
      supply: { by: ["zoneName", "cf.zone.name"], otherwise: "" },
      example: "a.example",
    },
  ),
  supplied("cf.zone.plan", Bytes, "Subscription of that site.", "", { example: "pro" }),
  supplied("cf.metal.id", Bytes, "Machine that serves the request.", "", { example: "m7" }),
  supplied("cf.hostname.metadata", Bytes, "JSON text that the operator attached to the host name.", "", {
    example: '{"tier":1}',
  }),
  supplied("cf.worker.upstream_zone", Bytes, "Site whose edge code sent the request; empty for clients.", ""),
  supplied("cf.threat_score", Int, "Legacy threat score, always 0.", 0, { example: 0 }),
];
