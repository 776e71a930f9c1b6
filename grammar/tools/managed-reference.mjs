// Makes docs/managed.md from the managed rulesets.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: examples of templates look like placeholders.
import { managedRulesets } from "../../build/modules/rules/managed/index.js";

const REFERENCES = [
  [/^CWE-(\d+)$/, (id) => `https://cwe.mitre.org/data/definitions/${id}.html`],
  [/^CAPEC-(\d+)$/, (id) => `https://capec.mitre.org/data/definitions/${id}.html`],
  [/^CVE-(.+)$/, (id) => `https://nvd.nist.gov/vuln/detail/CVE-${id}`],
];

const ATTACKS = {
  protocol: "Malformed and ambiguous requests",
  scanner: "Scanners and exploit tools",
  disclosure: "Files that no client should request",
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

/**
 * Kinds of texts about which one may differ. The examples are sent as a query argument by the test of this table, which reads it in
 * docs/managed.md.
 */
const DISPUTED = [
  {
    kind: "Character references that spell a special character",
    examples: ["&#X0003C", "&#60"],
    decision: "passes",
    reason: "A browser displays the character as text; no element begins.",
  },
  {
    kind: "A blank after the bracket of a tag",
    examples: ["< script>", "< b >"],
    decision: "passes",
    reason: "HTML parsers read it as text.",
  },
  {
    kind: "Fragments without effect",
    examples: ['">', "</script>", "a)(b", "%27"],
    decision: "passes",
    reason: "Nothing runs, and typos and code contain them.",
  },
  {
    kind: "Placeholders of payload lists and templates",
    examples: ["[DATA]", "{{name}}", "${user.name}"],
    decision: "passes",
    reason: "Editors and mail templates send them.",
  },
  {
    kind: "A lone quote or comment",
    examples: ["'", "O'Brien", "1--", "/* a */"],
    decision: "passes",
    reason: "Names and notes contain them. A comment at the end adds points.",
  },
  {
    kind: "A condition without a comparison of its own",
    examples: ["x or true", "1 or 1", "1=1"],
    decision: "passes",
    reason: "Sentences and notes contain them. `x or true` adds 3 points.",
  },
  {
    kind: "Prose about attacks",
    examples: ["union select tutorial", "drop table students", "how does sleep(5) work"],
    decision: "passes",
    reason: "No statement is continued. `1; drop table students` is rejected.",
  },
  {
    kind: "A complete statement",
    examples: ["select * from users", "SELECT name FROM users WHERE id = 5"],
    decision: "passes",
    reason: "Query tools send it; an injection continues a statement of the program.",
  },
  {
    kind: "A command without a shell around it",
    examples: ["ls -la", "whoami", "rm -rf /"],
    decision: "passes",
    reason: "People search for commands, which adds points. `; ls` and `$(id)` are rejected.",
  },
  {
    kind: "Steps up without a target",
    examples: ["../", "../../"],
    decision: "passes",
    reason: "Relative links contain them. Three steps to a file are rejected.",
  },
  {
    kind: "Hosts of the server itself or its network",
    examples: ["http://localhost:3000/callback", "http://10.0.0.5/"],
    decision: "passes",
    reason:
      "Development and webhooks use them. Metadata services of clouds and disguised addresses are rejected.",
  },
  {
    kind: "A foreign URL as the target of a redirect",
    examples: ["https://h.example/"],
    decision: "passes",
    reason: "Sign-on does the same. Disguised hosts are rejected.",
  },
  {
    kind: "Markup without scripts",
    examples: ["<b>bold</b>", '<a href="https://a.example">x</a>'],
    decision: "passes",
    reason: "Editors send it.",
  },
  {
    kind: "Arithmetic in the brackets of a template",
    examples: ["{{7*7}}", "${7*7}", "<%= 7*7 %>"],
    decision: "rejected",
    reason: "No template of an editor multiplies constants; each test for template injection does.",
  },
  {
    kind: "JavaScript that only calls a dialog",
    examples: ["alert(1)", "onerror=alert(1)"],
    decision: "rejected",
    reason: "It runs where an application writes the value into a script or an attribute.",
  },
  {
    kind: "PHP in a search",
    examples: ["<?php echo 1; ?>"],
    decision: "rejected",
    reason: "The same bytes run where a file includes the log or the cache. In a body they pass.",
  },
  {
    kind: "Installers in one line, and files of the system",
    examples: ["curl https://get.example/i.sh | sh", "/etc/passwd", "/var/log/syslog"],
    decision: "rejected",
    reason: "The same bytes attack a program that passes the value to a shell or opens it.",
  },
  {
    kind: "A few words that end in a file of the system",
    examples: ["show me /etc/passwd"],
    decision: "rejected",
    reason:
      "It reads like a command that the detector does not know, with its file. `what is /etc/passwd` and `/etc/passwd on a mac` pass.",
  },
  {
    kind: "Reports that quote an exploit",
    examples: ["PoC: process.mainModule.require('child_process').execSync('id')"],
    decision: "rejected",
    reason:
      "The exploit is complete. Write an exception for the field, such as that of a webhook for advisories.",
  },
];

function code(text) {
  return `\`${text.replaceAll("|", "\\|")}\``;
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

The \`wirewall\` command includes the rulesets. A program passes them to \`createWaf\`:

\`\`\`ts
import { createWaf } from "wirewall";
import { managedRulesets } from "wirewall/managed";

const waf = createWaf(config, { managed: managedRulesets });
\`\`\`

Three things to know before changing anything:

- **Confidence.** A rule of the category \`confidence-high\` blocks on its own. A rule of \`confidence-medium\` adds points to the
  score named after its attack; the last rule of the ruleset blocks when all scores together reach its threshold, 5. Two likely
  signs (3 points each) reach it, one does not. A rule of \`confidence-low\` only logs and is off until that category, or level 2, is enabled.
  \`wirewall.scores\` has the single scores.
- **Levels.** Rules of level 1 are on. Rules of level 2 are off until an override enables their category
  (\`paranoia-level-2\`, a name that imported configurations know). No rule has a higher level.
- **Exceptions.** A \`skip\` rule with \`targets\` hides an input, such as the form field of an editor, from a rule, a category or the
  whole ruleset, with everything that was found in it ([example](#exceptions)). \`cf.waf.score\` and \`wirewall.detection.scores\`
  cover the whole request, exceptions or not.

Contents: [exceptions](#exceptions) · [how attacks are found](#how-attacks-are-found) · [cost](#cost) · [what is not found](#what-is-not-found) ·
[disputed cases](#disputed-cases) · [virtual patches](#virtual-patches) · the rules of [\`wirewall-core\`](#wirewall-core) and
[\`wirewall-core-responses\`](#wirewall-core-responses).

## Exceptions

The event of a blocked request names the rule (\`matches\`, the one with \`decisive: true\`) and lists as \`evidence\` what was found. The
reference on the block page is the event's \`id\`. \`wirewall explain FILE --url URL\` shows the same:

\`\`\`console
$ wirewall explain firewall.yaml --url "https://shop.example/reviews?text=1'+union+select+password+from+users--"
block 403   wirewall-core/wc-sqli-union-select
found    sqli-union-select           5   http.request.uri.args["text"]   bytes 3 to 15   union select
found    sqli-select-statement       1   http.request.uri.args["text"]   bytes 9 to 35   select password from users
found    sqli-keyword-behind-quote   3   http.request.uri.args["text"]   bytes 1 to 8   ' union
…
\`\`\`

Write an exception before the rule that executes \`wirewall-core\`. Its \`field\` and \`key\` are those of the evidence; without \`key\` it
holds for the whole field. \`rule\` is one ref, \`tag\` a category; without both it holds for all rules of the ruleset:

\`\`\`yaml
id: managed
kind: zone
phase: http_request_firewall_managed
rules:
  - ref: reviews-quote-sql
    expression: http.request.uri.path eq "/reviews"
    action: skip
    action_parameters:
      targets:
        - {ruleset: wirewall-core, tag: sqli, field: http.request.uri.args, key: text}
  - ref: core
    expression: "true"
    action: execute
    action_parameters:
      id: wirewall-core
      overrides:
        rules:
          - {id: wc-sqli-union-select, action: log}    # only reported, wherever it is found
\`\`\`

Another rule may block the same request for another piece, so that a \`tag\` is usually a better exception than a single \`rule\`. The input of
a nested value (JSON or Base64 in an argument) is the argument. Rules on malformed requests and most virtual patches have no evidence: leave
them out by ref, with \`action_parameters: {rules: {wirewall-core: [wc-protocol-unread-body]}}\` or \`enabled: false\`. A threshold holds back
only the rules that add points: those that block on their own need an exception or an override.

## How attacks are found

Most rules below test one thing: whether a detector found a certain kind of evidence. The name of such a rule says which.

1. **Texts.** A request is split into the texts that an application reads: the path and its segments, arguments and their names,
   cookies, headers, the arguments of the Referer, form fields, parts, keys and values of bodies, and the texts inside of them
   (JSON in a string, Base64 of text, quoted strings). Every layer of percent-encoding is removed. Where \`&\` or \`=\` splits a
   payload, the whole query is a text too; so are the values of repeated arguments, joined by commas. Other formats are read for
   their strings: Protocol Buffers (gRPC), MessagePack, CBOR, GraphQL documents, credentials and tokens, lists in headers, cells of
   tables, uploaded files of JSON, and lines that stand out in a note. In files and notes only evidence that is sufficient alone counts.
2. **Views.** Each text is read again without the escapes of JavaScript, JSON and CSS, without HTML character references, with
   look-alikes of ASCII folded (full-width letters, overlong UTF-8, invisible characters), and as the bytes that hexadecimal
   digits spell. At most three layers.
3. **Detectors.** Each covers a language: HTML and scripts, SQL, shells, PHP and other code, paths, hosts and URLs, templates,
   NoSQL, LDAP, XPath, server includes, headers, spreadsheet formulas, XML, Java, Node.js and React, GraphQL. It reads tokens, and tests whether the text
   has an effect in that language where it stands: a quote that ends a string with a condition after it, a separator with a
   command after it, an element with an event handler. One pass over a text selects the detectors that could find something;
   most texts need none.
4. **Evidence.** Each find has a kind, a class of attack, points, the field and name of the input, the span of bytes, the view, and
   a sentence. Events list it (\`evidence\`), rules read it (\`wirewall.detection.…\`). The same find in two views counts once. Kinds
   that mean more in several inputs (NoSQL operators) have a second kind for that.
5. **A second opinion.** A linear scorer ([scorer.md](scorer.md)) rates texts by the order of their words and signs. It confirms weak
   finds (\`wc-scorer-confirmed\`) and decides alone only above a high bar (\`wc-scorer-alone\`). It reads values, never paths, names
   or browsers' headers.

Your own rules can use all of it:

\`\`\`
cf.waf.score lt 20                                             # 1 attack … 99 clean, of the whole request
cf.waf.score.sqli lt 30 and http.request.uri.path contains "/search"
any(wirewall.detection.attacks[*] == "ssrf")
detect.sqli(http.request.body.form["comment"][0]) ge 5         # any value of your choice
\`\`\`

## Cost

A configuration in which no rule reads detection does not pay for it: detectors run when a rule first reads their result, once per
request. Executing \`wirewall-core\` reads it for every request. Time grows with the bytes of a request, and hardly
with the number of rules that read the result.

| request: target, headers and body | requests | median | 99 of 100 | mean per byte |
| --- | --- | --- | --- | --- |
| up to 500 bytes | 1,626 | 0.044 ms | 0.18 ms | 0.15 µs |
| 500 bytes to 1 KB | 1,805 | 0.096 ms | 0.39 ms | 0.16 µs |
| 1 to 2 KB | 912 | 0.21 ms | 0.79 ms | 0.19 µs |
| 2 to 4 KB | 343 | 0.45 ms | 1.7 ms | 0.20 µs |
| 4 to 16 KB | 134 | 1.0 ms | 4.6 ms | 0.17 µs |

Measured on 4,821 benign requests that are not part of this repository, November 2026, on 2 cores of an AMD EPYC with Node 20.20.2
while other programs used them: of two runs the slower one. The time is that of a whole evaluation, from the headers to the
decision, with both rulesets and the reading of the body. To repeat it with your own requests (format:
[\`bench/detection/README.md\`](../bench/detection/README.md)):

\`\`\`sh
npm run bench:detection -- CORPUS.jsonl --runs 5 --decisions times.jsonl   # each line has the microseconds of a request, as us
\`\`\`

The work for one request is bounded. A body that is too complex to be read within the bounds is rejected by
\`wc-protocol-unread-body\`; \`node bench/detection/cost-search.mjs\` searches for the most expensive body.

## What is not found

- **Text that looks like ordinary use.** A complete SQL statement in the field of a query tool, \`ls -la\` in a search, a foreign
  \`https:\` URL in a redirect, a lone quote. Each is an attack somewhere and everyday text elsewhere; most add points or nothing. A
  rule of yours that knows the field can be stricter (\`detect.*\`, \`cf.waf.score\`).
- **Contents of files.** Uploaded files are data. Web shells, XML, and text that an application would read as fields (tables, JSON,
  notes) are examined. Archives and documents are not opened; YAML, values in XML files, and the JSON files that configure tools
  (\`package.json\`) are not read either, because commands are ordinary there.
- **Logic.** Access to objects of others, prices that a client sets, enumeration: no payload shows them.
- **Encodings that only your application knows**: ciphers, compression inside of values, custom alphabets.

## Disputed cases

Collections of attacks and of benign texts disagree about the following kinds. The decisions are deliberate and hold for a query
argument at the default threshold; a test holds them. A report about one of them first changes this table, then a detector.

| kind | examples | decision | reason |
| --- | --- | --- | --- |
${DISPUTED.map(({ kind, examples, decision, reason }) => `| ${kind} | ${examples.map(code).join(", ")} | ${decision} | ${reason} |`).join("\n")}

## Virtual patches

Rules of the category \`cve\` reject requests that exploit one published weakness of Node.js, its frameworks or its bundlers, until
the package is updated. Affected versions are written as npm writes ranges: the first version outside of a range has the fix. Versions
and days come from the records of the [CVE list](https://github.com/CVEProject/cvelistV5). Disable a patch by its ref, or all of them
by their category, once the packages are updated.

A weakness has a patch when the request differs from ordinary ones. A forged but well-formed \`Host\` header, the request of another
user, or a body whose size alone does the harm has none.
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
