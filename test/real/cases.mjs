/** Requests to the Worker, and what comes back; the same on every platform. */
export const cases = [
  { name: "passes", path: "/a", status: 200, body: "/a allow 0", marked: true },
  { name: "path", path: "/.git/config", status: 403 },
  { name: "address", path: "/", headers: { "x-peer": "192.0.2.66" }, status: 403 },
  { name: "body", path: "/", method: "POST", sent: "evil", status: 403 },
  {
    name: "body that passes",
    path: "/",
    method: "POST",
    sent: "x".repeat(1000),
    status: 200,
    body: "/ allow 1000",
    marked: true,
  },
  { name: "body over the limit", path: "/", method: "POST", sent: "x".repeat(1001), status: 413 },
  { name: "rewritten", path: "/old?q=1", status: 200, body: "/new allow 0", marked: true },
  {
    name: "rewritten with a body",
    path: "/old",
    method: "POST",
    sent: "abc",
    status: 200,
    body: "/new allow 3",
    marked: true,
  },
  { name: "challenge", path: "/asked", status: 403 },
  { name: "response body", path: "/leak", status: 403 },
  { name: "HEAD", path: "/.git", method: "HEAD", status: 403, body: "" },
];

/** What differs between the answer to a case and what it should be. */
export async function differences(fetch, origin) {
  const found = [];
  for (const { name, path, method = "GET", headers = {}, sent, status, body, marked = false } of cases) {
    const request = new Request(origin + path, {
      method,
      headers,
      ...(sent === undefined ? {} : { body: sent }),
    });
    const response = await fetch(request);
    const text = await response.text();
    if (response.status !== status) found.push(`${name}: status ${response.status}, not ${status}`);
    if (body !== undefined && text !== body) found.push(`${name}: body ${text.slice(0, 80)}, not ${body}`);
    if ((response.headers.get("x-marked") === "yes") !== marked) found.push(`${name}: header x-marked`);
  }
  return found;
}
