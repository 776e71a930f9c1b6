import type { Budget } from "../../language/values/budget.ts";
import { asciiLower } from "../../language/values/bytes.ts";
import type { Headers } from "../../request/head/headers.ts";
import type { WafRequest } from "../../request/model/request.ts";
import type { Changes } from "../decision/decision.ts";
import type { LoggedField } from "./build-event.ts";

/** The values that rules of the logging phase selected. */
export function loggedFields(
  request: WafRequest,
  wanted: Changes["logFields"],
  budget: Budget,
): readonly LoggedField[] {
  return wanted.flatMap(({ source, name, preserveDuplicates }) => {
    const found = valuesOf(request, source, name, budget);
    const values = preserveDuplicates ? found : found.slice(0, 1);
    return values.length === 0 ? [] : [{ source, name, values }];
  });
}

function valuesOf(
  request: WafRequest,
  source: LoggedField["source"],
  name: string,
  budget: Budget,
): readonly string[] {
  const lines = (headers: Headers | undefined) => headers?.all(asciiLower(name)) ?? [];
  switch (source) {
    case "request":
      return lines(request.rawHeaders);
    case "transformed_request":
      return lines(request.headers);
    case "response":
      return lines(request.responseHeaders);
    case "raw_response":
      return lines(request.rawResponseHeaders);
    case "cookie": {
      const { names, values } = request.cookies(budget);
      return values.filter((_, at) => names[at] === name);
    }
  }
}
