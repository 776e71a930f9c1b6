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
  node: "Node.js, its frameworks and React",
  redirect: "Open redirects",
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
  threshold, 5. Two likely signs (3 points each) do, one does not. One of \`confidence-low\` only logs, and is off until that
  category is enabled. \`wirewall.scores\` has the single scores.
- **Levels.** Rules of level 1 are on, those of level 2 and 3 are off until an override enables their category
  (\`paranoia-level-2\`, a name that imported configurations know).
- **Exceptions.** A \`skip\` rule with \`targets\` keeps an input, such as the form field of an editor, from a rule, a
  category or the whole ruleset, also what was found in it. Scores (\`cf.waf.score\`, \`wirewall.detection.scores\`) are of the whole
  request, whatever is excepted.

## How attacks are found

Most rules below ask one thing: has a detector found this kind of evidence? So the name of a rule says what was found.

1. **Texts.** A request is cut into texts where an application reads them: the path and its segments, arguments and
   their names, cookies, headers, the Referer's own arguments, fields, parts, keys and values of bodies, and what is inside of them (JSON
   in a string, Base64 of text, quoted strings). Every layer of percent-encoding is undone. Where \`&\` or \`=\` cuts
   a payload, the whole query is a text too, and so are the values of repeated arguments joined by a comma. What else applications
   take apart is taken apart: strings of Protocol Buffers (gRPC), MessagePack and CBOR, of documents of GraphQL, credentials and tokens,
   lists in headers, cells of tables, values in uploaded files of JSON, and lines that stand out in a note. In the last two, as in all that
   is data, only evidence that is enough by itself counts.
2. **Views.** Each text is read again with the escapes of JavaScript, JSON and CSS undone, with character references of HTML undone,
   with look-alikes of ASCII folded (full-width letters, overlong UTF-8, invisible characters), and as the bytes that
   hexadecimal digits spell; three layers at most.
3. **Detectors.** Each knows a language: HTML and scripts, SQL, shells, PHP and other code, paths, hosts and URLs, templates, NoSQL, LDAP,
   XPath, server includes, headers, XML, Java, Node.js and React, GraphQL. It reads tokens, not patterns, and asks whether
   the text *does* something in that language where it stands: a quote that ends a string and a condition behind it, a separator and a command
   in its place, an element with a handler. One pass over a text tells which detectors are worth asking; most texts are worth none.
4. **Evidence.** Each find has a kind, a class of attack, points, the input's field and name, the bytes from which and up to which it goes, the
   view, and a sentence. Events list it (\`evidence\`), rules read it (\`wirewall.detection.…\`).
   The same find in two views counts once; kinds that matter more when they stand in several inputs (operators of NoSQL) have a second kind
   for that.
5. **A second opinion.** A linear scorer (docs/scorer.md) judges texts by their order of words and signs. It confirms weak finds
   (\`wc-scorer-confirmed\`), and decides alone only above a high bar (\`wc-scorer-alone\`). It sees values, never paths, names or
   browsers' headers.

Rules of yours can use all of it:

\`\`\`
cf.waf.score lt 20                                             # 1 attack … 99 clean, of the whole request
cf.waf.score.sqli lt 30 and http.request.uri.path contains "/search"
any(wirewall.detection.attacks[*] == "ssrf")
detect.sqli(http.request.body.form["comment"][0]) ge 5         # any value of your choice
\`\`\`

A rule that mentions none of it costs nothing.

## What is not found

- **What looks like ordinary use.** A complete SQL statement in the field of a query tool, \`ls -la\` in a search, a plain foreign
  \`https:\` URL in a redirect, \`/var/log\`, a lone quote: each is an attack somewhere and everyday text elsewhere. Most leave points or nothing;
  a rule of your own that knows the field can be stricter (\`detect.*\`, \`cf.waf.score\`).
- **Contents of files.** Uploaded files are data. Web shells, XML and text that an application would read as fields are looked at (tables,
  JSON, notes); archives and documents are not opened, nor are YAML, values in files of XML, and the files of JSON by which tools are
  configured (\`package.json\`): commands are ordinary there.
- **Logic.** Access to what belongs to others, prices that a client sets, enumeration: no payload gives them away.
- **Encodings that only your application knows**: ciphers, compression inside of values, custom alphabets.
- **Probes without effect.** Lists of payloads hold many lines that no reader executes (\`&#X0003C\`, \`< script>\`, \`[DATA]\`). They are left alone.
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
