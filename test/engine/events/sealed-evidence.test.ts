// What matched, sealed for the holder of a key: encryption after the RFC's vectors, and what events have of it.
import { describe, expect, test } from "vitest";
import {
  createSealer,
  createSealKeys,
  EventEmitter,
  generateKeys,
  memorySink,
  open,
  publicKeyOf,
  seal,
  unsealEvidence,
} from "../../support/source/engine/events.ts";
import { createWaf } from "../../support/source/engine/firewall.ts";
import { uncheckedRuleset } from "../../support/source/rules/ruleset.ts";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));
const hex = (data: Uint8Array) => Buffer.from(data).toString("hex");

/** RFC 9180 A.1.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode, sequence number 0. */
const VECTOR = {
  info: bytes("4f6465206f6e2061204772656369616e2055726e"),
  aad: bytes("436f756e742d30"),
  text: bytes("4265617574792069732074727574682c20747275746820626561757479"),
  recipient: {
    privateKey: bytes("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8"),
    publicKey: bytes("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d"),
  },
  sender: {
    privateKey: bytes("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736"),
    publicKey: bytes("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"),
  },
  cipher: "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a",
};

describe("encryption", () => {
  const { recipient, sender, text } = VECTOR;

  test("the vector of RFC 9180 A.1.1", async () => {
    expect(await publicKeyOf(recipient.privateKey)).toEqual(recipient.publicKey);
    const sealed = await seal(recipient.publicKey, text, VECTOR, sender);
    expect(hex(sealed)).toBe(hex(sender.publicKey) + VECTOR.cipher);
    expect(await open(recipient, sealed, VECTOR)).toEqual(text);
  });

  test("with keys of its own, each time another", async () => {
    const keys = await generateKeys();
    const [one, other] = await Promise.all([
      seal(keys.publicKey, text, VECTOR),
      seal(keys.publicKey, text, VECTOR),
    ]);
    expect(one).not.toEqual(other);
    expect(await open(keys, one, VECTOR)).toEqual(text);
  });

  test.each<[string, () => Promise<unknown>]>([
    ["a public key of small order", () => seal(new Uint8Array(32), text, VECTOR)],
    ["a text that is too short", () => open(recipient, new Uint8Array(47), VECTOR)],
    [
      "another context",
      async () => open(recipient, await seal(recipient.publicKey, text, VECTOR), { ...VECTOR, aad: text }),
    ],
  ])("refuses %s", async (_name, run) => {
    await expect(run()).rejects.toThrow();
  });
});

const RULES = [
  { ref: "form", expression: 'any(http.request.body.form.values[*] contains "evil")', action: "log" },
  {
    ref: "quiet",
    expression: 'http.request.body.raw contains "evil"',
    action: "log",
    logging: { enabled: false },
  },
  { ref: "number", expression: "http.request.body.size gt 1", action: "log" },
];

async function eventOf(publicKey: string, body: string | Uint8Array) {
  const sink = memorySink();
  const ruleset = { id: "c", name: "C", kind: "zone", phase: "http_request_firewall_custom", rules: RULES };
  const waf = createWaf(
    { rulesets: [uncheckedRuleset(ruleset)] },
    { events: [sink], sealEvidence: publicKey },
  );
  waf.evaluateSync({
    url: "https://a.example/",
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body,
  });
  await waf.flush();
  const [event] = sink.events;
  if (event === undefined) throw new Error("an event was expected");
  return event;
}

