import { Token } from "./tokens.ts";
import { WordTable } from "./word-table.ts";

function entries(kind: number, words: string): [string, number][] {
  return words
    .trim()
    .split(/\s+/)
    .map((word) => [word, kind]);
}

/** What a word is to the grammar. Words that are not here are names. */
export const WORD_KINDS = new WordTable([
  ...entries(Token.logic, "or and xor"),
  ...entries(Token.arithmetic, "div mod"),
  ...entries(
    Token.comparison,
    "like ilike rlike regexp glob similar sounds between in is isnull notnull match member",
  ),
  ...entries(Token.unary, "not binary distinct all any some prior exists interval unique"),
  ...entries(Token.constant, "null true false unknown"),
  ...entries(
    Token.clause,
    `from where group order having limit union into procedure offset fetch except intersect minus then else end
    as on join asc desc for using collate escape over within when waitfor exec execute rows lock`,
  ),
  ...entries(Token.select, "select"),
  ...entries(Token.case, "case"),
]);

/** Words which continue a condition or a statement after a closed string. */
export const CONTINUATIONS = WordTable.of(
  `or and xor having rlike regexp like ilike in limit procedure between order group union select where is div mod
  into sounds not exec execute waitfor if except intersect glob similar offset`
    .trim()
    .split(/\s+/),
);

/** Words after a closed string that belong to it, or ask whether it is there. */
export const SUFFIXES = WordTable.of(["isnull", "notnull", "collate", "at"]);

/** Statements which change data or the server, as they are after a semicolon, and the words that must follow. */
export const STATEMENTS: ReadonlyMap<string, readonly string[]> = new Map([
  ["drop", ["table", "database", "user", "view", "schema", "index", "procedure", "function", "trigger"]],
  ["truncate", ["table"]],
  ["insert", ["into", "overwrite"]],
  ["delete", ["from"]],
  ["alter", ["table", "user", "database", "role", "login"]],
  [
    "create",
    [
      "table",
      "user",
      "function",
      "or",
      "login",
      "extension",
      "procedure",
      "trigger",
      "view",
      "database",
      "temp",
    ],
  ],
  ["grant", ["all", "select", "dba", "execute", "create", "connect"]],
  ["attach", ["database"]],
  ["show", ["warnings", "tables", "databases", "variables", "grants", "columns", "processlist", "errors"]],
  ["load", ["data"]],
  ["backup", ["database", "log"]],
  ["restore", ["database", "filelistonly", "headeronly", "labelonly", "verifyonly", "rewindonly"]],
  ["handler", ["open"]],
  ["reconfigure", []],
  ["shutdown", []],
]);

/** Functions of databases. A call of another name is a name to the judge. */
export const FUNCTION_WORDS: readonly string[] =
  `abs acos aes_decrypt aes_encrypt ascii asin atan atan2 avg benchmark bin bin_to_num bit_and bit_length bit_or
  bitand cast ceil ceiling char char_length character_length charindex chr coalesce compress concat concat_ws connection_id
  conv convert cos cot count crc32 curdate current_date current_database current_schema current_setting current_timestamp
  current_user curtime database datalength date_add date_format date_sub datediff day db_name dbms_pipe decode degrees des_decrypt
  difference elt encode encrypt exp export_set extract extractvalue field find_in_set floor format found_rows from_base64
  from_days generate_series getdate get_lock getlock greatest group_concat gtid_subset gtid_subtract hex host_name iif if ifnull inet_aton
  inet_ntoa instr initcap is_srvrolemember is_member isdate isnull isnumeric json_array json_array_length json_contains json_depth
  json_each json_extract json_extract_path json_extract_path_text json_keys json_length json_object json_quote
  json_search json_type json_unquote json_valid json_value jsonb_path_exists last_insert_id lcase least left len length lengthb like
  listagg ln load_file localtime localtimestamp locate log log10 log2 lower lpad ltrim make_set master_pos_wait max md5 mid min mod
  month name_const nchar now ntile nullif nvl nvl2 object_id oct octet_length old_password open ord password patindex pg_read_file
  pg_sleep pi polygon position pow power quarter quote quotename radians raise_error rand random randomblob rawtohex regexp_instr
  regexp_like regexp_replace regexp_substr release_lock repeat replace replicate reverse right round row_count rownum rpad rtrim
  schema scope_identity sec_to_time session_user sha sha1 sha2 sign sin sleep soundex space sqlite_version sqrt std stddev str
  str_to_date strcmp strftime string_agg stuff subdate subtime substr substrb substring substring_index sum suser_name
  suser_sname sysdate sysdatetime system_user tan timestampdiff to_base64 to_char to_date to_hex to_number to_timestamp translate
  trim trunc typeof ucase uncompress unhex unicode unistr unix_timestamp updatexml upper user user_id user_name utc_date
  uuid uuid_short version weekday xmltype xor year zeroblob st_latfromgeohash st_longfromgeohash row_to_json xmlelement sys_context
  sys_eval sys_exec serverproperty has_dbaccess has_perms_by_name lo_import lo_export dblink query_to_xml database_to_xml
  isempty cosh sinh nextval currval setval array_agg array_length array_to_string ltree atn2 cbrt ascii_str bit_count
  adddate addtime truncate likelihood changes total_changes sqlite_source_id last_insert_rowid hextoraw numtodsinterval`
    .trim()
    .split(/\s+/);

export const FUNCTIONS = WordTable.of(FUNCTION_WORDS);

/** Keywords that nobody cuts in two with a comment but to hide them. */
export const SPLIT_WORDS = WordTable.of(
  `union select from where insert update delete concat group_concat having order sleep benchmark information_schema distinct
  substring substr ascii outfile table exec execute waitfor delay drop extractvalue updatexml load_file database version
  null limit procedure declare`
    .trim()
    .split(/\s+/),
);

/** Words of which one, right after the number of an executable comment, is a piece of a statement. */
export const VERSIONED_WORDS = WordTable.of(
  `union select from where and or xor all concat sleep order group having into outfile dumpfile limit distinct like rlike
  procedure database version user load_file extractvalue updatexml if benchmark div not null delete drop`
    .trim()
    .split(/\s+/),
);

/** Names, and beginnings of names, that stand for the tables in which a database describes itself. */
export const CATALOGUES: ReadonlySet<string> = new Set(
  `information_schema pg_catalog pg_shadow pg_user pg_tables pg_database pg_class pg_authid pg_roles pg_namespace pg_attribute pg_stat_activity pg_proc
  sqlite_master sqlite_schema sqlite_temp_master sysobjects syscolumns sysdatabases sysusers syslogins sysindexes all_tables all_users all_objects
  all_tab_columns user_tables user_objects user_tab_columns dba_users dba_tables dba_role_privs all_source msysobjects msysaccessobjects
  msysqueries rdb$relations rdb$fields rdb$types rdb$collations rdb$database v$version v$session v$database v$instance v$parameter user$
  sysibm syscat sysmaster systables iitables spt_values`
    .trim()
    .split(/\s+/),
);
