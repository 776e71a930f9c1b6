import { blocks, LIKELY, scores } from "../define.ts";
import { EVERYWHERE, INPUT, somewhere } from "../places.ts";

const attack = "ssti";
const references = ["CWE-1336", "CAPEC-242"];

export const sstiRules = [
  blocks("wc-ssti-arithmetic", {
    attack,
    references,
    description: "A multiplication in the delimiters of a template, as probes for an engine are.",
    message: "template injection: probe",
    expression: somewhere(
      EVERYWHERE,
      String.raw`(?:\{\{|\$\{|#\{|\*\{|~\{|@\{|<%=?|\{%|\[\[|@\()=?\s*['"]?\d{1,8}['"]?\s*\*\s*['"]?\d{1,8}['"]?\s*(?:\}|%>|%\}|\]\]|\))`,
    ),
  }),
  blocks("wc-ssti-python", {
    attack,
    references,
    description: "A template expression that reaches for the internals of Python objects.",
    message: "template injection: Python internals",
    expression: somewhere(
      EVERYWHERE,
      String.raw`(?:\{\{|\{%|\$\{|<%)[^}]{0,200}(?:__(?:class|mro|base|bases|subclasses|globals|builtins|init|import|getitem)__|\\x5f\\x5f|\battr\s*\(\s*['"]|\|\s*attr\b|\bconfig(?:\.|\s*\}|\[)|\bself\b\s*[.}\[]|\brequest\.(?:application|environ|args)|\blipsum\b|\bcycler\.|\bjoiner\.|get_flashed_messages|url_for\.)|__(?:subclasses|mro|globals|builtins)__\s*[.(\[]`,
    ),
  }),
  blocks("wc-ssti-script-engine", {
    attack,
    references,
    description: "A template expression that makes a function from text.",
    message: "template injection: constructor",
    expression: somewhere(
      EVERYWHERE,
      String.raw`(?:\{\{|\$\{|#\{|<%)[^}]{0,200}\bconstructor\b\s*[.(\['"]|\bconstructor\s*(?:\.|\[['"])\s*constructor\b|\[\s*['"]constructor['"]\s*\]|\{\{\s*(?:this\s*[.}]|range\b|process\b|global\b|#with\b|lookup\s*\()`,
    ),
  }),
  blocks("wc-ssti-engine-directive", {
    attack,
    references,
    description: "A directive of FreeMarker, Velocity, Thymeleaf, Twig or Smarty that reaches the system.",
    message: "template injection: engine directive",
    expression: somewhere(
      EVERYWHERE,
      String.raw`freemarker\.template\.utility|<#assign\s+\w+\s*=|\?new\s*\(\s*\)|\?(?:api|eval)\b\s*[.}(]|#set\s*\(\s*\$\w+\s*=|\$\w+\.class\.(?:inspect|forname|getresource|type)|\$class\.inspect|__\$\{.{1,200}\}__::|_self\.env\b|\|\s*(?:filter|map|reduce|sort)\s*\(\s*['"](?:system|exec|passthru|shell_exec)|\{(?:php|/php|smarty_internal\w*)\}|\{\s*(?:self::|smarty_internal_\w+::|(?:if\s+)?(?:phpinfo|system)\s*\()`,
    ),
  }),
  blocks("wc-ssti-script-directive", {
    attack,
    references,
    description:
      "A template expression that runs a command in Ruby or JavaScript, or includes another template.",
    message: "template injection: command",
    expression: somewhere(
      EVERYWHERE,
      String.raw`#\{\s*(?:system|\x60|%x|file\.|io\.|exec|root\.process|global\.process|function\s*\()|<%=?\s*(?:system|\x60|%x|file\.|dir\.|io\.|require|global\.process|exec)\b|\{%\s*(?:import|include|extends|debug)\b[^%]{0,100}%\}`,
    ),
  }),
  scores("wc-ssti-expression", LIKELY, {
    attack,
    references,
    severity: "error",
    level: 2,
    description: "Template delimiters round something with a call or an operator.",
    message: "template expression",
    expression: somewhere(INPUT, String.raw`(?:\{\{|\$\{|#\{|<%=)[^{}]{0,100}[.*+(\[][^{}]{0,100}(?:\}|%>)`),
  }),
];
