import { detectors } from "../../support/source/detection/inspection.ts";

const NAMES: ReadonlySet<string> = new Set([
  "template",
  "nosql",
  "ldap",
  "xpath",
  "include",
  "header",
  "xml",
  "java",
  "node",
  "graphql",
  "json-path",
  "formula",
]);

export const DETECTORS = detectors.filter(({ name }) => NAMES.has(name));
