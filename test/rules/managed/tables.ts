// Requests for each managed rule.
import { javaCases, phpCases, rceCases, sstiCases } from "./code.ts";
import { cveCases } from "./cve.ts";
import { injectionCases, nosqlCases, ssrfCases, uploadCases, xxeCases } from "./injection.ts";
import { leakCases } from "./leaks.ts";
import { nodeCases } from "./node.ts";
import { disclosureCases, protocolCases, scannerCases } from "./protocol.ts";
import { redirectCases } from "./redirects.ts";
import { scorerCases } from "./scorer.ts";
import { sqliCases } from "./sqli.ts";
import type { CaseTable } from "./support.ts";
import { traversalCases } from "./traversal.ts";
import { xssCases } from "./xss.ts";

const TABLES: readonly CaseTable[] = [
  protocolCases,
  scannerCases,
  disclosureCases,
  traversalCases,
  sqliCases,
  xssCases,
  rceCases,
  phpCases,
  javaCases,
  sstiCases,
  nosqlCases,
  injectionCases,
  xxeCases,
  ssrfCases,
  redirectCases,
  uploadCases,
  leakCases,
  nodeCases,
  cveCases,
  scorerCases,
];
/** By ref, all of them. */
export const cases = TABLES.flatMap((table) => Object.entries(table));
