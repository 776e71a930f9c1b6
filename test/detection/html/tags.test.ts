import { expect, test } from "vitest";
import {
  decodeReferences,
  firesAlone,
  isEvent,
  isKnownEvent,
  isNoOp,
  readUrl,
  runsScript,
  TagReader,
} from "../../support/source/detection/html.ts";

/** Name of the tag, then its attributes as `name` or `name=value`. */
function read(text: string): readonly string[] | undefined {
  const tag = new TagReader(text, text.length).read(0);
  return (
    tag && [
      tag.name,
      ...tag.attributes.map(({ name, start, end }) =>
        start < 0 ? name : `${name}=${text.slice(start, end)}`,
      ),
    ]
  );
}

test.each([
  ['<a href="x>y" b=\'c"d\' e=f/g h>', ["a", "href=x>y", 'b=c"d', "e=f/g", "h"]],
  ["<IMG/SRC=x/onerror=y>", ["img", "src=x/onerror=y"]],
  ["<svg/onload=x", ["svg", "onload=x"]],
  ["<a b='c", ["a", "b=c"]],
  ["<a\nb\n=\nc\n>", ["a", "b=c"]],
  ["<i b=`c`d=e>", ["i", "b=c", "d=e"]],
  ["<i b=` c=d`>", ["i", "b= c=d", "c=d`"]],
  ['<q 1="a"b=c>', ["q", "1=a", "b=c"]],
  ["<scr<script>", ["scr"]],
  ["</p class=x>", ["p", "class=x"]],
  ["<\0script>", ["script"]],
  ["<img+src=x>", ["img", "src=x"]],
  ["<x:script x>", ["x:script", "x"]],
  ["< b>", undefined],
  ["<3", undefined],
])("%j is read as %j", (text, expected) => {
  expect(read(text)).toEqual(expected);
});

test.each([
  ["a&b", "a&b"],
  ["&#97;&#x62&#0000099;", "abc"],
  ["&#X41;&#65", "AA"],
  ["java&Tab;script&colon;x&lpar;&NewLine;&rpar;", "java\tscript:x(\n)"],
  ["&lt&gt;&colon", "<>&colon"],
  ["&#;&#x;&x;", "&#;&#x;&x;"],
  ["&#233;", "\xc3\xa9"],
  ["&#99999999999;&#xd800;", ""],
])("%j is decoded as %j", (text, decoded) => {
  expect(decodeReferences(text)).toBe(decoded);
});

test.each([
  ["javascript:x", "script", "x"],
  [" \x01j\nAvaScript\t:x", "script", "x"],
  ["&#106avascript&colon;x", "script", "x"],
  ["VBScript:x", "script", "x"],
  ["data:text/html;base64,PGI+", "document", "<b>"],
  ["data:text/html,%3Cb%3E", "document", "<b>"],
  ["data:image/svg+xml;charset=utf-8,<svg>", "picture", "<svg>"],
  ["data:text/javascript,x", "code", "x"],
  ["data:,x", "code", "x"],
  ["data:image/png;base64,AAAA", "none", ""],
  ["https://a.example/javascript:x", "none", ""],
  ["javascripts:x", "none", ""],
])("%j opens a %s: %j", (text, kind, rest) => {
  expect(readUrl(text)).toEqual({ kind, rest });
});

test.each(["", ";", "void(0)", " void 0;", "//", "history.back()", "window.print();", "#"])(
  "javascript:%s does nothing",
  (code) => {
    expect(isNoOp(code)).toBe(true);
  },
);

test.each(["void(0)||x()", "x", "history.back()+x"])("javascript:%s does something", (code) => {
  expect(isNoOp(code)).toBe(false);
});

test("tells events from words that begin like them", () => {
  expect(["onload", "onscrollsnapchanging", "onfoo"].every(isEvent)).toBe(true);
  expect(["one", "online", "on", "on-x", "onboarding", "only"].some(isEvent)).toBe(false);
  expect([isKnownEvent("onpointerup"), isKnownEvent("onfoo")]).toEqual([true, false]);
  expect([firesAlone("onerror"), firesAlone("onclick")]).toEqual([true, false]);
});

test.each([
  ["width:expression(x)", true],
  ["x:e\\xpre/**/ssion (x)", true],
  ["-moz-binding:url(x)", true],
  ["behavior : url(#x)", true],
  ["background:url( 'java\tscript:x')", true],
  ["@import 'javascript:x'", true],
  ["color:red;scroll-behavior:smooth", false],
  ["background:url(/expression(1).png)", false],
  ["content:'expression'", false],
])("%j runs a script: %j", (style, expected) => {
  expect(runsScript(style)).toBe(expected);
});
