import { phpDetector } from "../code/php-detector.ts";
import { scriptDetector } from "../code/script-detector.ts";
import type { Detector } from "../detector/detector.ts";
import { callbackDetector } from "../host/callback-detector.ts";
import { hostDetector } from "../host/host-detector.ts";
import { htmlDetector } from "../html/html-detector.ts";
import { disclosureDetector } from "../path/disclosure-detector.ts";
import { pathDetector } from "../path/path-detector.ts";
import { formulaDetector } from "../shapes/formula-detector.ts";
import { graphqlDetector } from "../shapes/graphql-detector.ts";
import { headerDetector } from "../shapes/header-detector.ts";
import { includeDetector } from "../shapes/include-detector.ts";
import { javaDetector } from "../shapes/java-detector.ts";
import { jsonPathDetector } from "../shapes/json-path-detector.ts";
import { ldapDetector } from "../shapes/ldap-detector.ts";
import { nodeDetector } from "../shapes/node-detector.ts";
import { nosqlDetector } from "../shapes/nosql-detector.ts";
import { templateDetector } from "../shapes/template-detector.ts";
import { xmlDetector } from "../shapes/xml-detector.ts";
import { xpathDetector } from "../shapes/xpath-detector.ts";
import { shellDetector } from "../shell/shell-detector.ts";
import { sqlDetector } from "../sql/sql-detector.ts";

/** All detectors, in the order in which they are asked. */
export const detectors: readonly Detector[] = Object.freeze([
  htmlDetector,
  sqlDetector,
  shellDetector,
  phpDetector,
  scriptDetector,
  pathDetector,
  disclosureDetector,
  hostDetector,
  callbackDetector,
  templateDetector,
  nosqlDetector,
  ldapDetector,
  xpathDetector,
  includeDetector,
  headerDetector,
  formulaDetector,
  xmlDetector,
  javaDetector,
  nodeDetector,
  graphqlDetector,
  jsonPathDetector,
]);
