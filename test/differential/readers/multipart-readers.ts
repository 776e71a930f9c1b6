import { once } from "node:events";
import { PassThrough, type Readable, Writable } from "node:stream";
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { Busboy as FastifyBusboy } from "@fastify/busboy";
import busboy from "busboy";
import { formidable } from "formidable";
import multer from "multer";
import multiparty from "multiparty";
import type { Reader, Sent, Text } from "./compare.ts";
import { programReader } from "./programs.ts";
import { textsIn } from "./texts.ts";

/**
 * How long a reader that neither ends nor fails is waited for, in milliseconds: some never do for a body without an end. Long
 * enough for all that are read at the same time.
 */
const PATIENCE = 1000;
/** Turns of the event loop in which a reader may report more once it has ended, failed or was given up: some do. */
const TURNS_BEHIND_END = 50;

interface Sink {
  readonly add: (text: string | null | undefined, part: boolean) => void;
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
        add,
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
      for (let turns = 0; turns < TURNS_BEHIND_END; turns++) await turn();
      return { texts: [...texts] };
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

const bodyOf = ({ body }: Sent): string => body;

interface UploadedFile {
  readonly fieldname: string;
  readonly originalname: string;
}

const ACCEPT_ALL = multer({
  storage: {
    _handleFile: (_request, file, done) => {
      drain(file.stream);
      file.stream.once("end", () => done(null, {}));
    },
    _removeFile: (_request, _file, done) => done(null),
  },
}).any();

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
  reader("multer", async (sent, sink) => {
    const request: Readable & { body?: unknown; files?: readonly UploadedFile[] } = requestOf(sent);
    // What it has read counts even if it fails.
    await new Promise((resolve) => ACCEPT_ALL(request, {}, resolve));
    for (const { fieldname, originalname } of request.files ?? []) sink.file(fieldname, originalname);
    // It takes names apart at brackets: their pieces are parts of what is seen.
    for (const { text, isKey } of textsIn(request.body).texts) sink.add(text, isKey === true);
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
  ...programReader("Python", "multipart", bodyOf, (answer) => {
    const parts: readonly unknown[] = Array.isArray(answer) ? answer : [];
    return {
      texts: parts.flatMap((part): readonly Text[] => {
        if (!Array.isArray(part)) return [];
        const [name, filename, value]: readonly unknown[] = part;
        return [
          { text: name, part: true },
          { text: filename, part: true },
          { text: value, part: false },
        ].flatMap(({ text, part }) => (typeof text === "string" && text !== "" ? [{ text, part }] : []));
      }),
    };
  }),
  // It leaves out the folders of a file name.
  ...programReader("PHP", "multipart", bodyOf, (answer) => {
    const [fields, files] = Array.isArray(answer) ? answer : [answer];
    const names = textsIn(files).texts.filter(({ isKey }) => isKey !== true);
    return { texts: [...textsIn(fields).texts, ...names.map(({ text }) => ({ text, part: true }))] };
  }),
];

/** Formidable undoes Base64 in a field, cuts it into groups of four and encodes the bytes again: a text without a meaning. */
function fromFormidable({ body }: Sent, value: string): string {
  return /base64/i.test(body) && /^[A-Za-z0-9+/]*={0,2}$/.test(value) ? "" : value;
}
