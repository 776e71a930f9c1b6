/**
 * Operators of MongoDB's queries. Left out are those that other formats use as keys too: `$type`, `$size`, `$text`, `$all`,
 * `$comment`.
 */
export const OPERATORS: ReadonlySet<string> = new Set([
  "$ne",
  "$eq",
  "$gt",
  "$gte",
  "$lt",
  "$lte",
  "$in",
  "$nin",
  "$regex",
  "$exists",
  "$or",
  "$and",
  "$nor",
  "$not",
  "$elemMatch",
  "$expr",
  "$mod",
  "$jsonSchema",
]);

/** Operators whose operand is a program. */
export const SCRIPT_OPERATORS: ReadonlySet<string> = new Set(["$where", "$function", "$accumulator"]);

/** Names in brackets: also the operators that only mean MongoDB there. In lower case. */
export const BRACKET_OPERATORS: ReadonlySet<string> = new Set([
  ...[...OPERATORS, ...SCRIPT_OPERATORS].map((operator) => operator.toLowerCase()),
  "$size",
  "$type",
  "$all",
  "$text",
  "$options",
]);

/** Comparisons that hold for values that the sender doesn't know. */
export const LOOSE_OPERATORS: ReadonlySet<string> = new Set([
  "$ne",
  "$gt",
  "$gte",
  "$lt",
  "$lte",
  "$regex",
  "$nin",
  "$in",
  "$exists",
  "$not",
]);

/** Names of secrets, in lower case and without `_` and `-`. */
export const SECRETS: ReadonlySet<string> = new Set([
  "password",
  "passwd",
  "pass",
  "pwd",
  "passwort",
  "userpassword",
  "currentpassword",
  "secret",
  "token",
  "accesstoken",
  "resettoken",
  "resetpasswordtoken",
  "passwordresettoken",
  "verificationtoken",
  "sessiontoken",
  "apikey",
  "pin",
  "otp",
  "totp",
  "mfacode",
  "passphrase",
]);

/** Names of what people are known by, in lower case. */
export const IDENTITIES: ReadonlySet<string> = new Set([
  "user",
  "username",
  "login",
  "email",
  "uname",
  "account",
]);
