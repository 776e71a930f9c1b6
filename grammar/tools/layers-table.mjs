// ARCHITECTURE.md with its table of layers, between two comments, printed from test/package/layers.mjs.
import { readFileSync } from "node:fs";
import { LAYERS } from "../../test/package/layers.mjs";

const TABLE = /(<!-- layers: [^>]*-->\n)[\s\S]*?(<!-- \/layers -->)/;

export function architecture() {
  const text = readFileSync(new URL("../../ARCHITECTURE.md", import.meta.url), "utf8");
  if (!TABLE.test(text)) throw new Error("ARCHITECTURE.md has no place for the table of layers");
  return text.replace(TABLE, (_, before, after) => `${before}\n${table()}\n\n${after}`);
}

function table() {
  const code = (names) => names.map((name) => `\`${name}\``);
  const rows = LAYERS.map(({ name, task, modules = [], imports }) => {
    const cells = [
      `\`src/${name}/\``,
      task,
      code(modules).join(" · ") || "–",
      code(imports).join(", ") || "–",
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "| layer | in → out | modules, lowest first | may import |",
    "| --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}
