// What tests use of src/cli.
export { takeCurlCommand } from "../../../src/cli/curl-command.ts";
export { parseValue } from "../../../src/cli/parse-value.ts";
export { complete } from "../../../src/cli/repl/completion.ts";
export { enter, prepare } from "../../../src/cli/repl/dispatch.ts";
export { historyFile } from "../../../src/cli/repl/history.ts";
export { isIncomplete } from "../../../src/cli/repl/incomplete.ts";
export { Session } from "../../../src/cli/repl/session.ts";
export { runCli } from "../../../src/cli/run.ts";
export { openEventLog } from "../../../src/cli/serve/event-log.ts";
export { serveSettings } from "../../../src/cli/serve/settings.ts";
export { type RunningServe, startServe } from "../../../src/cli/serve/start.ts";
export { fingerprintOf, PathWatcher } from "../../../src/cli/serve/watch.ts";
export { isOpenCommand, shellWords } from "../../../src/cli/shell-words.ts";
export { showValue, valueToJson } from "../../../src/cli/show-value.ts";
export { Subject } from "../../../src/cli/subject.ts";
export { errorText, systemErrorText } from "../../../src/cli/system-error.ts";
export { outputFault, print, processTerminal, say, type Terminal } from "../../../src/cli/terminal.ts";
