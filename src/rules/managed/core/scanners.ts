import { blocks } from "../define.ts";
import { found, matching } from "../places.ts";

const attack = "scanner";
const references = ["CAPEC-310"];
const PATH = "wirewall.request.uri.path.decoded";

export const scannerRules = [
  blocks("wc-scanner-user-agent", {
    attack,
    references,
    severity: "error",
    description: "The name of a vulnerability scanner or exploit tool as user agent.",
    message: "scanner: user agent",
    expression: matching(
      "http.user_agent",
      String.raw`\b(?:sqlmap|nikto|nessus|openvas|acunetix|netsparker|invicti|w3af|dirbuster|gobuster|feroxbuster|dirsearch|wfuzz|fuzz faster u fool|masscan|zgrab|nuclei|wpscan|joomscan|droopescan|havij|arachni|jaeles|commix|xsser|xsstrike|fimap|skipfish|whatweb|zmeu|morfeus|grabber|webinspect|appscan|jorgee|muieblackcat|sqlninja|bsqlbf|absinthe|brutus|cgichk|dotdotpwn|metis|pangolin|n-stealth|webshag|pentest|sysscan|hydra\b\)|(?:mozilla/4\.0 \(hydra)|gootkit|blackwidow-scan|detectify|wprecon|interactsh|projectdiscovery|tplmap|ghauri|gospider|hakrawler|nosqlmap|dalfox|crlfuzz|l9explore|l9tcpid|censysinspect-exploit|nmap scripting engine)\b|\(\) \{`,
    ),
  }),
  blocks("wc-scanner-header", {
    attack,
    references,
    severity: "error",
    description: "A header that only a scanner sends.",
    message: "scanner: header",
    expression: matching(
      "http.request.headers.names[*]",
      String.raw`^(?:acunetix-\w+|x-acunetix-.*|x-scanner|x-scan-memo|x-wipp|x-wvs-.*|x-ratproxy-loop|x-request-?manager-memo|bx-scan|x-nuclei.*)$`,
    ),
  }),
  blocks("wc-scanner-callback-host", {
    attack,
    references: ["CAPEC-310", "CWE-918"],
    description: "A host name of a service that reports requests from inside a network to testers.",
    message: "scanner: callback host",
    expression: found("scanner-callback-host"),
  }),
  blocks("wc-scanner-web-shell", {
    attack,
    references: ["CAPEC-650"],
    description: "The path of a well-known web shell.",
    message: "scanner: web shell",
    expression: matching(
      PATH,
      String.raw`/(?:c99|c100|r57|wso\d*|b374k(?:-\w+)?|alfa(?:cgiapi|shell)?|indoxploit|cmd(?:asp|jsp|shell)?|web-?shell|(?:php|mini|jsp|asp)shell|0x\w?shell|adminer-\d[\w.-]*|chopper|behinder|godzilla|weevely)\.(?:php\d?|phtml|aspx?|ashx|jspx?)$`,
    ),
  }),
  blocks("wc-scanner-exploit-path", {
    attack,
    references: [
      "CVE-2017-9841",
      "CVE-2021-3129",
      "CVE-2018-13379",
      "CVE-2021-34473",
      "CVE-2019-19781",
      "CVE-2022-22947",
    ],
    description:
      "A path or request target that exploits of well-known products request, and hardly any other client.",
    message: "scanner: path of an exploit",
    expression: `${matching(
      PATH,
      String.raw`/phpunit/(?:src/)?util/php/eval-stdin\.php|/_ignition/execute-solution\b|/dana-na/.*\.\.|/dana/html5acc/|/vpns/(?:portal|cfg)/|/tmui/login\.jsp/\.\.;|/wls-wsat/coordinatorporttype|/_async/asyncresponseservice|/boaform/admin/formlogin|/goform/(?:formlogin|webread)|/cgi-bin/(?:\.\./|\.%2e/|kerbynet|viewcert|nobody/|jarrewrite\.sh|login_cgi|rtpd\.cgi)|/hnap1/?$|/cgi-bin/luci/;stok=/|/gponform/diag_form|/nmaplowercheck\d|/nice ports,/|/mgmt/tm/util/bash|/manager/html/upload|/invoker/(?:jmx|ejb)invokerservlet|/actuator/gateway/routes|/jmx-console/htmladaptor|/struts2?/webconsole\.html|/ecp/\w+\.js\?.*@|/owa/auth/(?:x\.js|logon\.aspx/\w)|/geoserver/wfs\?.*exec|/mgmt/shared/authn/login\b.*|/solr/[\w-]+/(?:debug/dump|dataimport)$`,
    )} or ${matching("http.request.uri", String.raw`/remote/fgt_lang\?lang=/\.\.|/autodiscover/autodiscover\.json\?.*@.*(?:powershell|mapi|ecp|owa)|/setup\.cgi\?.*todo=syscmd|/shell\?cd\+/tmp|/[\w-]{0,20}shell\w{0,10}\.(?:php|jspx?|aspx?)\?(?:cmd|c|exec|command|pass)=|/autodiscover\.json\?@|[?&]xdebug_session_start=|/\?phpinfo=-1|/index\.php\?option=com_\w+&.*union`)}`,
  }),
];
