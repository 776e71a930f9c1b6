import type { Place, Report } from "../detector/detector.ts";
import { destinationOf } from "./classify.ts";
import { REMOTE_FILE, REMOTE_SCRIPT } from "./host-kinds.ts";
import { SCRIPT_ENDINGS, SHELL_NAMES } from "./names.ts";
import type { Url } from "./url.ts";

/** A program that includes a remote file appends an ending, which a question mark, a fragment or a zero byte cuts off. */
const CUT = /^[?#\0]{0,8}$/;

/** A value that is the URL of a script. */
export function judgeRemoteFile(text: string, start: number, url: Url, place: Place, report: Report): void {
  if (!/^(?:https?|ftps?)$/.test(url.scheme) || url.slashes !== "//" || url.rest.length > 500) return;
  const cut = url.rest.search(/[?#\0]/);
  const path = (cut < 0 ? url.rest : url.rest.slice(0, cut)).toLowerCase();
  const tail = cut < 0 ? "" : url.rest.slice(cut);
  if (!CUT.test(tail) || /\s/.test(path)) return;
  const file = path.slice(path.lastIndexOf("/") + 1);
  const dot = file.lastIndexOf(".");
  const isScript = dot > 0 && SCRIPT_ENDINGS.has(file.slice(dot + 1));
  const end = text.length;
  const isText = file.endsWith(".txt");
  const isShell = isScript && SHELL_NAMES.has(file.slice(0, file.indexOf(".")));
  const isNumeric = isScript && destinationOf(url.host) !== undefined && /\d$/.test(url.host);
  if (isShell || isNumeric || tail.includes("\0") || (isText && tail !== ""))
    report(REMOTE_SCRIPT, start, end);
  if (place.part !== "body" && (isScript || tail.startsWith("?"))) report(REMOTE_FILE, start, end);
}