describe("events", () => {
  test.each<[body: string | Uint8Array, inputs: readonly object[]]>([
    ["password=evil", [{ key: "password", span: [0, 4], offset: 0, text: "evil", encoding: "utf-8" }]],
    [
      `a=${"x".repeat(300)}evil${"y".repeat(3000)}`,
      [
        {
          key: "a",
          span: [300, 304],
          offset: 44,
          text: `${"x".repeat(256)}evil${"y".repeat(1788)}`,
          encoding: "utf-8",
        },
      ],
    ],
    [
      Uint8Array.from(Buffer.from("a=evil\xff", "latin1")),
      [{ key: "a", span: [0, 4], offset: 0, text: "ZXZpbP8=", encoding: "base64" }],
    ],
  ])("have what matched for the holder of the key: %j", async (body, inputs) => {
    const keys = await createSealKeys();
    const event = await eventOf(keys.publicKey, body);
    expect(JSON.stringify(event)).not.toContain("password=evil");
    const expected = inputs.map((one) => ({ rule: "c/form", field: "http.request.body.form", ...one }));
    expect(await unsealEvidence(event, `${keys.privateKey}\n`)).toEqual({ inputs: expected });
  });

  test("have nothing sealed when no rule tested a text", async () => {
    const { publicKey, privateKey } = await createSealKeys();
    const event = await eventOf(publicKey, "harmless=1");
    expect(event.sealed).toBeUndefined();
    expect(await unsealEvidence(event, privateKey)).toBeUndefined();
  });

  test.each<[string, (event: { id: string; sealed: string }) => { id: string; sealed: string }, RegExp]>([
    ["of another id", (event) => ({ ...event, id: "other" }), /another key, or was changed/],
    [
      "that was changed",
      (event) => ({ ...event, sealed: `${event.sealed.slice(0, -4)}AAAA` }),
      /another key/,
    ],
    ["of another format", (event) => ({ ...event, sealed: "2.AAAA" }), /did not seal/],
    ["that is no Base64", (event) => ({ ...event, sealed: "1.*" }), /did not seal/],
  ])("are not opened: %s", async (_name, change, message) => {
    const { publicKey, privateKey } = await createSealKeys();
    const { id, sealed = "" } = await eventOf(publicKey, "a=evil");
    await expect(unsealEvidence(change({ id, sealed }), privateKey)).rejects.toThrow(message);
    const other = await createSealKeys();
    await expect(unsealEvidence({ id, sealed }, other.privateKey)).rejects.toThrow(/another key/);
  });

  test.each(["", "abc", "A".repeat(44), 7 as never])("%j is no key", async (key) => {
    const message = /must be a key of 32 bytes in Base64/;
    expect(() => createSealer(key)).toThrow(message);
    expect(() => createWaf({ rulesets: [] }, { sealEvidence: key })).toThrow(message);
    await expect(unsealEvidence({ id: "1" }, key)).rejects.toThrow(message);
  });

  test("are written without it when sealing fails, or when too many are being sealed", async () => {
    const { publicKey } = await createSealKeys();
    const event = await eventOf(publicKey, "harmless=1");
    const sink = memorySink({ limit: 2000 });
    const failed: unknown[] = [];
    const emitter = new EventEmitter({ sinks: [sink], onError: (failure) => failed.push(failure) });
    emitter.emit({ ...event, id: "0" }, undefined, () => Promise.reject(new Error("no")));
    await emitter.flush();
    expect(sink.events.map(({ id, sealed }) => [id, sealed])).toEqual([["0", undefined]]);
    expect(failed).toEqual([{ sink: "sealed evidence", error: new Error("no"), failures: 1 }]);
    const never = new Promise<string>(() => {});
    for (let at = 1; at <= 1001; at++) emitter.emit({ ...event, id: String(at) }, undefined, () => never);
    expect(sink.events.map(({ id }) => id)).toEqual(["0", "1001"]);
    await emitter.flush(1);
    expect(failed).toHaveLength(2);
  });

  test("that are summed up with others are not sealed", async () => {
    const { publicKey } = await createSealKeys();
    const event = await eventOf(publicKey, "harmless=1");
    const sink = memorySink();
    const emitter = new EventEmitter({ sinks: [sink], deduplicate: { windowMs: 60_000 }, clock: () => 0 });
    for (const id of ["1", "2", "3"])
      emitter.emit({ ...event, id }, undefined, () => Promise.resolve(`1.${id}`));
    await emitter.close();
    expect(sink.events.map(({ sealed, repeats }) => [sealed, repeats?.count])).toEqual([
      [undefined, expect.any(Number)],
      ["1.1", undefined],
    ]);
  });
});
