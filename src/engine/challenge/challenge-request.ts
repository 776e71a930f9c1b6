import type { Budget } from "../../language/values/budget.ts";
import type { WafRequest } from "../../request/model/request.ts";
import type { ChallengeRequest } from "../decision/challenge-provider.ts";

/** The request as a challenge provider sees it. */
export function challengeRequest(request: WafRequest, budget: Budget, now: number): ChallengeRequest {
  return {
    client: request.clientText,
    userAgent: request.rawHeaders.joined("user-agent"),
    host: request.host,
    method: request.view.method,
    uri: request.rawTarget.pathAndQuery,
    secure: request.secure,
    cookie(name) {
      const { names, values } = request.cookies(budget);
      return values.filter((_, at) => names[at] === name);
    },
    now,
  };
}
