import { blocks, LIKELY, scores } from "../define.ts";
import { EVERYWHERE, HEAD, matching, somewhere } from "../places.ts";

const attack = "java";

export const javaRules = [
  blocks("wc-java-jndi-lookup", {
    attack,
    references: ["CWE-917", "CVE-2021-44228"],
    description: "A lookup of the naming service, as Log4j evaluated it.",
    message: "Log4Shell: JNDI lookup",
    expression: somewhere(EVERYWHERE, String.raw`\$(?:\{|&lbrace;|&#123;)\s*jndi\s*:`),
  }),
  blocks("wc-java-nested-lookup", {
    attack,
    references: ["CWE-917", "CVE-2021-44228", "CVE-2021-45046"],
    description: "A lookup inside a lookup, or one that hides a letter.",
    message: "Log4Shell: nested lookup",
    expression: somewhere(
      EVERYWHERE,
      String.raw`\$\{[^{}\s:|]{0,20}\$\{(?:lower|upper|env|sys|java|date|main|ctx|base64|::|[^{}]{0,40}:-)|\$\{(?:lower|upper)\s*:\s*\w\s*\}|\$\{[^{}\s]{0,20}:-[jndilapr:/$]\}`,
    ),
  }),
  blocks("wc-java-text-lookup", {
    attack,
    references: ["CWE-94", "CVE-2022-42889"],
    description: "A lookup that runs a script or asks the network, as Commons Text evaluated it.",
    message: "Text4Shell: script lookup",
    expression: somewhere(EVERYWHERE, String.raw`\$\{(?:script\s*:\s*\w+\s*:|(?:dns|url)\s*:\s*[\w-]+[:.|])`),
  }),
  blocks("wc-java-class-loader", {
    attack,
    references: ["CWE-94", "CVE-2022-22965"],
    description: "A property of the class loader as a parameter's name.",
    message: "Spring4Shell: class loader property",
    expression: somewhere(
      ["args", "body", "cookies"],
      String.raw`\bclass(?:\.|\[['"]?)(?:module['"]?\]?(?:\.|\[['"]?))?classloader\b`,
    ),
  }),
  blocks("wc-java-ognl", {
    attack,
    references: ["CWE-917", "CVE-2017-5638", "CVE-2022-26134"],
    description: "An OGNL expression that reaches for the context or a static method.",
    message: "OGNL injection",
    expression: somewhere(
      EVERYWHERE,
      String.raw`[%$]\{\s*\(*\s*(?:#\w+|@[\w.]+@\w+|new\s+java\.)|#_memberaccess|#context\s*\[|@ognl\.ognlcontext@|@java\.lang\.\w+@|com\.opensymphony\.xwork2|\(#\w+\s*=\s*[@#]|\bredirect(?:action)?:[%$]\{|xwork\.methodaccessor`,
    ),
  }),
  blocks("wc-java-runtime", {
    attack,
    references: ["CWE-917", "CVE-2022-22963"],
    description: "An expression that starts a process or looks a class up.",
    message: "expression injection: starting a process",
    expression: somewhere(
      EVERYWHERE,
      String.raw`\bt\s*\(\s*(?:java\.(?:lang|io|nio|net)|org\.spring)[\w.]*\s*\)\s*\.|new\s+java\.lang\.processbuilder|\bjava\.lang\.(?:runtime|processbuilder)\b\s*[)'".\]]|\.getruntime\s*\(\s*\)\s*\.\s*exec\s*\(|\.(?:getclass|forname)\s*\([^)]{0,60}\)\s*\.\s*(?:forname|getmethod\w*|newinstance|getdeclaredmethod\w*|getclassloader|protectiondomain)\b|\bscriptenginemanager\b.{0,60}\beval\b`,
    ),
  }),
  blocks("wc-java-gadget-type", {
    attack,
    references: ["CWE-502", "CAPEC-586"],
    description: "The name of a class that is of use only to attacks on deserialisation.",
    message: "deserialisation: gadget class",
    expression: somewhere(
      EVERYWHERE,
      String.raw`\bcom\.sun\.rowset\.jdbcrowsetimpl\b|\borg\.apache\.(?:commons\.collections\d?\.functors|xalan\.xsltc\.trax\.templatesimpl|tomcat\.dbcp\.dbcp\d?\.basicdatasource|ibatis\.datasource\.jndi)|\bcom\.sun\.org\.apache\.(?:xalan|bcel)\.internal|\bcom\.mchange\.v2\.c3p0\.\w+datasource|\bch\.qos\.logback\.core\.db\.\w+|\bjavax\.script\.scriptenginemanager\b|\bcom\.zaxxer\.hikari\.hikariconfig\b|\bsystem\.(?:windows\.data\.objectdataprovider|diagnostics\.process)\b|!!javax\.\w+|!!python/object`,
    ),
  }),
  blocks("wc-java-serialized-object", {
    attack,
    references: ["CWE-502", "CAPEC-586"],
    description: "A serialised Java or .NET object in the request's head, in Base64 or as it is.",
    message: "deserialisation: serialised object",
    expression: somewhere(
      HEAD,
      String.raw`(?:^|[\s=:"'])(?:ro0ab[\w+/]{12}|h4siaaaaaaaa[\w+/]{20}|aaeaaad/////[\w+/]{8})|\xac\xed\x00\x05`,
    ),
  }),
  scores("wc-java-serialized-body", LIKELY, {
    attack,
    references: ["CWE-502", "CAPEC-586"],
    severity: "error",
    level: 2,
    description: "A serialised Java object as the body or as a value of it.",
    message: "serialised object in the body",
    expression: `${somewhere(["body"], String.raw`(?:^|[\s"'])ro0ab[\w+/ ]{12}`)} or ${matching("http.request.body.raw", String.raw`^\xac\xed\x00\x05`)}`,
  }),
];
