import { EXIT, type Invocation, UsageError } from "../command.ts";
import { serveSettings } from "../serve/settings.ts";
import { type RunningServe, startServe } from "../serve/start.ts";
import { errorText } from "../system-error.ts";
import { say, type Terminal } from "../terminal.ts";

export async function serve({ options, positionals, terminal }: Invocation): Promise<number> {
  if (positionals.length > 0) throw new UsageError(`\`${positionals[0]}\`: serve takes options only`);
  const signals = new Signals(terminal);
  try {
    const started = await startServe(serveSettings(options, terminal.env), terminal);
    if ("refused" in started) {
      say(terminal, started.refused);
      say(terminal, "\nnothing is served");
      return EXIT.usage;
    }
    await signals.untilStopped(started);
    return EXIT.ok;
  } finally {
    signals.off();
  }
}

/** Without a listener, Node opens a debugger's port on SIGUSR1, by which everything in the process can be read. */
const ignoreSignal = (): void => undefined;

/**
 * The signals of the process, from before it starts: until then, SIGHUP would end it, and SIGTERM would leave its socket behind.
 * The first stop waits for running requests, the second one does not.
 */
class Signals {
  readonly #terminal: Terminal;
  #running: RunningServe | undefined;
  #isHungUp = false;
  #stopping: NodeJS.Signals | undefined;
  #stopped: () => void = ignoreSignal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#running = undefined;
    process.on("SIGUSR1", ignoreSignal).on("SIGHUP", this.#onHangup);
    process.on("SIGINT", this.#onStop).on("SIGTERM", this.#onStop);
  }

  off(): void {
    process.off("SIGUSR1", ignoreSignal).off("SIGHUP", this.#onHangup);
    process.off("SIGINT", this.#onStop).off("SIGTERM", this.#onStop);
  }

  /** Acts on what came while it started. */
  untilStopped(running: RunningServe): Promise<void> {
    return new Promise((resolve) => {
      this.#running = running;
      this.#stopped = resolve;
      if (this.#stopping !== undefined) this.#stop(running, this.#stopping);
      else if (this.#isHungUp) this.#onHangup();
    });
  }

  readonly #onHangup = (): void => {
    this.#isHungUp = true;
    this.#running?.reopenLog();
    this.#running?.reload("^HUP");
  };

  readonly #onStop = (signal: NodeJS.Signals): void => {
    if (this.#stopping !== undefined) process.exit(EXIT.ok);
    this.#stopping = signal;
    if (this.#running !== undefined) this.#stop(this.#running, signal);
  };

  #stop(running: RunningServe, signal: NodeJS.Signals): void {
    say(this.#terminal, `stop    ${signal}: waiting for running requests`);
    running.close().then(
      () => this.#stopped(),
      (error: unknown) => {
        say(this.#terminal, `error   ${errorText(error)}`);
        this.#stopped();
      },
    );
  }
}
