// biome-ignore-all lint/suspicious/noTemplateCurlyInString: attacks on templates look like placeholders.
import { describe, expect, test } from "vitest";
import { CALLS, HIDDEN, judgeScript, PROOF, SILENT, SINK } from "../../support/source/detection/html.ts";

function judge(text: string) {
  return judgeScript(text, 0, text.length, 1000);
}

type Levels = readonly (readonly [text: string, level: number])[];

function checkLevels(table: Levels): void {
  test.each(table)("%j is judged as %i", (text, level) => {
    expect(judge(text).level).toBe(level);
  });
}

describe("text that is run", () => {
  checkLevels([
    ["import(`//e.example/m.js`)", PROOF],
    ["import(`./m.js`)", SINK],
    ["import('./m.js')", SINK],
    ["import(5)", SILENT],
    ["eval.call(null, source)", PROOF],
    ["setTimeout.name", SILENT],
    ["(eval)(source)", CALLS],
    ["(eval)", SILENT],
    ["eval`go`", PROOF],
    ["setTimeout(tick, 5)", SINK],
    ["setTimeout(eval, 0, source)", PROOF],
    ["setTimeout(Function, 0, source)", PROOF],
    ["eval('alert\\t(1)')", PROOF],
    ["eval('ale\\\nrt(1)')", PROOF],
    ["eval('ale\\qrt(1)')", CALLS],
    ["eval('ale\\ud800rt(1)')", PROOF],
    ["eval('ale\\u{110000}rt(1)')", PROOF],
    ["Function(body)", SINK],
    ["Function('go()')", PROOF],
    ["Function`go`", PROOF],
    ["Function", SILENT],
    ["Math.Function('go()')", SILENT],
    ["window.Function('go()')", PROOF],
    ["x.constructor(size)", SILENT],
    ["x.constructor('title')", SILENT],
    ["x.constructor('go()')()", HIDDEN],
    ["x.constructor('alert(5)')", HIDDEN],
  ]);
});

describe("the page", () => {
  checkLevels([
    ["report.document.cookie", SILENT],
    ["top.document.cookie", SINK],
    ["document['cookie']", SINK],
    ["document['title']", SILENT],
    ["document['write'](x)", CALLS],
    ["document.write", SILENT],
    ["document.location", SINK],
    ["document.URL", SINK],
    ["document.body.id", SILENT],
    ["document.createElement('p')", SILENT],
    ["document.createElement('script')", PROOF],
    ["office.location = 'Ulm'", SILENT],
    ["location.reload", SINK],
    ["location", SILENT],
    ["location = name", PROOF],
    ["location.assign(name)", SINK],
    ["location.href = atob(x)", PROOF],
    ["location = x.y", SINK],
    ["location = x[0]", SINK],
    ["location = x + y", SINK],
    ["location = x", SILENT],
    ["location = 'javascript:go()'", PROOF],
    ["localStorage.clear()", SINK],
    ["sessionStorage['draft']", SINK],
    ["localStorage", SILENT],
    ["`${document.cookie}`", SINK],
    ["`${title}`", SILENT],
    ["`${}`", SILENT],
  ]);

  test.each([
    ["top.document.cookie", true],
    ["document.domain", true],
    ["document.URL", false],
    ["document.location = x", true],
    ["document.location", false],
    ["window.location = x", true],
    ["location = x", false],
    ["localStorage.getItem('draft')", true],
    ["localStorage.setItem('draft')", false],
    ["String.fromCharCode(65)", true],
    ["String.fromCharCode", false],
    ["x.innerHTML = y", true],
    ["x.innerHTML == y", false],
  ])("%j reads or writes it as attacks do: %s", (text, document) => {
    expect(judge(text).document).toBe(document);
  });
});

