// Runs readers.py in Pyodide, the Python of the packages of test/real: a line is answered for each line.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const { loadPyodide } = await import("../../real/node_modules/pyodide/pyodide.mjs");

const python = await loadPyodide();
// A name that is not `__main__`: lines come from here.
const globals = python.toPy({ __name__: "readers" });
python.runPython(readFileSync(new URL("readers.py", import.meta.url), "utf8"), { globals });
const answer = globals.get("answer");
for await (const line of createInterface({ input: process.stdin })) console.log(answer(line));
