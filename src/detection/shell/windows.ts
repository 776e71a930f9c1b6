import { WordScreen } from "../detector/word-screen.ts";
import { isBlank } from "./command.ts";
import { WINDOWS_ARGUMENTS } from "./windows-commands.ts";
import { readWord } from "./word.ts";

/** A command of PowerShell: a verb, a hyphen and a noun. */
const CMDLET =
  /^(?:get|set|new|invoke|start|stop|remove|add|out|test|import|copy|move|write|resolve)-[a-z]{4,24}$/;
const CMDLET_ARGUMENT = /^(?:$|-[a-z]|[a-z]:\\|https?:|\$\w|["'(]|\d{1,5}(?:$|[;|&)#\s]))/;

const NONE = new Map<string, string>();

/** Whether a command of Windows with its argument is at a place. Its end, or -1. */
export function windowsCommandAt(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && (isBlank(text.charCodeAt(at)) || text[at] === "@")) at++;
  const word = readWord(text, at, Math.min(end, at + 64), NONE);
  if (word.text === "" || word.text.length > 40) return -1;
  const spelt = word.text.toLowerCase();
  const slash = Math.max(spelt.lastIndexOf("\\"), spelt.lastIndexOf("/"));
  const name = spelt.slice(slash + 1).replace(/\.(?:exe|com)$/, "");
  const wanted = WINDOWS_ARGUMENTS.get(name) ?? (CMDLET.test(name) ? CMDLET_ARGUMENT : undefined);
  if (wanted === undefined) return -1;
  let next = word.end;
  if (next < end && !isBlank(text.charCodeAt(next)) && !closes(text, next) && text[next] !== "/") return -1;
  while (next < end && isBlank(text.charCodeAt(next))) next++;
  if (next >= end || closes(text, next)) return wanted.test("") ? next : -1;
  const rest = text.slice(next, next + 40).toLowerCase();
  const plain = rest.replace(/^["'^]+/, "");
  return (wanted.test(plain) && plain !== "") || wanted.test(rest) ? next + 1 : -1;
}

function closes(text: string, at: number): boolean {
  return /[;|&\n\r)'"`#<>]/.test(text.charAt(at));
}

const WHAT_CMD_RUNS =
  /^(?:\.exe)?["']?\s{0,4}\/[ckrv](?::on|:off)?\s{0,4}["'^(@]{0,3}(?:dir|whoami|ipconfig|type|net1?|ping|calc|notepad|powershell|start|echo|set|ver|curl|certutil|copy|del|md|mkdir|cd|systeminfo|tasklist|hostname|reg|wmic|nslookup|for|if|more|tree|rd|rmdir|move|ren|[a-z]:\\)(?![\w-])/;
const WHAT_POWERSHELL_RUNS =
  /^(?:\.exe)?["']?\s{1,4}(?:-\w{1,20}\s{1,4}(?!-)[\w.]{1,20}\s{1,4}|-\w{1,20}\s{1,4}){0,6}(?:-(?:e(?:nc|c|n|ncodedcommand)?|w(?:indowstyle)?|nop\w*|noni\w*|ep|ex\w*|c(?:ommand)?)\s|["'&{(]{0,3}(?:iex|iwr|invoke-\w+|start-process|new-object|get-(?:process|content|childitem|wmiobject|ciminstance)))/;
const SCRIPT_CALL =
  /^(?:iex|invoke-expression|&)?\s{0,4}[\s(&]{0,4}(?:new-object\s|iwr\s|irm\s|invoke-webrequest\s|invoke-restmethod\s|\[system\.|\[text\.encoding|\$\w)/;

/** Words at which an interpreter of Windows may be called, with what must follow. */
const CALLS: readonly (readonly [string, RegExp])[] = [
  ["cmd", WHAT_CMD_RUNS],
  ["%comspec%", /^/],
  ["powershell", WHAT_POWERSHELL_RUNS],
  ["pwsh", WHAT_POWERSHELL_RUNS],
  ["certutil", /^(?:\.exe)?\s{1,4}-(?:urlcache|decode|f\s)/],
  ["bitsadmin", /^(?:\.exe)?\s{1,4}\/transfer/],
  ["regsvr32", /^(?:\.exe)?\s{1,4}\/[sui]/],
  ["mshta", /^(?:\.exe)?\s{1,4}["']?(?:https?:|vbscript:|javascript:)/],
  ["iex", SCRIPT_CALL],
  ["invoke-expression", SCRIPT_CALL],
  ["net.webclient)", /^\s{0,4}\.download(?:string|file|data)\s{0,4}\(/],
];

const SCREEN = new WordScreen(CALLS, ([word]) => word);

/** Where a text calls an interpreter of Windows: start and end, or nothing. */
export function windowsCall(lower: string): readonly [number, number] | undefined {
  for (const [word, follows] of SCREEN.in(lower)) {
    for (let at = lower.indexOf(word), turn = 0; at >= 0 && turn < 64; turn++) {
      const behind = at + word.length;
      const inWord = /[\w.-]/.test(word.charAt(0)) && at > 0 && /[\w-]/.test(lower.charAt(at - 1));
      if (!inWord) {
        const found = follows.exec(lower.slice(behind, behind + 240));
        if (found !== null) return [at, Math.min(lower.length, behind + found[0].length)];
      }
      at = lower.indexOf(word, behind);
    }
  }
  return undefined;
}
