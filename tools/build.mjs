// Makes dist/ from src/: the entry points that package.json names, bundled with shared chunks; the declarations that they
// need, as the compiler wrote them to build/modules; and the licences of the code that is bundled.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import ts from "typescript";
import { deferred } from "./deferred.mjs";
import { commands, manifest, sourceOf, subpaths } from "./entries.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const modules = join(root, "build/modules");
const dist = join(root, "dist");
/** Left to the consumer's installation; everything else becomes part of dist/. */
const external = [
  ...Object.keys(manifest.dependencies ?? {}),
  ...Object.keys(manifest.peerDependencies ?? {}),
];

rmSync(dist, { recursive: true, force: true });
const paths = subpaths.map(({ path }) => path);
const deferredFiles = [];
/** Entry points of one build have their classes in common; each more entry point cuts what they share into more files. */
const bundle = (entries, chunks) =>
  build({
    absWorkingDir: root,
    entryPoints: entries.map(sourceOf),
    outbase: "src",
    outdir: "dist",
    chunkNames: `${chunks}/[name]-[hash]`,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    // Packages in the form that needs no particular platform; what imports `node:` says so.
    platform: "neutral",
    mainFields: ["module", "main"],
    // lodash looks for the global object by its older names, and where it finds none makes a function from text.
    define: { self: "globalThis" },
    external: ["node:*", ...external],
    // The detectors with their tables are a third of the code, and rules need not ask them.
    plugins: [
      deferred(["chevrotain", "yaml"], ["src/detection/inspection/inspection.ts"], (file) =>
        deferredFiles.push(file),
      ),
    ],
    // The platform reads all text of an import. Names stay, and lines that a terminal can show, for stack traces.
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 160,
    sourcemap: "linked",
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
const metafiles = [
  (await bundle(paths, "chunks")).metafile,
  // A program of its own: nobody imports it beside the library.
  (await bundle(commands, "cli/chunks")).metafile,
];
const declarations = copyDeclarations(paths.map((path) => `${path}.d.ts`));
const packages = bundledPackages([...metafiles.flatMap(inputsOf), ...deferredFiles]);
writeFileSync(join(dist, "THIRD-PARTY.txt"), licences(packages));
const outputs = metafiles
  .flatMap(({ outputs }) => Object.keys(outputs))
  .filter((file) => file.endsWith(".js"));
console.log(
  `dist: ${outputs.length} modules, ${declarations} declarations; bundled: ${packages.map(({ name }) => name).join(", ")}`,
);

/** Copies the declarations that the entry points reach. */
function copyDeclarations(entries) {
  const reached = new Set(entries);
  for (const file of reached) {
    const text = readFileSync(join(modules, file), "utf8");
    for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
      if (fileName.startsWith(".")) {
        reached.add(posix.join(posix.dirname(file), fileName.replace(/\.[jt]s$/, ".d.ts")));
      } else if (!fileName.startsWith("node:") && !external.includes(packageOf(fileName))) {
        throw new Error(`${file} imports the types of ${fileName}, which consumers do not have`);
      }
    }
    const target = join(dist, file);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(modules, file), target);
  }
  return reached.size;
}

/** The files of which code is in the bundles. */
function inputsOf({ outputs }) {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput === 0 ? [] : [file])),
  );
}

/** The packages that files belong to, by name. */
function bundledPackages(files) {
  const folders = new Set();
  for (const file of files) {
    const found = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file);
    if (found !== null) folders.add(found[0]);
  }
  return [...folders]
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
      const files = readdirSync(join(root, folder)).filter((file) => /^(?:licen[cs]e|notice)\b/i.test(file));
      if (files.length === 0) throw new Error(`${name} is bundled and has no licence file`);
      const texts = files.sort().map((file) => readFileSync(join(root, folder, file), "utf8").trim());
      return { name, version, license, text: texts.join("\n\n") };
    })
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** One notice for packages that share their licence's text. */
function licences(packages) {
  const byText = new Map();
  for (const one of packages) byText.set(one.text, [...(byText.get(one.text) ?? []), one]);
  const notices = [...byText].map(
    ([text, group]) =>
      `${group.map(({ name, version, license }) => `${name} ${version} (${license})`).join("\n")}\n\n${text}\n`,
  );
  return [`The files of this folder contain code of the following packages.\n`, ...notices].join(
    `\n${"-".repeat(80)}\n\n`,
  );
}

function packageOf(specifier) {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
