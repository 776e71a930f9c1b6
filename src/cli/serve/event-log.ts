import { createWriteStream, type WriteStream } from "node:fs";
import type { WafChange } from "../../engine/events/change.ts";
import type { EventSink } from "../../engine/events/event.ts";
import { isoTime } from "../../engine/events/iso-time.ts";
import { jsonLinesSink } from "../../engine/events/json-lines-sink.ts";
import { ocsfSink } from "../../engine/events/ocsf.ts";
import { plural } from "../report.ts";
import { errorText } from "../system-error.ts";
import { MAX_WAITING_BYTES, type Terminal } from "../terminal.ts";

/** Where events are written. */
export interface EventLog {
  readonly sink: EventSink;
  /** Writes a line that is not an event of a request. */
  note(change: WafChange): void;
  /** Opens the file again, after it was moved away. */
  reopen(): void;
  /** Resolves when everything is written, or cannot be. */
  close(): Promise<void>;
}

/** Losses are reported at the first, and then at each multiple. */
const TELL_EVERY = 1000;
/** Milliseconds after which a file that could not be written is opened again: a disk may have space by then. */
const RETRY = 5_000;
/** Milliseconds that the end waits for the file: a pipe of the file system may have no reader. */
const CLOSE_TIMEOUT = 5_000;

/** How a log is written. */
export interface EventLogOptions {
  /** Default: the package's own events. */
  readonly format?: "json" | "ocsf";
  /** Called for each line that is lost, with the name of the sink. */
  readonly onLost?: (sink: string) => void;
}

/**
 * A log that cannot be written never ends the process: its events are dropped and counted.
 *
 * @param onProblem called with a description of the loss.
 */
export function openEventLog(
  path: string,
  terminal: Terminal,
  onProblem: (text: string) => void,
  { format = "json", onLost }: EventLogOptions = {},
): EventLog {
  let dropped = 0;
  let isTold = false;
  const lose = (why: string): void => {
    dropped++;
    onLost?.("log");
    if (!isTold || dropped % TELL_EVERY === 0) onProblem(`${why}: ${plural(dropped, "event")} dropped`);
    isTold = true;
  };
  let openedAt = 0;
  const open = (): WriteStream => {
    openedAt = Date.now();
    const stream = createWriteStream(path, { flags: "a", mode: 0o640 });
    stream.on("error", (error) => {
      // Each event that is lost with it is counted by its own write; there may be none yet.
      if (!isTold) onProblem(unwritable(error));
      isTold = true;
    });
    return stream;
  };
  let file = path === "-" ? undefined : open();
  const write = (line: string): void => {
    if (file?.destroyed === true && Date.now() - openedAt >= RETRY) file = open();
    const stream = file ?? terminal.out;
    if (stream.writableLength > MAX_WAITING_BYTES) {
      lose("the log's reader is too slow");
      return;
    }
    stream.write(line, (error) => {
      if (error) lose(unwritable(error));
    });
  };
  return {
    sink: format === "ocsf" ? ocsfSink(write, { name: "log" }) : jsonLinesSink(write, { name: "log" }),
    // No reader of OCSF would know what such a line is.
    note: (change) => {
      if (format === "json") write(`${JSON.stringify({ ...change, time: isoTime(change.time) })}\n`);
    },
    reopen() {
      if (file === undefined) return;
      file.end();
      file = open();
    },
    close: () =>
      new Promise((resolve) => {
        if (file === undefined) {
          resolve();
          return;
        }
        const timer = setTimeout(resolve, CLOSE_TIMEOUT);
        file.end(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}

function unwritable(error: Error): string {
  return `the log cannot be written: ${errorText(error)}`;
}
