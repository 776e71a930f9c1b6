import { createWriteStream, type WriteStream } from "node:fs";
import type { EventSink } from "../../engine/events/event.ts";
import { jsonLinesSink } from "../../engine/events/json-lines-sink.ts";
import type { Terminal } from "../terminal.ts";

/** Where events are written. */
export interface EventLog {
  readonly sink: EventSink;
  /** Opens the file again, after it was moved away. */
  reopen(): void;
  close(): Promise<void>;
}

/** Lines waiting for a reader that is too slow; beyond it they are dropped and counted. */
const MAX_WAITING_BYTES = 16_777_216;

/** @param onProblem told of what was lost, in words. */
export function openEventLog(path: string, terminal: Terminal, onProblem: (text: string) => void): EventLog {
  let file: WriteStream | undefined = path === "-" ? undefined : open(path, onProblem);
  let dropped = 0;
  const write = (line: string): void => {
    const stream = file ?? terminal.out;
    if (stream.writableLength > MAX_WAITING_BYTES) {
      dropped++;
      if (dropped === 1 || dropped % 1000 === 0)
        onProblem(`the log's reader is too slow: ${dropped} events dropped`);
      return;
    }
    stream.write(line);
  };
  return {
    sink: jsonLinesSink(write),
    reopen() {
      if (file === undefined) return;
      file.end();
      file = open(path, onProblem);
    },
    close: () =>
      new Promise((resolve) => {
        if (file === undefined) resolve();
        else file.end(resolve);
      }),
  };
}

function open(path: string, onProblem: (text: string) => void): WriteStream {
  const stream = createWriteStream(path, { flags: "a", mode: 0o640 });
  stream.on("error", (error) => onProblem(`the log cannot be written: ${error.message}`));
  return stream;
}
