import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build as bundle } from "esbuild";

const FROM = /^(import|export) \{ ([\w, ]+) \} from "(\.[^"]+\.ts)";$/gm;

/**
 * An esbuild plugin: source modules that import one of the packages, and others that are named, are evaluated with all that only
 * they import when one of their functions is first called. A dynamic import would answer with a promise, and the platform
 * does not compile functions before they are called.
 *
 * Of each package the bundle contains what the sources import, minified: its names do not matter in our stack traces.
 *
 * @param modules paths from the root; who imports them imports nothing but functions and types
 * @param onInput is called with each file of the packages that is in the bundle
 */
export function deferred(packages, modules, onInput) {
  const using = new RegExp(`^(?:import(?! type)|\\}) [^"]*from "(?:${packages.join("|")})";$`, "m");
  return {
    name: "deferred",
    setup(build) {
      const { absWorkingDir, define, mainFields, platform, target } = build.initialOptions;
      const named = new Set(modules.map((module) => join(absWorkingDir, module)));
      const isDeferred = (file) =>
        named.has(file) || (existsSync(file) && using.test(readFileSync(file, "utf8")));
      build.onResolve({ filter: new RegExp(`^(?:${packages.join("|")})$`) }, ({ path }) => ({
        path,
        namespace: "deferred",
        sideEffects: false,
      }));
      build.onLoad({ filter: /.*/, namespace: "deferred" }, async ({ path: name }) => {
        const names = importedFrom(name, join(absWorkingDir, "src"));
        const { outputFiles, metafile } = await bundle({
          ...{ absWorkingDir, define, mainFields, platform, target },
          stdin: { contents: `export { ${names.join(", ")} } from "${name}";`, resolveDir: absWorkingDir },
          bundle: true,
          format: "esm",
          minify: true,
          legalComments: "none",
          metafile: true,
          write: false,
        });
        const [output] = Object.values(metafile.outputs);
        for (const [file, { bytesInOutput }] of Object.entries(output.inputs))
          if (bytesInOutput > 0) onInput(file);
        return { contents: outputFiles[0].text, loader: "js" };
      });
      build.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, "utf8");
        // What is deferred itself is evaluated with all that it imports.
        if (isDeferred(path)) return undefined;
        let count = 0;
        const contents = text.replace(FROM, (statement, keyword, names, target) => {
          if (!isDeferred(join(dirname(path), target))) return statement;
          const module = `deferred${++count}`;
          const [types, functions] = partition(names.split(", "), (name) => name.startsWith("type "));
          return [
            ...(types.length === 0 ? [] : [`${keyword} { ${types.join(", ")} } from "${target}";`]),
            `let ${module};`,
            ...functions.map(
              (name) =>
                `${keyword === "export" ? "export " : ""}const ${name} = (...given) => (${module} ??= require("${target}")).${name}(...given);`,
            ),
          ].join(" ");
        });
        return contents === text ? undefined : { contents, loader: "ts" };
      });
    },
  };
}

function partition(items, test) {
  return [items.filter(test), items.filter((item) => !test(item))];
}

/** Names of values that the sources import from a package. */
function importedFrom(name, folder) {
  const statement = new RegExp(`^import \\{([^}]*)\\} from "${name}";$`, "gm");
  const names = new Set();
  for (const file of readdirSync(folder, { recursive: true })) {
    if (!file.endsWith(".ts")) continue;
    for (const [, list] of readFileSync(join(folder, file), "utf8").matchAll(statement))
      for (const one of list.split(",").map((item) => item.trim()))
        if (one !== "" && !one.startsWith("type ")) names.add(one.split(" as ")[0]);
  }
  return [...names].sort();
}
