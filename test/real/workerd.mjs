// Runs the Worker in workerd, the runtime of Cloudflare Workers.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleWorker } from "./bundle.mjs";
import { differences } from "./cases.mjs";

/** What went wrong, or why it was not run. */
export async function checkWorkerd() {
  const binary = workerd();
  if (binary === undefined)
    return { skipped: `workerd has no binary for ${process.platform} ${process.arch}` };
  const folder = mkdtempSync(join(tmpdir(), "wirewall-workerd-"));
  const { code } = await bundleWorker();
  writeFileSync(join(folder, "worker.js"), code);
  const port = await freePort();
  writeFileSync(join(folder, "config.capnp"), configOf(port));
  const runtime = spawn(binary, ["serve", join(folder, "config.capnp")], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const ended = new Promise((_, reject) => {
    runtime.once("error", reject);
    runtime.once("exit", (status) => reject(new Error(`workerd ended with ${status}`)));
  });
  ended.catch(() => undefined);
  try {
    await Promise.race([isListening(`http://127.0.0.1:${port}`), ended]);
    const found = await Promise.race([
      differences((request) => fetch(request), `http://127.0.0.1:${port}`),
      ended,
    ]);
    return { faults: found };
  } finally {
    runtime.kill();
    rmSync(folder, { recursive: true });
  }
}

function configOf(port) {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.js")],
  compatibilityDate = "2025-07-01",
);
`;
}

/** The binary of this platform's package; undefined when there is none. */
function workerd() {
  const arch = process.arch === "x64" ? "64" : process.arch;
  try {
    return createRequire(import.meta.url).resolve(
      `@cloudflare/workerd-${process.platform}-${arch}/bin/workerd`,
    );
  } catch {
    return undefined;
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function isListening(origin) {
  for (let tries = 0; ; tries++) {
    try {
      return await fetch(origin);
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
