import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { fetchDecoder } from "../support/source/adapters/fetch.ts";
import { nodeDecoder } from "../support/source/adapters/node.ts";
import { type ContentDecoder, undoRequestCodings } from "../support/source/request/body.ts";

// A content decoder is done when it passes this suite.

const TEXT = "a text that is sent, and sent again: ".repeat(200);
const LIMIT = 1_000_000;
const bytes = (text: string) => Buffer.from(text, "latin1");
const latin1 = (data: Buffer) => data.toString("latin1");

const ENCODE: Readonly<Record<string, (data: Buffer) => Buffer>> = {
  gzip: gzipSync,
  "x-gzip": gzipSync,
  GZip: gzipSync,
  deflate: deflateSync,
  "deflate without the head of zlib": deflateRawSync,
  br: brotliCompressSync,
};
const nameOf = (coding: string) => coding.split(" ")[0] ?? "";

/** Whether the platform's streams take zeros behind gzip for padding: those of Node 20 do, those of Node 22 do not. */
async function takesPadding(): Promise<boolean> {
  const padded = new Blob([gzipSync("a"), new Uint8Array(4)]).stream();
  try {
    return (await new Response(padded.pipeThrough(new DecompressionStream("gzip"))).text()) === "a";
  } catch {
    return false;
  }
}

describe.each<[name: string, decoder: ContentDecoder, padded: "undone" | "faulty"]>([
  ["zlib of Node", nodeDecoder, "undone"],
  ["DecompressionStream", fetchDecoder, (await takesPadding()) ? "undone" : "faulty"],
])("%s", (_name, decoder, padded) => {
  const undo = (sent: string, coding: string, most = LIMIT, truncated = false) =>
    undoRequestCodings(decoder, { bytes: sent, truncated }, coding, most);
  const knows = (coding: string) => decoder.codings.includes(nameOf(coding).toLowerCase().replace("x-", ""));
  const known = Object.entries(ENCODE).filter(([coding]) => knows(coding));

  test("undoes at least gzip and deflate", () => {
    expect(decoder.codings).toEqual(expect.arrayContaining(["gzip", "deflate"]));
  });

  describe.each(known)("%s", (coding, encode) => {
    const sent = latin1(encode(bytes(TEXT)));

    test("is undone", async () => {
      expect(await undo(sent, nameOf(coding))).toEqual({
        bytes: TEXT,
        truncated: false,
        size: TEXT.length,
        coding: "undone",
        coded: sent,
      });
    });

    test.each([TEXT.length - 1, 10, TEXT.length])("is undone up to %d bytes", async (most) => {
      const view = await undo(sent, nameOf(coding), most);
      expect([view.bytes === TEXT.slice(0, most), view.truncated]).toEqual([true, most < TEXT.length]);
    });

    test("whole bytes that end early are faulty, a part of them is undone as far as it goes", async () => {
      const cut = sent.slice(0, sent.length >> 1);
      expect((await undo(cut, nameOf(coding))).coding).toBe("faulty");
      const part = await undo(cut, nameOf(coding), LIMIT, true);
      expect([part.coding, part.truncated, TEXT.startsWith(part.bytes)]).toEqual(["undone", true, true]);
    });

    test.each(["plain text", "\x1f\x8b\x08 and no more of it", "\x78\x9cxyz"])(
      "bytes that are not in it are faulty: %j",
      async (given) => {
        expect(await undo(given, nameOf(coding))).toEqual({
          bytes: given,
          truncated: false,
          coding: "faulty",
        });
      },
    );

    const isGzip = nameOf(coding).toLowerCase().endsWith("gzip");
    test.each([
      ["a byte", "x", "faulty"],
      ["zeros", "\0\0\0\0", isGzip ? padded : "faulty"],
      ["zeros and a byte", "\0\0x", "faulty"],
      ["zeros and the same again", `\0\0\0\0\0\0\0\0${sent}`, "faulty"],
    ])("where %s follow, it is judged as all decoders read it", async (_what, trailing, expected) => {
      const view = await undo(sent + trailing, nameOf(coding));
      expect(view.coding).toBe(expected);
      if (expected === "undone") expect(view.bytes).toBe(TEXT);
      // Of nothing too, where the last bytes of gzip are zeros.
      const empty = latin1(encode(Buffer.alloc(0)));
      expect((await undo(empty, nameOf(coding))).coding).toBe("undone");
      expect((await undo(empty + trailing, nameOf(coding))).coding).toBe(expected);
    });

    test("what expands more than 200 times is faulty beyond a mebibyte, and well below it is not", async () => {
      const bomb = latin1(encode(Buffer.alloc(8_000_000, "x")));
      expect((await undo(bomb, nameOf(coding), 10_000_000)).coding).toBe("faulty");
      const small = latin1(encode(Buffer.alloc(1_000_000, "x")));
      expect((await undo(small, nameOf(coding), 10_000_000)).coding).toBe("undone");
    });

    test("bytes that nobody will hold are no longer decoded", async () => {
      let held = 0;
      const view = await undoRequestCodings(
        decoder,
        { bytes: sent, truncated: false },
        nameOf(coding),
        LIMIT,
        (more) => {
          held += more;
          return false;
        },
      );
      expect(view.coding).toBe("faulty");
      expect(held).toBeGreaterThan(0);
    });
  });

  test("all members of gzip are undone", async () => {
    const members = latin1(Buffer.concat([gzipSync(bytes(TEXT)), gzipSync(bytes("and more"))]));
    expect(await undo(members, "gzip")).toMatchObject({ bytes: `${TEXT}and more`, coding: "undone" });
  });

  test.each([
    ["gzip, gzip", gzipSync(gzipSync(bytes(TEXT)))],
    ["deflate,gzip", gzipSync(deflateSync(bytes(TEXT)))],
    ["identity, gzip ,, identity", gzipSync(bytes(TEXT))],
    ["gzip, gzip, gzip", gzipSync(gzipSync(gzipSync(bytes(TEXT))))],
  ])("several are undone from the last one on: %s", async (coding, sent) => {
    expect((await undo(latin1(sent), coding)).bytes).toBe(TEXT);
  });

  test("what is between several is shown, too: a site may undo one alone", async () => {
    const inner = gzipSync(bytes(TEXT));
    const sent = gzipSync(inner);
    const { coded = "" } = await undo(latin1(sent), "gzip, gzip");
    expect([coded.includes(latin1(sent)), coded.includes(latin1(inner))]).toEqual([true, true]);
    expect((await undo(latin1(inner), "gzip, identity")).coded).toBe(latin1(inner));
  });

  test.each(["", "identity", " , identity,", "aws-chunked", "identity, AWS-chunked"])(
    "%j changes nothing",
    async (coding) => {
      const view = { bytes: TEXT, truncated: false };
      expect(await undoRequestCodings(decoder, view, coding, LIMIT)).toBe(view);
    },
  );

  test.each([
    "rot13",
    "compress",
    "gzip, rot13",
    "aws-chunked, gzip",
    "gzip, aws-chunked",
    "aws-chunked, aws-chunked",
    "gzip, gzip, gzip, gzip",
    "__proto__",
    "constructor",
  ])("%j is unknown, or too much", async (coding) => {
    expect((await undo(latin1(gzipSync(bytes(TEXT))), coding)).coding).toBe("faulty");
  });
});
