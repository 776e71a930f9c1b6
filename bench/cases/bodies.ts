// What it costs to read a body and to judge it with the managed rules, up to the most that is read of one. The figures at that
// limit are what `maxInspectedBytes` may cost a request of the kind.

import { createWaf } from "../../src/engine/firewall/standard-waf.ts";
import type { Waf } from "../../src/engine/firewall/waf.ts";
import { requestFrom } from "../../src/request/model/memory-request.ts";
import { DEFAULT_REQUEST_LIMITS } from "../../src/request/view/limits.ts";
import type { RequestView } from "../../src/request/view/request-view.ts";
import { managedRulesets } from "../../src/rules/managed/index.ts";
import type { Verdict } from "../detection/contest.ts";
import { type Addresses, addressesOf, loadLibddwaf, serve } from "../detection/libddwaf.ts";
import type { Contestant } from "../measure/contest.ts";
import { seeded } from "../measure/random.ts";
import type { Suite } from "../measure/recorder.ts";
import { drawOrdinaryValues } from "./values.ts";

/** Bodies of one kind and size that take turns. All are of ASCII, so that a character is a byte. */
const TURNS = 8;

const LIMIT = DEFAULT_REQUEST_LIMITS.maxInspectedBytes;

const SIZES: readonly (readonly [label: string, bytes: number])[] = [
  ["2 KB", 2048],
  ["32 KB", 32_768],
  [`${LIMIT / 1024} KB, the limit`, LIMIT],
];

const JSON_TYPE = "application/json";

interface Kind {
  readonly name: string;
  readonly type: string;
  readonly head: string;
  /** The piece at a place; a body is as many as fit. */
  readonly piece: (values: readonly string[], at: number, random: () => number) => string;
  readonly tail: string;
}

const KINDS: readonly Kind[] = [
  {
    name: "form",
    type: "application/x-www-form-urlencoded",
    head: "kind=order",
    piece: (values, at) => `&field${at}=${encodeURIComponent(valueAt(values, at))}`,
    tail: "",
  },
  {
    name: "multipart form",
    type: "multipart/form-data; boundary=frontier",
    head: "",
    piece: (values, at) =>
      `--frontier\r\nContent-Disposition: form-data; name="field${at}"\r\n\r\n${valueAt(values, at)}\r\n`,
    tail: "--frontier--\r\n",
  },
  {
    name: "JSON records",
    type: JSON_TYPE,
    head: '{"items":[{}',
    piece: (values, at, random) =>
      `,${JSON.stringify({ id: at, name: valueAt(values, at), note: valueAt(values, at + 7), price: Math.floor(random() * 1e5) / 100, open: random() < 0.5 })}`,
    tail: "]}",
  },
  {
    name: "series of numbers in JSON",
    type: JSON_TYPE,
    head: '{"series":[0',
    piece: (_values, _at, random) => `,${(random() * 1000).toFixed(4)}`,
    tail: "]}",
  },
  {
    name: "XML feed",
    type: "application/xml",
    head: '<?xml version="1.0" encoding="UTF-8"?><feed>',
    piece: (values, at) =>
      `<item id="${at}"><title>${markup(valueAt(values, at))}</title><body>${markup(valueAt(values, at + 7))}</body></item>`,
    tail: "</feed>",
  },
  {
    name: "plain text",
    type: "text/plain",
    head: "",
    piece: (values, at) => `${valueAt(values, at)}\n`,
    tail: "",
  },
];

