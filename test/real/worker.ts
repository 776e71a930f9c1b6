// A Worker with a firewall in front of its handler, as a platform for fetch handlers would load it.
import { decisionOf, protect } from "../support/source/adapters/fetch.ts";
import {
  createWaf,
  proofOfWorkProvider,
  type RuleInput,
  type StandardPhase,
} from "../support/source/index.ts";

const block = (ref: string, expression: string) =>
  ({ ref, expression, action: "block" }) as const satisfies RuleInput;
const zone = <const Phase extends StandardPhase>(phase: Phase) =>
  ({ name: phase, kind: "zone", phase }) as const;

const waf = createWaf(
  {
    rulesets: [
      {
        ...zone("http_request_transform"),
        rules: [
          {
            ref: "move",
            expression: 'http.request.uri.path eq "/old"',
            action: "rewrite",
            action_parameters: { uri: { path: { value: "/new" } } },
          },
        ],
      },
      {
        ...zone("http_request_firewall_custom"),
        rules: [
          block("path", 'http.request.uri.path contains "/.git"'),
          block("address", "ip.src eq 192.0.2.66"),
          block("body", 'http.request.body.raw contains "evil"'),
          { ref: "ask", expression: 'http.request.uri.path eq "/asked"', action: "js_challenge" },
        ],
      },
      {
        ...zone("http_response_headers_transform"),
        rules: [
          {
            ref: "mark",
            expression: "true",
            action: "rewrite",
            action_parameters: { headers: { "x-marked": { operation: "set", value: "yes" } } },
          },
        ],
      },
      {
        ...zone("http_response_firewall_body"),
        rules: [block("leak", 'wirewall.response.body.raw contains "secret"')],
      },
    ],
  },
  {
    challenge: proofOfWorkProvider({ secret: "a secret of the test" }),
    limits: { request: { maxBodyBytes: 1000 } },
  },
);

async function handler(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/leak") return new Response("a secret");
  return new Response(`${pathname} ${decisionOf(request)?.action} ${(await request.text()).length}`);
}

// biome-ignore lint/style/noDefaultExport: that is what a Worker is.
export default {
  fetch: protect(waf, handler, {
    facts: (request) => ({ remoteAddress: request.headers.get("x-peer") ?? undefined }),
  }),
};
