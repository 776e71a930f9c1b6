import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../support/root.ts";

const FOLDERS = ["src", "test", "bench", "docs", "grammar", "examples"];
const TEXT = /\.(?:ts|mjs|md|json|jsonc|ebnf)$/;
const THIS = "test/docs/citations.test.ts";

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "node_modules") return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

const pages = readdirSync(root).filter((name) => name.endsWith(".md"));
const files = [...pages, ...FOLDERS.flatMap(filesBelow)].filter((path) => TEXT.test(path) && path !== THIS);
const texts = new Map(files.map((path) => [path, readFileSync(join(root, path), "utf8")]));

/** Anchors of a page's headings, as GitHub makes them. */
function anchorsOf(markdown: string): ReadonlySet<string> {
  const prose = markdown.replace(/^```[\s\S]*?^```$/gm, "");
  const headings = [...prose.matchAll(/^#+ (.+)$/gm)].map(([, title]) => title!);
  return new Set(
    headings.map((title) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}_ -]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

interface Citation {
  readonly from: string;
  readonly page: string;
  readonly anchor: string;
}

const citations: readonly Citation[] = [...texts].flatMap(([from, text]) =>
  [...text.matchAll(/\b(semantics|lexical|diagnostics)\.md#([\w-]+)/g)].map(([, page, anchor]) => ({
    from,
    page: `grammar/${page}.md`,
    anchor: anchor!,
  })),
);

describe("sections of the language's pages that are cited", () => {
  test("are many", () => {
    expect(citations.length).toBeGreaterThan(60);
  });

  test.each([...new Set(citations.map(({ page }) => page))])("exist in %s", (page) => {
    const anchors = anchorsOf(texts.get(page) ?? "");
    const lost = citations.filter((citation) => citation.page === page && !anchors.has(citation.anchor));
    expect(lost).toEqual([]);
  });
});

test("a section number stands behind the standard that it belongs to", () => {
  const lone = [...texts].flatMap(([path, text]) =>
    text
      .split("\n")
      .filter((line) => line.includes("§") && !/\b(?:RFC|ISO|UTS) [\w-]+.*§/.test(line))
      .map((line) => `${path}: ${line.trim()}`),
  );
  expect(lone).toEqual([]);
});

test("no text cites a document that is not here", () => {
  const found = [...texts].flatMap(([path, text]) => (/\bSPEC\b/.test(text) ? [path] : []));
  expect(found).toEqual([]);
});

describe("links between pages lead somewhere", () => {
  test.each(files.filter((path) => path.endsWith(".md")))("%s", (path) => {
    const prose = texts.get(path)!.replace(/^```[\s\S]*?^```$/gm, "");
    const links = [...prose.matchAll(/\]\(([^)\s:]*)\)/g)].map(([, target]) => target!);
    const dead = links.filter((link) => {
      const [file, anchor] = link.split("#");
      const target = file === "" ? path : normalize(join(dirname(path), file!));
      if (relative(root, join(root, target)).startsWith("..")) return true;
      if (statSync(join(root, target), { throwIfNoEntry: false }) === undefined) return true;
      return anchor !== undefined && !anchorsOf(texts.get(target) ?? "").has(anchor);
    });
    expect(dead).toEqual([]);
  });
});

const [, failures = ""] = texts.get("ARCHITECTURE.md")!.split("## What fails open, what fails closed");
const rows = failures
  .split("\n## ")[0]!
  .split("\n")
  .filter((line) => /^\| (?!-|what goes)/.test(line));

test.each(rows)("tests are named for what fails: %s", (row) => {
  const [, named = ""] = /\|([^|]*)\|$/.exec(row)!;
  const paths = [...named.matchAll(/`([^`]+)`/g)].map(([, path]) => path!);
  expect(paths).not.toEqual([]);
  for (const path of paths) expect(path).toSatisfy((file: string) => statSync(join(root, file)).isFile());
});
