// What the comparison uses of readers that come without types of their own.

declare module "busboy" {
  import type { Readable, Writable } from "node:stream";

  function busboy(options: { readonly headers: Readonly<Record<string, string>> }): Writable & {
    on(event: "field", listener: (name: string | undefined, value: string) => void): unknown;
    on(
      event: "file",
      listener: (name: string | undefined, stream: Readable, info: { readonly filename?: string }) => void,
    ): unknown;
  };
  export = busboy;
}

declare module "multiparty" {
  import type { EventEmitter } from "node:events";
  import type { Readable } from "node:stream";
  export class Form extends EventEmitter {
    on(event: "field", listener: (name: string | null, value: string) => void): this;
    on(event: "part", listener: (part: Readable & { name?: string; filename?: string }) => void): this;
    on(event: "error" | "close", listener: () => void): this;
    parse(request: Readable): void;
  }
}

declare module "formidable" {
  import type { EventEmitter } from "node:events";
  import type { Readable, Writable } from "node:stream";
  export function formidable(options: {
    readonly allowEmptyFiles: boolean;
    readonly minFileSize: number;
    readonly fileWriteStreamHandler: () => Writable;
  }): EventEmitter & {
    on(event: "field", listener: (name: string | null, value: string) => void): unknown;
    on(
      event: "file",
      listener: (name: string | null, file: { readonly originalFilename: string | null }) => void,
    ): unknown;
    parse(request: Readable): Promise<unknown>;
  };
}

declare module "qs" {
  const qs: { readonly parse: (text: string, options?: object) => object };
  export = qs;
}

declare module "body-parser" {
  import type { Readable } from "node:stream";

  type Parser = (message: Readable, response: object, next: (error?: unknown) => void) => void;
  interface Options {
    readonly type?: string | readonly string[] | (() => boolean);
    readonly strict?: boolean;
    readonly extended?: boolean;
  }
  const parsers: Readonly<Record<"json" | "urlencoded" | "text", (options?: Options) => Parser>>;
  export = parsers;
}

declare module "multer" {
  import type { Readable } from "node:stream";

  interface Storage {
    readonly _handleFile: (
      request: unknown,
      file: { readonly stream: Readable },
      done: (error: null, info: object) => void,
    ) => void;
    readonly _removeFile: (request: unknown, file: unknown, done: (error: null) => void) => void;
  }
  function multer(options: { readonly storage: Storage }): {
    any(): (message: Readable, response: object, next: (error?: unknown) => void) => void;
  };
  export = multer;
}
