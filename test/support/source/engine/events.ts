// What tests use of src/engine/events.
export { buildEvent, EVENT_LIMITS } from "../../../../src/engine/events/build-event.ts";
export type { WafChange } from "../../../../src/engine/events/change.ts";
export { createDeduplicator } from "../../../../src/engine/events/deduplicate.ts";
export { EventEmitter, type SinkFailure } from "../../../../src/engine/events/emitter.ts";
export {
  EVENT_SCHEMA_VERSION,
  type RequestFacts,
  type WafEvent,
} from "../../../../src/engine/events/event.ts";
export { eventText } from "../../../../src/engine/events/event-text.ts";
export { passesLuhn } from "../../../../src/engine/events/find-secrets.ts";
export { jsonLine, jsonLinesSink } from "../../../../src/engine/events/json-lines-sink.ts";
export { createMetrics, type MeterLike } from "../../../../src/engine/events/metrics.ts";
export { METRIC_LIST } from "../../../../src/engine/events/metrics-catalogue.ts";
export { OCSF_VERSION, ocsfSink, toOcsf } from "../../../../src/engine/events/ocsf.ts";
export { prometheusMeter } from "../../../../src/engine/events/prometheus.ts";
export { createRedactor } from "../../../../src/engine/events/redact.ts";
export { rememberedRedactor } from "../../../../src/engine/events/remembered-redactor.ts";
export { requestFacts } from "../../../../src/engine/events/request-facts.ts";
export { isSecretName } from "../../../../src/engine/events/secret-names.ts";
export { callbackSink, memorySink } from "../../../../src/engine/events/sinks.ts";
export { exceptionYaml, suggestException } from "../../../../src/engine/events/suggest-exception.ts";
