// Makes docs/managed.md from the managed rulesets.
import { managedRulesets } from "../../build/modules/rules/managed/index.js";

const REFERENCES = [
  [/^CWE-(\d+)$/, (id) => `https://cwe.mitre.org/data/definitions/${id}.html`],
  [/^CAPEC-(\d+)$/, (id) => `https://capec.mitre.org/data/definitions/${id}.html`],
  [/^CVE-(.+)$/, (id) => `https://nvd.nist.gov/vuln/detail/CVE-${id}`],
];

const ATTACKS = {
  protocol: "Malformed and ambiguous requests",
  scanner: "Scanners and exploit tools",
  disclosure: "Files that nobody should ask for",
  traversal: "Path traversal and file inclusion",
  sqli: "SQL injection",
  xss: "Cross-site scripting",
  rce: "Command and code injection",
  php: "PHP",
  java: "Java, expression languages, deserialisation",
  ssti: "Template injection",
  nosql: "NoSQL injection",
  injection: "Other injections",
  xxe: "XML",
  ssrf: "Server-side request forgery",
  upload: "Uploads",
  threshold: "The sum",
  leak: "Leaks in responses",
};

function link(reference) {
  for (const [form, url] of REFERENCES) {
    const found = form.exec(reference);
    if (found !== null) return `[${reference}](${url(found[1])})`;
  }
  return reference;
}

function actionOf(rule) {
  const { increment } = rule.action_parameters ?? {};
  if (increment !== undefined) return `score +${increment}`;
  return rule.score_threshold === undefined ? rule.action : `${rule.action} from ${rule.score_threshold}`;
}

function row(rule) {
  const level = rule.categories[1].replace("paranoia-level-", "");
  const text = rule.description.replaceAll("|", "\\|").replaceAll("<", "&lt;");
  return `| \`${rule.ref}\` | ${text} | ${actionOf(rule)} | ${level} | ${rule.severity} | ${rule.references.map(link).join(" ")} |`;
}

function sections(ruleset) {
  const byAttack =
    Map.groupBy === undefined ? groupByAttack(ruleset.rules) : Map.groupBy(ruleset.rules, attackOf);
  return [...byAttack].flatMap(([attack, rules]) => [
    "",
    `### ${ATTACKS[attack]}`,
    "",
    `Category \`${attack}\`.`,
    "",
    "| rule | what it matches | action | level | severity | references |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rules.map(row),
  ]);
}

function attackOf(rule) {
  return rule.categories[0];
}

function groupByAttack(rules) {
  const groups = new Map();
  for (const rule of rules) {
    const group = groups.get(attackOf(rule)) ?? [];
    groups.set(attackOf(rule), [...group, rule]);
  }
  return groups;
}

const INTRODUCTION = `# Managed rulesets

<!-- Generated from src/rules/managed by grammar/tools/managed-reference.mjs. -->

Rules that come with the package, written in the expression language like any others. A rule of yours executes them:

\`\`\`yaml
rulesets:
  - id: managed
    kind: zone
    phase: http_request_firewall_managed
    rules:
      - ref: core
        action: execute
        expression: "true"
        action_parameters:
          id: wirewall-core
          overrides:
            categories:
              - category: paranoia-level-2
                enabled: true
            rules:
              - id: wc-threshold
                score_threshold: 8
              - id: wc-upload-server-script
                enabled: false
\`\`\`

The command knows the rulesets. In a program they are handed in:

\`\`\`ts
import { createWaf } from "wirewall";
import { managedRulesets } from "wirewall/managed";

const waf = createWaf(config, { managed: managedRulesets });
\`\`\`

- **Confidence.** A rule of the category \`confidence-high\` blocks by itself. One of \`confidence-medium\` adds to the
  score that is named after its attack; the last rule of the ruleset blocks when all scores together reach its
  threshold. Two likely signs (3 points each) do, one does not. \`wirewall.scores\` has the single scores.
- **Paranoia.** Every rule has a level. Those of level 1 are on, the others are off until an override enables their
  category.
- **Where they look.** Path, query arguments, cookies, headers and the body, names as well as values, with every layer
  of percent-encoding undone (the fields \`wirewall.request.….decoded\`). Contents of uploaded files are left alone, but
  for web shells.
- **Exceptions.** A \`skip\` rule with \`targets\` keeps an input, such as the form field of an editor, from a rule, a
  category or the whole ruleset.
`;

export function managedReference() {
  const lines = [INTRODUCTION.trimEnd()];
  for (const ruleset of managedRulesets) {
    const on = ruleset.rules.filter((rule) => rule.enabled).length;
    lines.push(
      "",
      `## \`${ruleset.id}\``,
      "",
      `${ruleset.description} Phase \`${ruleset.phase}\`. ${ruleset.rules.length} rules, ${on} of them on by default.`,
    );
    lines.push(...sections(ruleset));
  }
  return `${lines.join("\n")}\n`;
}
