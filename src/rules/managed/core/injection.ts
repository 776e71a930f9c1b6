import { blocks, LIKELY, scores } from "../define.ts";
import { EVERYWHERE, INPUT, matching, somewhere } from "../places.ts";

const OPERATORS =
  "(?:ne|eq|gte?|lte?|in|nin|regex|where|exists|or|and|nor|not|elemmatch|size|type|expr|mod|all|func)";

export const injectionRules = [
  blocks("wc-nosql-operator-name", {
    attack: "nosql",
    references: ["CWE-943", "CAPEC-676"],
    description: "An operator of MongoDB in brackets in the name of a parameter.",
    message: "NoSQL injection: operator in a name",
    expression: somewhere(["args", "body"], String.raw`^[\w.\[\]-]{0,60}\[\$${OPERATORS}\]`),
  }),
  blocks("wc-nosql-script", {
    attack: "nosql",
    references: ["CWE-943", "CAPEC-676"],
    description: "A condition in JavaScript for MongoDB, or a value that goes on with one.",
    message: "NoSQL injection: script",
    expression: `${somewhere(
      EVERYWHERE,
      String.raw`\$where['"]?\s*:\s*['"]?\s*(?:function|this\.|sleep|return|1|\w+\s*\()|['"]\s*(?:\|\||&&)\s*(?:this\.\w+|'?\d+'?\s*==)|['"]\s*;\s*return\s*(?:true|1|\(|'|")|\bdb\.(?:getcollectionnames|adminCommand|dropdatabase|\w+\.(?:find|insert|drop|remove))\s*\(|\bthis\.\w+\s*\.\s*match\s*\(|;\s*(?:it=new%20date|var\s+\w+\s*=\s*new\s+date\(\)\s*;\s*do)`,
    )} or ${matching("wirewall.request.body.json.names[*]", String.raw`(?:^|\.)\$(?:where|function|accumulator)(?:\.|$)`)}`,
  }),
  scores("wc-nosql-operator-value", LIKELY, {
    attack: "nosql",
    references: ["CWE-943", "CAPEC-676"],
    severity: "error",
    description:
      "A value that is an object with an operator of MongoDB, or a JSON body that compares with nothing.",
    message: "operator of MongoDB",
    expression: `${somewhere(["args", "cookies"], String.raw`^\s*\{\s*['"]?\$${OPERATORS}['"]?\s*:`)} or (${matching(
      "wirewall.request.body.json.names[*]",
      String.raw`(?:^|\.)(?:user(?:name)?|login|email|pass(?:word|wd)?|pwd|token|pin|otp)\.\$(?:ne|gte?|lte?|regex|nin|exists|in\.0)$`,
    )})`,
  }),
  blocks("wc-injection-prototype", {
    attack: "injection",
    references: ["CWE-1321"],
    description: "A name that reaches for the prototype of all objects.",
    message: "prototype pollution",
    expression: somewhere(
      INPUT,
      String.raw`(?:^|[.\[\]'"])__proto__(?:[.\[\]'":=]|$)|\bconstructor(?:\.|\]?\[['"]?)prototype\b`,
    ),
  }),
  blocks("wc-injection-server-directive", {
    attack: "injection",
    references: ["CWE-97", "CAPEC-101"],
    description: "A directive of server-side or edge-side includes.",
    message: "server-side include",
    expression: somewhere(
      EVERYWHERE,
      String.raw`<!--\s*#\s*(?:exec|include|echo|config|printenv|set|fsize|flastmod)\b|<esi:(?:include|inline|vars|assign|eval|debug|remove|comment)\b`,
    ),
  }),
  blocks("wc-injection-ldap", {
    attack: "injection",
    references: ["CWE-90", "CAPEC-136"],
    description: "A parenthesis that was never opened, then another condition of an LDAP filter.",
    message: "LDAP injection",
    expression: somewhere(
      INPUT,
      String.raw`^[^()=<>]{0,60}\)+\s*(?:\(\s*[|&!]?\s*\(?\s*[\w-]{1,40}\s*(?:=|~=|>=|<=)|[|&]\s*\(\s*[\w-]{1,40}\s*=)|^[^()]{0,60}\)\s*\(\s*[|&!]\s*\(?|^\*\)\s*\(|^\(?[|&]\(\s*(?:objectclass|uid|cn)=\*`,
    ),
  }),
  blocks("wc-injection-response-splitting", {
    attack: "injection",
    references: ["CWE-113", "CAPEC-34"],
    description: "A line break and a header of a response, or a status line, in the request's head.",
    message: "response splitting",
    expression: somewhere(
      ["path", "args", "cookies"],
      String.raw`[\r\n]\s*(?:(?:set-cookie|location|content-(?:type|length|disposition)|transfer-encoding|access-control-allow-\w+|refresh|x-[\w-]{2,40}|host|cookie|connection|link)\s*:|http/[\d.]+\s+\d{3}|(?:get|post|head)\s+\S+\s+http/)`,
    ),
  }),
  blocks("wc-injection-xpath", {
    attack: "injection",
    references: ["CWE-643", "CAPEC-83"],
    description: "A quote or bracket, then a step or function of XPath.",
    message: "XPath injection",
    expression: somewhere(
      INPUT,
      String.raw`['"\])]\s*(?:\||\bor\b|\band\b)\s*(?:/{1,2}(?:\*|\w+\[|user|node)|(?:count|name|string-length|substring|local-name|position)\s*\(\s*(?:/|name\(|position|\*|\.\./|//|\)))`,
    ),
  }),
  blocks("wc-injection-mail-header", {
    attack: "injection",
    references: ["CWE-93", "CAPEC-183"],
    description: "A line break and a header of mail, or a command of a mail server, in a short value.",
    message: "mail header injection",
    expression: somewhere(
      INPUT,
      String.raw`^[^\r\n:]{0,100}[\r\n]+(?:(?:b?cc|to|reply-to)\s*:\s*[\w.+-]+@|(?:rcpt\s+to|mail\s+from)\s*:\s*<?[\w.+-]+@)`,
    ),
  }),
];
