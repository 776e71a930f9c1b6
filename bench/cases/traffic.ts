import { fresh, pick, seeded } from "../measure/random.ts";

/** One request as plain JavaScript data. */
export interface PlainRequest {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly userAgent: string;
  readonly ip: number;
  readonly country: string;
  readonly score: number;
  readonly verified: boolean;
  readonly port: number;
  readonly ssl: boolean;
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

export const USER_AGENTS: readonly string[] = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
  "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
  "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
  "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
  "curl/8.11.0",
  "python-requests/2.32.3",
  "sqlmap/1.8.11#stable (https://sqlmap.org)",
  "Go-http-client/2.0",
];

const METHODS = ["GET", "GET", "GET", "GET", "POST", "POST", "PUT", "HEAD", "DELETE"];
const HOSTS = [
  "www.example.com",
  "api.example.com",
  "shop.example.com",
  "blog.example.org",
  "admin.example.net",
];
const PATHS = [
  "/",
  "/health",
  "/api/v1/users",
  "/api/v1/login",
  "/api/v2/orders/12345",
  "/static/app.js",
  "/wp-login.php",
  "/wp-admin/setup.php",
  "/.env",
  "/search",
  "/products/blue-shirt",
  "/checkout",
  "/admin/panel",
  "/blog/2026/05/a-rather-long-article-title",
];
const COUNTRIES = "US GB DE FR IN BR JP CN RU KR CA AU NL ES IT SE PL TR ID VN TH UA MX ZA NG EG AR CL".split(
  " ",
);
const PORTS = [80, 443, 8080, 8443, 2052];

/** Requests of mixed traffic. The count is a power of two, so that a mask turns a counter into an index. */
export function drawRequests(count: number, seed = 7): readonly PlainRequest[] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => {
    const host = fresh(pick(random, HOSTS));
    const userAgent = fresh(pick(random, USER_AGENTS));
    const headers = new Map([
      ["host", [host]],
      ["user-agent", [userAgent]],
      ["accept", ["*/*"]],
      ["accept-language", ["en-US,en;q=0.9"]],
      ["cookie", [fresh(`sid=${Math.floor(random() * 1e12).toString(36)}`)]],
    ]);
    if (random() < 0.2) headers.set("x-api-key", [fresh(`k${Math.floor(random() * 200)}`)]);
    return {
      method: fresh(pick(random, METHODS)),
      path: fresh(pick(random, PATHS)),
      host,
      userAgent,
      ip: Math.floor(random() * 4294967296),
      country: fresh(pick(random, COUNTRIES)),
      score: Math.floor(random() * 99) + 1,
      verified: random() < 0.1,
      port: pick(random, PORTS),
      ssl: random() < 0.9,
      headers,
    };
  });
}

/** Networks as alternating first address and prefix length. */
export function drawNetworks(count: number, seed = 3, shortest = 20): readonly (readonly [number, number])[] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => {
    const bits = shortest + Math.floor(random() * (33 - shortest));
    const address = Math.floor(random() * 4294967296);
    const size = 2 ** (32 - bits);
    return [address - (address % size), bits] as const;
  });
}

export function ip4Text(address: number): string {
  return [24, 16, 8, 0].map((bits) => (address >>> bits) & 255).join(".");
}
