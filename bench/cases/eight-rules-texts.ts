// The eight rules in the rivals' languages.
import { COUNTRY_SET, PORT_SET, type RuleName } from "./eight-rules-data.ts";

const COUNTRIES = COUNTRY_SET.map((country) => `"${country}"`).join(", ");
const PORTS = PORT_SET.join(", ");

type Texts = Readonly<Record<RuleName, string>>;

export const CEL_RULES: Texts = {
  R1: 'http.request.method == "POST" && http.request.path.startsWith("/api/") && !inTwo(ip.src) && http.user_agent.contains("curl")',
  R2: 'bot.score < 30 && !bot.verified && http.request.path != "/health"',
  R3: "isScanner(http.user_agent)",
  R4: "inBlocked(ip.src)",
  R5: '"x-api-key" in http.request.headers && http.request.headers["x-api-key"][0] == "k123"',
  R6: `ip.country in [${COUNTRIES}]`,
  R7: '(http.host == "admin.example.net" && http.request.path.startsWith("/admin")) || (http.host == "shop.example.com" && http.request.path.endsWith(".php")) || (http.request.path.contains("/wp-") && bot.score > 50)',
  R8: `tcp.dstport in [${PORTS}] && !ssl && lower(http.host) == "api.example.com"`,
};

export const FILTREX_RULES: Texts = {
  R1: 'method == "POST" and startsWith(path, "/api/") and not inTwo(ip) and contains(ua, "curl")',
  R2: 'score < 30 and not verified and path != "/health"',
  R3: "isScanner(ua)",
  R4: "inBlocked(ip)",
  R5: 'firstOf(headers, "x-api-key") == "k123"',
  R6: `country in (${COUNTRIES})`,
  R7: '(host == "admin.example.net" and startsWith(path, "/admin")) or (host == "shop.example.com" and endsWith(path, ".php")) or (contains(path, "/wp-") and score > 50)',
  R8: `port in (${PORTS}) and not ssl and lower(host) == "api.example.com"`,
};

export const JEXL_RULES: Texts = {
  R1: 'http.request.method == "POST" && startsWith(http.request.path, "/api/") && !inTwo(ip.src) && ("curl" in http.user_agent)',
  R2: CEL_RULES.R2,
  R3: CEL_RULES.R3,
  R4: CEL_RULES.R4,
  R5: 'http.request.headers["x-api-key"][0] == "k123"',
  R6: CEL_RULES.R6,
  R7: '(http.host == "admin.example.net" && startsWith(http.request.path, "/admin")) || (http.host == "shop.example.com" && endsWith(http.request.path, ".php")) || (("/wp-" in http.request.path) && bot.score > 50)',
  R8: CEL_RULES.R8,
};

/** In the language of wirefilter as it is compiled to WebAssembly. Without scores, ports and lists. */
export const WIREFILTER_RULES: Partial<Texts> = {
  R1: 'http.request.method == "POST" and http.request.uri.path wildcard "/api/*" and not ip.src in {10.0.0.0/8 192.0.2.0/24} and http.request.headers["user-agent"] contains "curl"',
  R3: 'http.request.headers["user-agent"] matches "(?i)sqlmap|nikto|nmap|masscan|acunetix|nessus"',
  R5: 'http.request.headers["x-api-key"] == "k123"',
};

const fact = (name: string, operator: string, value: unknown) => ({ fact: name, operator, value });

export const JSON_RULES: Readonly<Record<RuleName, unknown>> = {
  R1: {
    all: [
      fact("method", "equal", "POST"),
      fact("path", "startsWith", "/api/"),
      fact("ip", "notInTwo", 0),
      fact("ua", "contains", "curl"),
    ],
  },
  R2: {
    all: [
      fact("score", "lessThan", 30),
      fact("verified", "equal", false),
      fact("path", "notEqual", "/health"),
    ],
  },
  R3: { all: [fact("ua", "isScanner", 0)] },
  R4: { all: [fact("ip", "inBlocked", 0)] },
  R5: { all: [fact("apikey", "equal", "k123")] },
  R6: { all: [fact("country", "in", COUNTRY_SET)] },
  R7: {
    any: [
      { all: [fact("host", "equal", "admin.example.net"), fact("path", "startsWith", "/admin")] },
      { all: [fact("host", "equal", "shop.example.com"), fact("path", "endsWith", ".php")] },
      { all: [fact("path", "contains", "/wp-"), fact("score", "greaterThan", 50)] },
    ],
  },
  R8: {
    all: [
      fact("port", "in", PORT_SET),
      fact("ssl", "equal", false),
      fact("host", "lowerEquals", "api.example.com"),
    ],
  },
};
