import {
  graphqlDetector,
  headerDetector,
  includeDetector,
  javaDetector,
  ldapDetector,
  nodeDetector,
  nosqlDetector,
  templateDetector,
  xmlDetector,
  xpathDetector,
} from "../../support/source/detection/shapes.ts";

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
