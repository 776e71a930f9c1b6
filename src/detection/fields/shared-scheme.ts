import { standardFunctions } from "../../language/functions/index.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { detectionFunctions } from "./detection-functions.ts";
import { requestScheme } from "./standard-scheme.ts";

let standard: Scheme | undefined;

/** The standard fields and functions; the same object each time, so that firewalls share what they compile with it. */
export function standardScheme(): Scheme {
  standard ??= requestScheme([...standardFunctions, ...detectionFunctions]);
  return standard;
}
