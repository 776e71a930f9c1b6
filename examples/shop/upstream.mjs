// The shop behind the firewall: a stand-in that needs nothing but Node. Run it: node upstream.mjs [port]
import { createServer } from "node:http";

const PAGES = {
  "/": "welcome to the shop\n",
  "/catalogue/sale": "everything must go\n",
  "/signup": "thank you\n",
  "/reviews": "your review is on line\n",
  "/search": "nothing found\n",
  "/vouchers": "vouchers\n",
  "/admin": "admin\n",
  "/backup": "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----\n",
};

const server = createServer((request, response) => {
  request.resume().on("end", () => {
    const { pathname } = new URL(request.url ?? "/", "http://shop.example");
    response.setHeader("content-type", "text/plain");
    response.setHeader("x-powered-by", "shop/1.0");
    if (pathname === "/broken") return response.writeHead(500).end("Error: at Cart.js:42\n");
    if (pathname === "/login") return response.writeHead(401).end("wrong password\n");
    if (pathname === "/whoami") return response.end(`${request.headers["x-shop-client"]}\n`);
    if (pathname.startsWith("/api/")) {
      const known = pathname === "/api/orders";
      return response.writeHead(known ? 200 : 404).end(known ? "[]\n" : "no such thing\n");
    }
    const page = Object.hasOwn(PAGES, pathname) ? PAGES[pathname] : undefined;
    return response.writeHead(page === undefined ? 404 : 200).end(page ?? "no such page\n");
  });
});

server.listen(Number(process.argv[2] ?? 3000), "127.0.0.1", () => {
  console.log(`shop on http://127.0.0.1:${server.address().port}`);
});
