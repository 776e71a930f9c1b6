import { existsSync, readFileSync } from "node:fs";

/** The package's folder: the first above this module that has a package.json, wherever the build puts the module. */
export const PACKAGE_ROOT: URL = packageRoot(new URL(".", import.meta.url));

/** The installed package's version. */
export const VERSION: string = versionOf(readFileSync(new URL("package.json", PACKAGE_ROOT), "utf8"));

function packageRoot(folder: URL): URL {
  if (existsSync(new URL("package.json", folder))) return folder;
  const above = new URL("..", folder);
  if (above.href === folder.href) throw new Error("unreachable: the command is part of a package");
  return packageRoot(above);
}

function versionOf(manifest: string): string {
  const { version }: { readonly version: string } = JSON.parse(manifest);
  return version;
}
