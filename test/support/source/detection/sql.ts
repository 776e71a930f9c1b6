export { sqlDetector } from "../../../../src/detection/sql/sql-detector.ts";
