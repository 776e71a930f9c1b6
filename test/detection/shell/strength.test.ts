// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expansions of the shell look like placeholders.
import { describe, expect, test } from "vitest";
import { shellDetector } from "../../support/source/detection/shell.ts";
import type { CorpusPlace } from "../corpus/part.ts";
import { kindsIn } from "../corpus-check.ts";

const CHAINED = "rce-chained-command";
const SUBSTITUTED = "rce-substituted-command";
const HIDDEN = "rce-hidden-name";
const ASSEMBLED = "rce-assembled-command";
const SPLIT = "rce-word-splitting";
const BARE = "rce-bare-command";
const LINE = "rce-command-line";
const AFTER = "rce-command-after-separator";

type Row = readonly [text: string, kinds: readonly string[], place?: CorpusPlace];

function checkKinds(rows: readonly Row[]): void {
  test.each(rows.map((row) => [...row] as const))("%j holds %j", (text, kinds, place) => {
    const found = kindsIn([shellDetector], text, place).map(({ name }) => name);
    expect(found.sort()).toEqual([...kinds].sort());
  });
}

describe("arguments by what the command does", () => {
  checkKinds([
    ["1; ping localhost", [CHAINED]],
    ["1; ping later", []],
    ["1; head /var/log/app", [CHAINED]],
    ["1; sort the /opt/x", []],
    ["1; sort -r the /opt/x", [CHAINED]],
    ["1; head -n1 notes.txt", [CHAINED]],
    ["1; head notes.txt", []],
    ["1; sort <<< abc", [CHAINED]],
    ["1; wget files.example", [CHAINED]],
    ["1; wget files.example now", [AFTER]],
    ["1; curl -s $u", [CHAINED]],
    ["1; curl $u", [AFTER]],
    ["1; curl now", []],
    ["1; nc box.example 4444", [CHAINED]],
    ["1; telnet box.example", [AFTER]],
    ["1; telnet box.example now", []],
    ["1; uname x1", [CHAINED]],
    ["1; uname x1 y2", []],
    ["1; uptime -p", [CHAINED]],
    ["page | uptime -p", [AFTER]],
    ["1; uptime now", []],
    ["1; python /opt/x.py", [CHAINED]],
    ["1; python3 <<< abc", [CHAINED]],
    ["1; php x.php", [AFTER]],
    ["1; php x.php now", []],
    ["1; sleep 5", [CHAINED]],
    ["1; sleep $t", [AFTER]],
    ["1; sleep well", []],
    ["1; chmod 755", [CHAINED]],
    ["1; mkdir", []],
    ["1; kill -9 x1", [CHAINED]],
    ["1; kill -9 x1 now", []],
    ["; kill -9 now", [CHAINED]],
    ["; touch -c now then", []],
    ["1; echo $x hi", [CHAINED]],
    ["1; echo $x hello there friend", [AFTER]],
    ["1; echo hello there friend", []],
    ["1;{sudo,now}", [SPLIT]],
  ]);
});

describe("names that are spelt as no sentence has them", () => {
  checkKinds([
    ["x; /b?n/l? hello", [HIDDEN]],
    ["x; /b?n/l? hello (now", [AFTER]],
    ["x; /b?n/l? -a", [HIDDEN]],
    ["1; /bin/ls hello", [CHAINED]],
    ["1; /bin/ls hello (now", [AFTER]],
    ["1; /bin/du x1 (now", [CHAINED]],
    ["1; l's' hello", [HIDDEN]],
    ["1; l's' hello (now", [AFTER]],
    ["1; l's' x1 (now", [HIDDEN]],
    ["1;$(frob x) /etc/passwd", [ASSEMBLED]],
    ["1;$(frob x) < /etc/passwd", [ASSEMBLED]],
    ["1;$(frob x) < notes", []],
    ["1; frob /etc/hosts", [CHAINED]],
    ["1; frob the old /etc/hosts", []],
    ["1; frob < /etc/hosts", [CHAINED]],
    ["1; frob /etc/ho?ts", [HIDDEN]],
    ["1; frob /opt/x", []],
  ]);
});

describe("substitutions that print a command", () => {
  checkKinds([
    ["who`echo am`i", [ASSEMBLED]],
    ["who$(echo am)i", [ASSEMBLED]],
    ["who`echo am now`!", []],
    ["5`echo am`i", [AFTER]],
    ["$(printf '\\151 \\144')", [ASSEMBLED]],
    ["$(printf '%s now' $x)", [SUBSTITUTED]],
    ["$(cat /opt/x)", [SUBSTITUTED]],
  ]);
});

describe("depth", () => {
  const noon = "We met at noon and spoke about it";
  checkKinds([
    ["cat ${HOME:0:1}opt", [LINE]],
    ["a=opt cat /$a/$b", [HIDDEN]],
    ["a=opt cat /$b", [LINE]],
    ["/bin/ls /opt/x", [BARE]],
    ["/bin/ls /opt/x", [], "form"],
    ["/bin/ls", [LINE]],
    ["ls /opt/x", [LINE]],
    ["John Smith; cat /etc/hosts", [CHAINED, AFTER]],
    ["John Smith $(cat /etc/hosts)", [SUBSTITUTED, AFTER]],
    ["John Smith; ls -la", [CHAINED, AFTER]],
    ["John Smith; ls -la", [AFTER], "form"],
    ["John Smith $(ls -la)", [SUBSTITUTED, AFTER]],
    ["John Smith $(ls -la)", [AFTER], "form"],
    [`${noon}; cat /etc/hosts was on the slide`, [CHAINED, AFTER]],
    [`${noon}; cat /etc/hosts was on the slide`, [AFTER], "form"],
    [`${noon} $(cat /etc/hosts)`, [SUBSTITUTED, AFTER]],
    [`${noon}; ls -la`, [AFTER]],
    [`${noon}; c'a't /opt/x`, [HIDDEN, AFTER]],
    [`${noon}; echo aWQ= /etc/hosts | sh`, [CHAINED, AFTER]],
    [`${noon}; echo aWQ= /etc/hosts | sh`, [AFTER], "form"],
    [`${noon}; a=c;b=at;$a$b /etc/hosts`, [ASSEMBLED, AFTER]],
    [`1;php x.php;${" word".repeat(50)}`, []],
    ["1;php x.php; word", [AFTER]],
  ]);
});

describe("pipelines that end in a shell", () => {
  checkKinds([
    ["1;echo aWQ=|base64 -d|sh", [ASSEMBLED]],
    ["1;echo aWQ=|base64 -d", [CHAINED]],
    ["1;echo aWQ=|tr a b|xargs id", [CHAINED]],
    ["1;echo aWQ=|frob|sh", [CHAINED]],
    ["1;echo aWQ=|tr a b|rev|tr a b|tr a b|sh", [CHAINED]],
    [`1;echo aWQ=|tr a ${"b".repeat(220)}|sh`, [CHAINED]],
  ]);
});
