import { EXIT, type Invocation, UsageError } from "../command.ts";
import { serveSettings } from "../serve/settings.ts";
import { type RunningServe, startServe } from "../serve/start.ts";
import { errorText } from "../system-error.ts";
import { say, type Terminal } from "../terminal.ts";

export async function serve({ options, positionals, terminal }: Invocation): Promise<number> {
  if (positionals.length > 0) throw new UsageError(`\`${positionals[0]}\`: serve takes options only`);
  process.on("SIGUSR1", ignoreSignal);
  try {
    const started = await startServe(serveSettings(options, terminal.env), terminal);
    if ("refused" in started) {
      say(terminal, started.refused);
      say(terminal, "\nnothing is served");
      return EXIT.usage;
    }
    await untilStopped(started, terminal);
    return EXIT.ok;
  } finally {
    process.off("SIGUSR1", ignoreSignal);
  }
}

/** Without a listener, Node opens a debugger's port on SIGUSR1, by which everything in the process can be read. */
const ignoreSignal = (): void => undefined;

/** The first signal waits for running requests, the second one does not. */
function untilStopped(running: RunningServe, terminal: Terminal): Promise<void> {
  return new Promise((resolve) => {
    let stopping = false;
    const onHangup = (): void => {
      running.reopenLog();
      running.reload("^HUP");
    };
    const onStop = (signal: NodeJS.Signals): void => {
      if (stopping) process.exit(EXIT.ok);
      stopping = true;
      say(terminal, `stop    ${signal}: waiting for running requests`);
      const stopped = (): void => {
        process.off("SIGHUP", onHangup).off("SIGINT", onStop).off("SIGTERM", onStop);
        resolve();
      };
      running.close().then(stopped, (error: unknown) => {
        say(terminal, `error   ${errorText(error)}`);
        stopped();
      });
    };
    process.on("SIGHUP", onHangup).on("SIGINT", onStop).on("SIGTERM", onStop);
  });
}