export const bodies: Suite = {
  name: "bodies",
  title: "Bodies under the managed rules",
  async run(recorder) {
    const waf = managed();
    const values = drawOrdinaryValues(4096);
    const libddwaf = await loadLibddwaf((line) => recorder.note(line));
    for (const kind of KINDS) {
      for (const [label, size] of SIZES) {
        const name = `${kind.name} of ${label}`;
        if (!recorder.wants(name)) continue;
        const views = Array.from({ length: TURNS }, (_, turn) =>
          viewOf(kind, bodyOf(kind, size, values, turn)),
        );
        const isSlow = size > 16_384;
        const contestants = [judging(waf, views, isSlow)];
        if (kind.type === JSON_TYPE) contestants.push(parsing(views, isSlow));
        if (libddwaf !== undefined) contestants.push(await rival(libddwaf, views, isSlow));
        const result = await recorder.contest({ name, contestants });
        const time = result?.measured[0]?.nanoseconds;
        if (time !== undefined) recorder.figure(`${name}, per byte`, time / size, "ns");
      }
    }
  },
};

function managed(): Waf {
  return createWaf(
    {
      rulesets: [
        {
          name: "managed",
          kind: "zone",
          phase: "http_request_firewall_managed",
          rules: [
            {
              ref: "core",
              expression: "true",
              action: "execute",
              action_parameters: { id: "wirewall-core" },
            },
          ],
        },
      ],
    },
    { managed: managedRulesets },
  );
}

/** Every body is ordinary: one that is refused, or read in part, would be measured for what it is not. */
function judging(waf: Waf, views: readonly RequestView[], slow: boolean): Contestant {
  const mask = views.length - 1;
  return {
    name: "decision",
    run: (count) => {
      let refused = 0;
      for (let turn = 0; turn < count; turn++)
        if (waf.evaluateSync(views[turn & mask]!).action !== "allow") refused++;
      return refused;
    },
    answers: () =>
      views.map((view) => {
        const { action, by } = waf.evaluateSync(view);
        if (action !== "allow") throw new Error(`an ordinary body is refused by ${by?.ref ?? action}`);
        return action;
      }),
    slow,
  };
}

/** What a program pays in any case that reads a JSON body. */
function parsing(views: readonly RequestView[], slow: boolean): Contestant {
  const texts = views.map(({ body }) => body?.bytes ?? "");
  const mask = texts.length - 1;
  return {
    name: "JSON.parse",
    run: (count) => {
      let parsed = 0;
      for (let turn = 0; turn < count; turn++) if (JSON.parse(texts[turn & mask]!) !== null) parsed++;
      return parsed;
    },
    slow,
  };
}

/** What body parsers make of the bodies is ready before the clock starts. */
async function rival(
  judge: (addresses: Addresses) => Verdict,
  views: readonly RequestView[],
  slow: boolean,
): Promise<Contestant> {
  const all: Addresses[] = [];
  for (const view of views) all.push(addressesOf(await serve(view), true));
  const mask = all.length - 1;
  return {
    // It reads so many items of a list and so many bytes of a text.
    name: all.some((addresses) => judge(addresses).partly) ? "libddwaf, of a part" : "libddwaf",
    run: (count) => {
      let refused = 0;
      for (let turn = 0; turn < count; turn++) if (judge(all[turn & mask]!).refused) refused++;
      return refused;
    },
    answers: () => all.map((addresses) => (judge(addresses).refused ? "block" : "allow")),
    slow,
  };
}

function bodyOf(kind: Kind, size: number, values: readonly string[], turn: number): string {
  const random = seeded(turn + 1);
  let body = kind.head;
  const room = size - kind.tail.length;
  for (let at = turn * 97; ; at++) {
    const piece = kind.piece(values, at, random);
    if (body.length + piece.length > room) return body + kind.tail;
    body += piece;
  }
}

function viewOf(kind: Kind, body: string): RequestView {
  return requestFrom({
    method: "POST",
    url: "https://shop.example.com/api/orders?page=2",
    headers: [
      ["content-type", kind.type],
      ["user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"],
      ["accept", "*/*"],
      ["content-length", String(body.length)],
    ],
    remoteAddress: "203.0.113.9",
    body,
  });
}

function valueAt(values: readonly string[], at: number): string {
  return values[at % values.length]!;
}

function markup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
