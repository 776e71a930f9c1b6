// Imports a rival by its package name, which resolves from this folder's node_modules.
export function load(name) {
  return import(name);
}
