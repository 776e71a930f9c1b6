import type { Budget } from "../../language/values/budget.ts";
import { formatIp } from "../../language/values/ip.ts";
import type { WafRequest } from "../../request/model/request.ts";
import type { ChallengeRequest } from "../decision/challenge-provider.ts";

/** What a challenge provider may see of a request. */
export function challengeRequest(request: WafRequest, budget: Budget, now: number): ChallengeRequest {
  const { address } = request.client;
  return {
    client: address === undefined ? (request.view.remoteAddress ?? "") : formatIp(address),
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
