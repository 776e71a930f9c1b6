import { graphqlDetector } from "../../../src/detection/shapes/graphql-detector.ts";
import { headerDetector } from "../../../src/detection/shapes/header-detector.ts";
import { includeDetector } from "../../../src/detection/shapes/include-detector.ts";
import { javaDetector } from "../../../src/detection/shapes/java-detector.ts";
import { ldapDetector } from "../../../src/detection/shapes/ldap-detector.ts";
import { nodeDetector } from "../../../src/detection/shapes/node-detector.ts";
import { nosqlDetector } from "../../../src/detection/shapes/nosql-detector.ts";
import { templateDetector } from "../../../src/detection/shapes/template-detector.ts";
import { xmlDetector } from "../../../src/detection/shapes/xml-detector.ts";
import { xpathDetector } from "../../../src/detection/shapes/xpath-detector.ts";

export const DETECTORS = [
  templateDetector,
  nosqlDetector,
  ldapDetector,
  xpathDetector,
  includeDetector,
  headerDetector,
  xmlDetector,
  javaDetector,
  nodeDetector,
  graphqlDetector,
];
