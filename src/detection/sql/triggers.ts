import type { Trigger } from "../detector/detector.ts";
import { holdsBareSign, holdsQuote } from "./prose.ts";
import { CATALOGUES } from "./words.ts";

const DIGITS = [..."0123456789"];
const QUOTES = ["'", '"', "`"];
/** White space, and what stands for it. */
const GAPS = [" ", "\t", "\n", "\r", "\v", "\f", "\0", "/*"];
const LOGIC = ["or", "and", "xor"];

function each(...parts: readonly (readonly string[])[]): string[] {
  return parts.reduce<string[]>(
    (words, part) => words.flatMap((word) => part.map((next) => word + next)),
    [""],
  );
}

function list(words: string): string[] {
  return words.trim().split(/\s+/);
}

/** Words that are in few texts but those which a judge must see. */
const RARE = [
  ...list(`union select waitfor benchmark pg_sleep pg_read_file pg_ls_dir dbms_ utl_ xp_ sp_ extractvalue updatexml gtid_sub name_const
    load_file outfile dumpfile openrowset opendatasource lo_import lo_export lo_from_bytea lo_put pg_read_binary_file
    pg_stat_file bfilename fn_xe_file fn_trace_gettable fn_get_audit_file dm_os_file dblink load_extension sys_eval sys_exec httpuritype ctxsys randomblob
    zeroblob mysql.user .e( .e.`),
  ...CATALOGUES,
  ...each(DIGITS, ["e(", "e."]),
  ...each(["order", "group"], GAPS, ["by"]),
  ...each(["exec", "execute"], ["("]),
  ...each(
    [
      "insert",
      "update",
      "delete",
      "procedure",
      "copy",
      "restore",
      "backup",
      "create",
      "exec",
      "execute",
      "load",
    ],
    GAPS,
  ),
  ...each(LOGIC, GAPS, ["true", "false", "null"]),
  ...each(["/*!"], [...DIGITS, ..."abcdefghijklmnopqrstuvwxyz", " "]),
  ...each(["*/"], [..."abcdefghijklmnopqrstuvwxyz"]),
  // A comment after what a value ends with.
  ...each([...DIGITS, ...QUOTES, ")", ";"], ["", " ", "  "], ["--", "#"]),
];

/** What follows a quote that ends a string. */
const BEHIND_QUOTE = [
  ...each(QUOTES, [
    "=",
    "<",
    ">",
    "!",
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    "|",
    "&",
    "#",
    ")",
    "\t",
    "\v",
    "\f",
    "\0",
  ]),
  ...each(QUOTES, [" "], ["=", "<", ">", "!", "+", "-", "*", "/", "%", "^", "|", "&", "#", ")", ";"]),
  ...each(QUOTES, ["::", " ::", ")::", " at time "]),
  ...each(QUOTES, [";", " ;"], [" ", "-", "#", "/", "\0"]),
  ...each(["';", "';;"]),
  ...each(QUOTES, [",", ", "], ["n", "(", "@", ...DIGITS]),
  ...each([...QUOTES, ")", "/", "\t", "\n", "\v", "\f", "\0"], LOGIC),
  ...each([" "], LOGIC, [...GAPS, ...QUOTES, "(", "-", "+", "!", "~", "@", "."]),
  ...each(
    [" ", "'", '"', "/", ")", "\t", "\n"],
    list(
      "like rlike ilike regexp having limit between sounds where exec into div mod glob isnull notnull collate",
    ),
  ),
  ...each([" ", "'", ")", "/"], ["in", "is", "not", "if"], [" ", "(", "/"]),
];

export const SQL_TRIGGERS: readonly Trigger[] = [
  { words: RARE },
  { characters: "'\"`", words: BEHIND_QUOTE, test: holdsQuote },
  // Conditions that close no string.
  {
    characters: "=<>(",
    words: [
      ...each([" ", ")", "/", "\t", "\n", "\r", "\v", "\f", "\0"], LOGIC, [...GAPS, "("]),
      ...each(LOGIC, GAPS, ["'", '"', "(", "-", "!", "@", "not", ...DIGITS]),
      ...each(DIGITS, LOGIC),
      ...each(["&&", "||"], ["", " "], ["'", '"', "(", "-", "@", ...DIGITS]),
      ...each(["having", "where"], GAPS),
    ],
    test: holdsBareSign,
  },
  { characters: "0123456789(", words: each(["like", "rlike", "regexp"], GAPS, ["0x", "binary"]) },
  { characters: "(", words: each(["like", "rlike", "regexp"], GAPS, ["("]), test: holdsBareSign },
  {
    characters: "(",
    words: [
      ...each(
        list(
          "sleep benchmark char chr nchar concat exp floor cast convert json_keys polygon multipoint linestring ascii",
        ),
        ["(", " ", "/", "\t", "\n"],
      ),
      ...list(
        "make_set( substr( substring( mid( ord( elt( binary geometrycollection st_latfromgeohash st_pointfromgeohash multipolygon",
      ),
      ...each(["case"], GAPS, ["when"]),
    ],
  },
  // Second statements.
  {
    characters: ";",
    words: [
      ...list("drop truncate alter declare shutdown prepare grant attach reconfigure handler"),
      ...each(["show", "call", "set"], GAPS),
      ...each(["do"], GAPS, ["$", "language"]),
    ],
  },
  // A keyword cut by invisible characters still shows its longer part.
  { characters: "'\"`", words: ["lect ", "lect\n"] },
];
