// Makes docs/reference/metrics.md from the catalogue of metrics.
import { METRIC_LIST } from "../../build/modules/engine/events/metrics-catalogue.js";

/** The family's name in the formats of Prometheus. */
function prometheusName({ name, kind, unit }) {
  const plain = name.replace(/[^a-zA-Z0-9_]/g, "_") + (unit === "s" ? "_seconds" : "");
  return kind === "counter" ? `${plain}_total` : plain;
}

const KINDS = { counter: "counter", up_down: "up-down counter; gauge", histogram: "histogram" };

export function metricsReference() {
  const rows = METRIC_LIST.map((metric) => {
    const attributes = metric.attributes.map((one) => `\`${one}\``).join(", ");
    return `| \`${metric.name}\` | \`${prometheusName(metric)}\` | ${KINDS[metric.kind]}, \`${metric.unit}\` | ${attributes} | ${metric.description} |`;
  });
  const buckets = METRIC_LIST.filter(({ kind }) => kind === "histogram").map(
    ({ name, buckets: bounds }) => `| \`${name}\` | ${bounds.join(", ")} |`,
  );
  return `# Metrics

<!-- Generated from src/engine/events/metrics-catalogue.ts by grammar/tools/metrics-reference.mjs. -->

\`createWaf(configuration, { metrics: createMetrics(meter) })\` has a firewall and its hosts count. \`meter\` is one of
\`@opentelemetry/api\` (\`metrics.getMeter("wirewall")\`), or \`prometheusMeter()\` of this package, whose \`exposition(accept)\` gives the text
that Prometheus fetches: format 0.0.4, or OpenMetrics 1.0 for clients that accept it. Several firewalls may share what \`createMetrics\`
makes. \`wirewall serve --metrics PORT\` serves the page \`/metrics\` on 127.0.0.1; give \`HOST:PORT\` for another address, and let only
your monitoring reach it.

The first column has the names for OpenTelemetry, the second those for Prometheus. Attributes begin with \`wirewall.\` for
OpenTelemetry, as in \`wirewall.action\`; labels of Prometheus do not.

| metric | Prometheus | kind, unit | attributes | meaning |
| --- | --- | --- | --- | --- |
${rows.join("\n")}

| histogram | upper bounds of its buckets |
| --- | --- |
${buckets.join("\n")}

## Attributes

Values come from the configuration and from fixed sets, never from requests, so clients cannot add series.

| attribute | values |
| --- | --- |
| \`action\` | of requests: \`allow\`, \`block\`, \`challenge\`, \`drop\`, \`redirect\`, \`serve_error\`, \`tarpit\`; of phases also \`continue\`, when the phase decided nothing; of matches: the rule's action |
| \`phase\` | names of phases; of requests the phase of the rule that decided, \`none\` without one, \`host\` for what the host itself answered |
| \`ruleset\`, \`ref\`, \`list\` | ids and names of the configuration |
| \`mode\` | \`enforce\`, \`shadow\` |
| \`status\` | statuses that hosts answer with: 400, 408, 413, 414, 415, 431, 500, 502, 503, 504 and the like |
| \`source\` | \`engine\`, \`store\`, \`field\` |
| \`verdict\` | of budgets: \`block\`, \`continue\`, \`log\`; of failures: \`open\`, \`closed\` |
| \`reason\` | \`filter\`, \`sample\`, \`repeat\` |
| \`sink\` | names of event sinks; \`log\` is that of \`serve\` |
| \`operation\`, \`result\` | \`update\`, \`list\`, \`rollback\`; \`changed\`, \`unchanged\`, \`refused\` |

There are at most 10,000 series (\`maxSeries\` of \`createMetrics\`), each bucket of a histogram counted. Further measurements go
to \`_OTHER\` in every attribute, and are counted by \`wirewall.metrics.folded\`. Series of rules that are no longer in force stay until the
process ends.
`;
}