describe("what is sent away", () => {
  checkLevels([
    ["cookie.get(y); location = x", PROOF],
    ["cookie; location = x", SILENT],
    ["localStorage.token; location = x", PROOF],
    ["localStorage; location = x", SILENT],
    ["`${document.cookie}`; location = x", PROOF],
    ["new XMLHttpRequest()", CALLS],
    ["XMLHttpRequest()", SINK],
    ["XMLHttpRequest.prototype", SILENT],
    ["new EventSource(feed)", CALLS],
    ["new WebSocket(feed); y.cookie", PROOF],
    ["print(report)", SINK],
    ["print(3)", SINK],
    ["print`x`", SINK],
    ["printer.print", SILENT],
  ]);
});

describe("members whose name is a text", () => {
  checkLevels([
    ["x['alert'](1)", PROOF],
    ["x['alert']", SILENT],
    ["x['ale\\x72t'](1)", HIDDEN],
    ["x['ale' + 'rt']", HIDDEN],
    ["x['ale' + 'xt']", SILENT],
    ["self['alert']", SINK],
    ["self['closed']", SILENT],
    ["self[key]()", SINK],
    ["self[key] = x", SINK],
    ["self[30..toString(36)](1)", HIDDEN],
    ["this[key]()", SILENT],
    ["this[key] = x", SILENT],
    ["this['alert'](1)", HIDDEN],
    ["box.top['alert']", SILENT],
    ["[self][0]", PROOF],
    ["[self]", SILENT],
  ]);
});

describe("dialogs", () => {
  checkLevels([
    ["app.confirm(1)", PROOF],
    ["app.confirm(1, done)", SILENT],
    ["ALERT(message)", SINK],
    ["Alert(message)", SILENT],
    ["alert`x`", PROOF],
    ["alert?.`x`", HIDDEN],
    ["alert(", CALLS],
    ["alert (", SILENT],
    ["alert (1)", PROOF],
    ["alert(1, x)", PROOF],
    ["alert (1, x)", SILENT],
    ["alert(/x/)", PROOF],
    ["alert(`x y z`)", PROOF],
    ["alert({})", CALLS],
    ["alert ({})", SILENT],
    ["alert(document.title)", PROOF],
    ["alert(document[0])", PROOF],
    ["alert(document, x)", CALLS],
    ["alert(s)", SILENT],
    ["x == alert", SILENT],
    ["{valueOf: alert}", PROOF],
    ["{title: alert}", SILENT],
    ["[alert][0](1)", HIDDEN],
    ["[alert]", SILENT],
    ["use(alert)", SILENT],
    ["use(this, (alert))", SILENT],
    ["f(x, y) + alert, z", SILENT],
    ["'x' + 2 + alert, z", SILENT],
    ["[1, 2].find(alert)", HIDDEN],
    ["[x].find(alert)", HIDDEN],
    ["rules[name].push(alert)", SILENT],
    ["Reflect.apply(alert, x, y)", HIDDEN],
    ["rules.push(alert)", SILENT],
  ]);
});

describe("tokens", () => {
  checkLevels([
    ["x;\xc2\xa0alert(1)", PROOF],
    ["x;\xc2\xa9alert(1)", SILENT],
    ["x // y\xe2\x80\xa8alert(1)", SILENT],
    ["x;\xe2\x80\xa8alert(1)", PROOF],
    ["x;\xe2\x80\xa9alert(1)", PROOF],
    ["x;\xe2\x80\x93alert(1)", SILENT],
    ["\xef\xbb\xbfalert(1)", PROOF],
    ["\xef\xbc\x81alert(1)", SILENT],
    ["\xef\xbb\xbealert(1)", SILENT],
    ["al\\u{65}rt(1)", HIDDEN],
    ["al\\u{65rt(1)", SILENT],
    ['"\\" + alert(1)', PROOF],
  ]);

  test.each([
    ["go() function", 1],
    ["go()\nfunction", 0],
    ["if (x) function", 0],
    ["x.return y", 1],
    ["return y", 0],
    ["x;\xe2\x80\xa8y z", 1],
    ["x\xe2\x80\xa9 y", 1],
  ])("%j has %i words side by side", (text, prose) => {
    expect(judge(text).prose).toBe(prose);
  });
});
