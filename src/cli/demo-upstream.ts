import { createServer, type Server } from "node:http";

/** A small web site to put a firewall in front of: it answers every request with what it received. */
export async function startDemoUpstream(): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
    });
    request.on("end", () => {
      const text = `demo upstream: ${request.method} ${request.url} (${size} bytes of body)\n`;
      response.writeHead(200, {
        "content-type": "text/plain; charset=utf-8",
        "content-length": Buffer.byteLength(text),
      });
      response.end(text);
    });
    request.on("error", () => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("unreachable: it listens to a port");
  return { url: `http://127.0.0.1:${address.port}`, server };
}
