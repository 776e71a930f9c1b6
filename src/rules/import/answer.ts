import type { Located, Path } from "../../documents/text/located.ts";
import { isMembers, type Members } from "../../documents/text/members.ts";
import { withArticle } from "../../language/diagnostics/article.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { ITEM_MEMBERS } from "../ruleset/rule-shape.ts";
import { foreignOf } from "./foreign.ts";
import { isList, isRuleset } from "./forms.ts";
import type { Found } from "./parts.ts";

/** Whether a value is an answer of Cloudflare's API: its envelope, with any content. */
export function isAnswer(value: unknown): value is Members {
  if (!isMembers(value) || Object.hasOwn(value, "rules")) return false;
  return Object.hasOwn(value, "result") || (value["success"] === false && Array.isArray(value["errors"]));
}

/** Finds the parts of an answer: a ruleset, a list, several of them, the items of a list, or a listing of rulesets. */
export function readAnswer(value: Members, path: Path, located: Located, found: Found): void {
  const { result, success, errors } = value;
  const at = [...path, "result"];
  if (success === false || result === null || result === undefined) {
    const said = failureOf(errors);
    const message = "this API answer reports a failure and contains no ruleset";
    const hint = "fetch it again, and save the answer once `success` is true";
    found.fault({
      code: "E_DOC_TYPE",
      path: result === undefined ? path : at,
      message: said === undefined ? message : `${message}: ${said}`,
      hint,
    });
  } else if (!Array.isArray(result)) readResult(result, at, found);
  else if (result.every(isListItem)) addItems(result, at, located, found, hasNextPage(value));
  else {
    for (const [index, item] of result.entries()) {
      const place = [...at, index];
      if (isRuleset(item) && isMembers(item) && !Object.hasOwn(item, "rules")) found.listed(place, item);
      else readResult(item, place, found);
    }
  }
}

/** Items alone, whose list is named by their file. */
export function addItems(
  items: readonly unknown[],
  path: Path,
  located: Located,
  found: Found,
  hasMore = false,
): void {
  const { name, page } = pageOf(located);
  found.add({ kind: "list", path, value: items, name, page, itemsOnly: items, imported: true, hasMore });
}

/** The first error of an answer, as the API words it. */
function failureOf(errors: unknown): string | undefined {
  const [first]: readonly unknown[] = Array.isArray(errors) ? errors : [];
  if (!isMembers(first)) return undefined;
  const words = [first["code"], first["message"]].filter((word) => word !== undefined);
  return words.length === 0 ? undefined : excerpt(words.map(String).join(" "), 200);
}

function readResult(value: unknown, path: Path, found: Found): void {
  if (isRuleset(value)) found.add({ kind: "ruleset", path, value, imported: true });
  else if (isList(value)) found.add({ kind: "list", path, value, imported: true });
  else if (isListItem(value)) {
    const message = "this is one item of a list, which is not read: it does not say of which list";
    const hint =
      "fetch all items with `GET …/rules/lists/{list_id}/items`, and save the answer as `NAME.items.json`";
    found.fault({ code: "E_IMPORT", path, message, hint });
  } else refuseForeign(value, path, found);
}

/** Reports a value that is neither a ruleset nor a list, by name if it is known. */
export function refuseForeign(value: unknown, path: Path, found: Found): void {
  const foreign = foreignOf(value);
  if (foreign !== undefined) {
    const message = `this is ${withArticle(foreign.name)}, which is not supported`;
    found.fault({ code: "E_IMPORT", path, message, hint: foreign.hint });
    return;
  }
  const members = isMembers(value) ? Object.keys(value).slice(0, 5) : [];
  const names = members.map((name) => `\`${excerpt(name, 30)}\``).join(", ");
  const message = "this is neither a ruleset nor a list";
  const hint = "a ruleset has `rules` and a `phase`, a list has `items` and a `kind`";
  found.fault({
    code: "E_DOC_TYPE",
    path,
    message: names === "" ? message : `${message}: it has ${names}`,
    hint,
  });
}

/** Whether a value is an item of a list, as the API writes it. */
export function isListItem(value: unknown): boolean {
  return (
    isMembers(value) &&
    ITEM_MEMBERS.some((member) => Object.hasOwn(value, member)) &&
    !["kind", "phase", "rules", "items"].some((member) => Object.hasOwn(value, member))
  );
}

/** Whether the API has a further page after this answer. */
function hasNextPage({ result_info: info }: Members): boolean {
  const cursors = isMembers(info) ? info["cursors"] : undefined;
  const after = isMembers(cursors) ? cursors["after"] : undefined;
  return typeof after === "string" && after !== "";
}

/**
 * Suffix of a page's name, after the name of its list: `.items`, `.items-2`, `.items.page-2`, `-page2`,
 * `.page-2.items`.
 */
const PAGE = /(?:\.items(?:[-_.](?:page[-_.]?)?(\d{1,6}))?|[-_.]page[-_.]?(\d{1,6})(?:\.items)?)$/;

/** `lists/office.items.json` holds items of `office`, and `lists/office.items-1.json` those that follow. */
function pageOf({ source }: Located): { readonly name: string; readonly page: number } {
  const file = source.name.slice(source.name.lastIndexOf("/") + 1).replace(/\.\w+$/, "");
  const [mark = "", first, second] = PAGE.exec(file) ?? [];
  return { name: file.slice(0, file.length - mark.length), page: Number(first ?? second ?? 0) };
}
