import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const IMPORT = /^import \{ ([\w, ]+) \} from "(\.[^"]+\.ts)";$/gm;

/**
 * An esbuild plugin: source modules that import one of the packages are evaluated, the packages with them, when one of
 * their functions is first called. An ES module cannot say so itself while it is to answer without a promise, and
 * functions that nobody has called cost the platform no more than a glance.
 */
export function deferred(packages) {
  const using = new RegExp(`^(?:import|\\}) [^"]*from "(?:${packages.join("|")})";$`, "m");
  const isDeferred = (file) => existsSync(file) && using.test(readFileSync(file, "utf8"));
  return {
    name: "deferred",
    setup(build) {
      build.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, "utf8");
        const contents = text.replace(IMPORT, (statement, names, target) =>
          isDeferred(join(dirname(path), target))
            ? names
                .split(", ")
                .map((name) => `const ${name} = (...given) => require("${target}").${name}(...given);`)
                .join(" ")
            : statement,
        );
        return contents === text ? undefined : { contents, loader: "ts" };
      });
    },
  };
}
