import { type CaseTable, form } from "./support.ts";

/** The learned scorer: weights that are learned anew may say otherwise of one of these, not of all. */
export const scorerCases: CaseTable = {
  "wc-scorer-alone": {
    matches: [
      "char(98)+char(99)/**/from/**/syscolumns",
      "chr(97)||chr(98)||chr(99)||chr(100)/**/from/**/pg_user",
      "char(97)+char(98)+char(99)/**/from/**/sysobjects",
    ],
    passes: [
      "http://203.0.113.10:8080/status",
      "12 = 3 * 4 and 15 = 3 * 5",
      'what is "or 1=1"',
      "color=red&size=10&top=5",
      "apple(s), pear(s) and plums",
      form('<!DOCTYPE note [<!ENTITY writer "Anna">]><note>&writer;</note>'),
    ],
  },
  "wc-scorer-confirmed": {
    matches: [
      "pin/**/from/**/information_schema.tables",
      "pin from information_schema.columns limit 1",
      "'/**/or/**/",
    ],
    passes: [
      "what is information_schema",
      form("In SQL, SELECT reads and UNION joins:\n\nSELECT a FROM b\nUNION\nSELECT c FROM d"),
      form("php -r 'echo date(\"Y\");'"),
    ],
  },
};
