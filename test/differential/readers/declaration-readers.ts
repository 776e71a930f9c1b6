import { PassThrough, Readable } from "node:stream";
import * as zlib from "node:zlib";
import bodyParser from "body-parser";
import type { Reader, Received, Sent } from "./compare.ts";
import { textsIn, valueReader } from "./texts.ts";

/** A message as Node's server gives it to a handler, which has the first line of Content-Type. */
function messageOf({ type, furtherTypes = [], coding = "", body }: Sent): Readable {
  const headers: Record<string, string> = { "content-length": String(body.length) };
  const first = type === "" ? furtherTypes[0] : type;
  if (first !== undefined) headers["content-type"] = first.trim();
  if (coding.trim() !== "") headers["content-encoding"] = coding.trim();
  const message = Readable.from([Buffer.from(body, "latin1")], { objectMode: false });
  const socket = new PassThrough();
  // A message that has ended is what body-parser waits for when it fails.
  message.once("close", () => socket.destroy());
  return Object.assign(message, { headers, method: "POST", complete: false, socket });
}

type Parser = ReturnType<typeof bodyParser.json>;

function parsed(parser: Parser, sent: Sent): Promise<Received> {
  const message: Readable & { body?: unknown } = messageOf(sent);
  return new Promise((resolve) => {
    parser(message, {}, (error) => resolve(error === undefined ? textsIn(message.body) : { texts: [] }));
  });
}

/** Names of a form are taken apart at brackets: their pieces are parts of what is seen. */
function bodyReader(name: string, parser: Parser, isForm = false): Reader {
  return {
    name: `body-parser ${name}`,
    read: async (sent) => {
      const { texts } = await parsed(parser, sent);
      return {
        texts: isForm ? texts.map((text) => (text.isKey ? { text: text.text, part: true } : text)) : texts,
      };
    },
  };
}

const UNFINISHED = { finishFlush: zlib.constants.Z_SYNC_FLUSH, maxOutputLength: 1_000_000 };
const UNFINISHED_BROTLI = {
  finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH,
  maxOutputLength: 1_000_000,
};

/** Content as lenient servers decode it: each coding, as far as it goes, and deflate without a head too. */
function leniently(sent: Sent): string | undefined {
  let bytes = Buffer.from(sent.body, "latin1");
  for (const coding of (sent.coding ?? "").toLowerCase().split(",").reverse()) {
    const name = coding.trim().replace(/^x-/, "");
    if (name === "gzip") bytes = zlib.gunzipSync(bytes, UNFINISHED);
    else if (name === "deflate") bytes = inflated(bytes);
    else if (name === "br") bytes = zlib.brotliDecompressSync(bytes, UNFINISHED_BROTLI);
    else if (name !== "" && name !== "identity") return undefined;
  }
  return bytes.toString();
}

function inflated(bytes: Buffer): Buffer<ArrayBuffer> {
  try {
    return zlib.inflateSync(bytes, UNFINISHED);
  } catch {
    return zlib.inflateRawSync(bytes, UNFINISHED);
  }
}

/** Fields of a form whose coding is not undone; of their values those that are text from end to end. */
const codedFields: Reader = {
  name: "URLSearchParams, no coding undone",
  read: async ({ type, coding = "", body }) => {
    const isForm = type === "" || /urlencoded/i.test(type);
    const values = coding === "" || !isForm ? [] : [...new URLSearchParams(body).values()];
    return { texts: values.filter((value) => LEGIBLE.test(value)).map((text) => ({ text, part: true })) };
  },
};
const LEGIBLE = /^[\t-\r -~]{12,}$/;

const everything = (): boolean => true;

export const DECLARATION_READERS: readonly Reader[] = [
  valueReader("zlib, unfinished streams too, and JSON.parse", (sent) => {
    const text = leniently(sent);
    return text === undefined ? undefined : JSON.parse(text);
  }),
  codedFields,
  bodyReader("json", bodyParser.json()),
  bodyReader("json of any type", bodyParser.json({ type: everything })),
  bodyReader("json of any type, not strict", bodyParser.json({ type: everything, strict: false })),
  bodyReader("json of */* and +json", bodyParser.json({ type: ["*/*", "+json"] })),
  bodyReader("urlencoded", bodyParser.urlencoded({ extended: true }), true),
  bodyReader("urlencoded, simple", bodyParser.urlencoded({ extended: false }), true),
  bodyReader("text", bodyParser.text()),
];
