export { hcl2json } from "./hcl2json.ts";
