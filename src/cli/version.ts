import { readFileSync } from "node:fs";

/** The installed package's version; `src/cli` and `dist/cli` both lie two folders below package.json. */
export const VERSION: string = (
  JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }
).version;
