import { WordScreen } from "../detector/word-screen.ts";
import { matchAt, placesOf } from "./scan.ts";

type JavaExpression = "ognl" | "runtime" | "class-loader";
type Found = (expression: JavaExpression, start: number, end: number) => void;

interface Shape {
  readonly word: string;
  /** What is at the word; the word alone when left out. All in lower case. */
  readonly pattern?: RegExp;
  /** What must end right before it. */
  readonly before?: RegExp;
  readonly expression: JavaExpression;
}

/** `${#dates.format(…)}` and its like are of Thymeleaf's own objects. */
const OPENED =
  /[\s(]{0,20}(?:#(?!(?:locale|dates|calendars|temporals|numbers|strings|bools|arrays|lists|sets|maps|aggregates|ids|messages|uris|conversions|fields)\.)\w{1,60}(?:\s{0,9}=|\.|\[['"]|\()|@[\w.]{1,100}@\w|new\s{1,9}java\.)/y;
const NOT_TRACED = /(?:^|[^\w.$])(?<!\bat )$/;

const SHAPES: readonly Shape[] = [
  { word: "#_memberaccess", expression: "ognl" },
  { word: "#context", pattern: /#context\s{0,9}\[/y, expression: "ognl" },
  { word: "@ognl.ognlcontext@", expression: "ognl" },
  { word: "@java.lang.", pattern: /@java\.lang\.\w{1,40}@/y, expression: "ognl" },
  { word: "com.opensymphony.xwork2", before: /[@'"]$/, expression: "ognl" },
  { word: "(#", pattern: /\(#\w{1,60}\s{0,9}=\s{0,9}[@#]/y, expression: "ognl" },
  { word: "xwork.methodaccessor", expression: "ognl" },
  { word: "redirect", pattern: /redirect(?:action)?:[%$]\{/y, before: /(?:^|[^\w])$/, expression: "ognl" },
  {
    word: "t(",
    pattern: /t\(\s{0,9}(?:java\.(?:lang|io|nio|net|util)|javax|org\.spring)[\w.$]{0,100}\s{0,9}\)\s{0,9}\./y,
    before: /(?:^|[^\w])$/,
    expression: "runtime",
  },
  {
    word: "t (",
    pattern: /t\s{1,9}\(\s{0,9}(?:java\.(?:lang|io|nio|net)|org\.spring)[\w.$]{0,100}\s{0,9}\)\s{0,9}\./y,
    before: /(?:^|[^\w])$/,
    expression: "runtime",
  },
  { word: "java.lang.processbuilder", before: /\bnew\s{1,9}$/, expression: "runtime" },
  {
    word: "processbuilder",
    pattern:
      /processbuilder\s{0,9}\([^()]{1,120}(?:\([^()]{0,60}\)[^()]{0,20})?\)\s{0,9}\.\s{0,9}start\s{0,9}\(/y,
    before: /\bnew\s{1,9}$/,
    expression: "runtime",
  },
  { word: ".execute()", before: /(?:['"]\]?|\$\/)$/, expression: "runtime" },
  {
    word: "lookup",
    pattern: /lookup\s{0,9}\(\s{0,9}['"](?:ldaps?|rmi|iiop|corbaname):/y,
    expression: "runtime",
  },
  {
    word: "java.lang.runtime",
    pattern: /java\.lang\.runtime\s{0,9}(?:[)'"\]@]|\.\s{0,9}getruntime)/y,
    before: NOT_TRACED,
    expression: "runtime",
  },
  {
    word: "java.lang.processbuilder",
    pattern: /java\.lang\.processbuilder\s{0,9}[)'"\]]/y,
    before: NOT_TRACED,
    expression: "runtime",
  },
  {
    word: "getruntime",
    pattern: /getruntime\s{0,9}\(\s{0,9}\)\s{0,9}\.\s{0,9}exec\s{0,9}\(/y,
    expression: "runtime",
  },
  {
    word: "getclass",
    pattern:
      /getclass\s{0,9}\([^()]{0,60}\)\s{0,9}\.\s{0,9}(?:forname|getmethod|newinstance|getdeclaredmethod|getclassloader|protectiondomain)/y,
    before: /\.\s{0,9}$/,
    expression: "runtime",
  },
  {
    word: "forname",
    pattern:
      /forname\s{0,9}\([^()]{0,60}\)\s{0,9}\.\s{0,9}(?:forname|getmethod|newinstance|getdeclaredmethod|getclassloader|protectiondomain)/y,
    before: /\.\s{0,9}$/,
    expression: "runtime",
  },
  {
    word: "scriptenginemanager",
    pattern: /scriptenginemanager\b[^\n]{0,80}?\beval\b/y,
    expression: "runtime",
  },
  {
    word: "classloader",
    before: /(?:^|[^\w$.)])class(?:\.|\[['"]?)(?:module['"]?\]?(?:\.|\[['"]?))?$/,
    expression: "class-loader",
  },
];

const SCREEN = new WordScreen(SHAPES, ({ word }) => word);

/** Expressions of OGNL, SpEL and other languages that call Java. @param lower a text in lower case. */
export function findExpressions(lower: string, found: Found): void {
  for (const { word, pattern, before, expression } of SCREEN.in(lower)) {
    for (const at of placesOf(lower, word)) {
      const end = pattern === undefined ? at + word.length : matchAt(pattern, lower, at);
      if (end < 0 || (before !== undefined && !before.test(lower.slice(Math.max(0, at - 40), at)))) continue;
      found(expression, at, end);
      break;
    }
  }
  for (const opener of ["${", "%{"]) {
    for (const at of placesOf(lower, opener)) {
      const end = matchAt(OPENED, lower, at + 2);
      if (end < 0) continue;
      found("ognl", at, end);
      return;
    }
  }
}
