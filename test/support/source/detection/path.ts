export { disclosureDetector } from "../../../../src/detection/path/disclosure-detector.ts";
export { pathDetector } from "../../../../src/detection/path/path-detector.ts";
