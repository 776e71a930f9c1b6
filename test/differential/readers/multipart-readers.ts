import { once } from "node:events";
import { PassThrough, type Readable, Writable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { Busboy as FastifyBusboy } from "@fastify/busboy";
import busboy from "busboy";
import { formidable } from "formidable";
import multiparty from "multiparty";
import type { Reader, Sent, Text } from "./compare.ts";

/** How long a reader that neither ends nor fails is waited for, in milliseconds: some never do for a body without an end. */
const PATIENCE = 250;

interface Sink {
  readonly field: (name: string | null | undefined, value: string) => void;
  readonly file: (name: string | null | undefined, filename: string | null | undefined) => void;
}

/** A reader that reports to a sink; what it reported before it failed counts. */
export function reader(name: string, read: (sent: Sent, sink: Sink) => Promise<unknown>): Reader {
  return {
    name,
    read: async (sent) => {
      const texts: Text[] = [];
      const add = (text: string | null | undefined, part: boolean): void => {
        if (text !== null && text !== undefined && text !== "") texts.push({ text, part });
      };
      const sink: Sink = {
        field: (fieldName, value) => {
          add(fieldName, true);
          add(value, false);
        },
        file: (fieldName, filename) => {
          add(fieldName, true);
          add(filename, true);
        },
      };
      const patience = new AbortController();
      const late = wait(PATIENCE, undefined, { signal: patience.signal }).catch(() => undefined);
      await Promise.race([read(sent, sink).catch(() => undefined), late]);
      patience.abort();
      return { texts };
    },
  };
}

function headersOf({ type, body }: Sent) {
  return { "content-type": type, "content-length": String(body.length) };
}

function requestOf(sent: Sent): Readable {
  const request = Object.assign(new PassThrough(), { headers: headersOf(sent) });
  request.end(Buffer.from(sent.body, "latin1"));
  return request;
}

/** The end of a stream-like reader, or its failure. */
function ended(emitter: NodeJS.EventEmitter, event: string): Promise<unknown> {
  // A second failure has no other listener.
  emitter.on("error", () => undefined);
  return once(emitter, event);
}

function drain(stream: Readable): void {
  stream.on("error", () => undefined);
  stream.resume();
}

const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

export const MULTIPART_READERS: readonly Reader[] = [
  reader("busboy", async (sent, sink) => {
    const parser = busboy({ headers: headersOf(sent) });
    parser.on("field", sink.field);
    parser.on("file", (name, stream, { filename }) => {
      sink.file(name, filename);
      drain(stream);
    });
    const end = ended(parser, "close");
    parser.end(Buffer.from(sent.body, "latin1"));
    await end;
  }),
  reader("@fastify/busboy", async (sent, sink) => {
    const parser = new FastifyBusboy({ headers: headersOf(sent) });
    parser.on("field", sink.field);
    parser.on("file", (name, stream, filename) => {
      sink.file(name, filename);
      drain(stream);
    });
    const end = ended(parser, "finish");
    parser.end(Buffer.from(sent.body, "latin1"));
    await end;
  }),
  reader("multiparty", async (sent, sink) => {
    const form = new multiparty.Form();
    form.on("field", sink.field);
    form.on("part", (part) => {
      sink.file(part.name, part.filename);
      drain(part);
    });
    const end = ended(form, "close");
    form.parse(requestOf(sent));
    await end;
  }),
  reader("formidable", async (sent, sink) => {
    // A field with one of these transfer encodings makes it throw where nobody can catch it.
    if (/[78]bit/i.test(sent.body)) return;
    const form = formidable({ allowEmptyFiles: true, minFileSize: 0, fileWriteStreamHandler: nowhere });
    form.on("field", (name, value) => sink.field(name, fromFormidable(sent, value)));
    form.on("file", (name, { originalFilename }) => sink.file(name, originalFilename));
    await form.parse(requestOf(sent));
  }),
  reader("FormData", async ({ type, body }, sink) => {
    const response = new Response(Buffer.from(body, "latin1"), { headers: { "Content-Type": type } });
    for (const [name, value] of await response.formData()) {
      if (typeof value === "string") sink.field(name, value);
      else sink.file(name, value.name);
    }
  }),
];

/** Formidable undoes Base64 in a field, cuts it into groups of four and encodes the bytes again: a text without a meaning. */
function fromFormidable({ body }: Sent, value: string): string {
  return /base64/i.test(body) && /^[A-Za-z0-9+/]*={0,2}$/.test(value) ? "" : value;
}
