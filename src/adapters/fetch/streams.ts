import type { ReadLimits } from "../../host/incoming.ts";

/** Shared code for readers of byte streams on every platform. */
export interface ByteReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(reason?: unknown): Promise<void>;
}

type Piece = Awaited<ReturnType<ByteReader["read"]>>;

/** The first part of a stream. */
export interface Prefix {
  /** The bytes read; at most one chunk beyond the limit. */
  readonly chunks: readonly Uint8Array[];
  /** Bytes of all chunks. */
  readonly size: number;
  /** Whether the stream ended within the limit. */
  readonly complete: boolean;
  /** Whether the time was over before the limit or the end was reached. */
  readonly late: boolean;
  /** Whether a chunk must not be held; it is left out. */
  readonly refused: boolean;
  /** The read that was under way when the time was over. */
  readonly pending: Promise<Piece> | undefined;
}

const NOTHING_ELSE = { complete: false, late: false, refused: false, pending: undefined } as const;

/**
 * Reads until there are more than `maxBytes`, the stream ends, `timeout` milliseconds are over, or `hold` refuses a chunk.
 * Rejects when the stream fails.
 */
export async function readPrefix(
  reader: ByteReader,
  { maxBytes, timeout, hold }: ReadLimits,
): Promise<Prefix> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, timeout, undefined);
  });
  try {
    while (size <= maxBytes) {
      const reading = reader.read();
      const next = await Promise.race([reading, late]);
      if (next === undefined) {
        reading.catch(() => undefined);
        return { ...NOTHING_ELSE, chunks, size, late: true, pending: reading };
      }
      if (next.done) return { ...NOTHING_ELSE, chunks, size, complete: true };
      if (next.value === undefined) continue;
      if (hold?.(next.value.length) === false) return { ...NOTHING_ELSE, chunks, size, refused: true };
      chunks.push(next.value);
      size += next.value.length;
    }
    return { ...NOTHING_ELSE, chunks, size };
  } finally {
    clearTimeout(timer);
  }
}

/** Gives up what is left of a stream. */
export function discard(reader: ByteReader): void {
  reader.cancel().catch(() => undefined);
}

/** A stream that holds what was read of another one. */
export interface Replay {
  readonly stream: ReadableStream<Uint8Array>;
  /** Has a function called once, when the stream has handed out what was read, or was given up: at once when it has. */
  onHandedOut(call: () => void): void;
}

/** A stream of what was read already and of what is still to come; nothing more is read before somebody reads from it. */
export function replay(prefix: Prefix, reader: ByteReader): Replay {
  const { complete } = prefix;
  const chunks: (Uint8Array | undefined)[] = [...prefix.chunks];
  let at = 0;
  let { pending } = prefix;
  let isOver = false;
  let told: (() => void) | undefined;
  const over = (): void => {
    isOver = true;
    told?.();
    told = undefined;
  };
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const known = chunks[at];
        // Chunks that were handed out need not be kept.
        if (known !== undefined) chunks[at] = undefined;
        at++;
        if (at >= chunks.length) over();
        if (known !== undefined) {
          controller.enqueue(known);
          return;
        }
        if (complete) {
          controller.close();
          return;
        }
        const next = await (pending ?? reader.read());
        pending = undefined;
        if (next.done) controller.close();
        else if (next.value !== undefined) controller.enqueue(next.value);
      },
      cancel(reason) {
        chunks.length = 0;
        over();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return {
    stream,
    onHandedOut(call) {
      if (isOver) call();
      else told = call;
    },
  };
}

/** Arguments in one call; engines bound them. */
const CALL_ARGUMENTS = 8192;

/** At most `maxBytes` of the chunks as a byte string. */
export function latin1(chunks: readonly Uint8Array[], maxBytes: number): string {
  const parts: string[] = [];
  let left = maxBytes;
  for (const chunk of chunks) {
    const shown = chunk.length > left ? chunk.subarray(0, left) : chunk;
    left -= shown.length;
    for (let at = 0; at < shown.length; at += CALL_ARGUMENTS) {
      parts.push(String.fromCharCode(...shown.subarray(at, at + CALL_ARGUMENTS)));
    }
  }
  return parts.join("");
}

/** A byte string as bytes. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
