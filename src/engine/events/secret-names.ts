/** Long enough to be telling wherever they stand in a name: `userPassword`, `x-api-key`, `PHPSESSID`. */
const TELLING_PARTS = [
  "password",
  "passwd",
  "passphrase",
  "passcode",
  "secret",
  "token",
  "apikey",
  "accesskey",
  "privatekey",
  "authkey",
  "sessionid",
  "sessid",
  "credential",
  "authorization",
  "authenticat",
  "bearer",
  "signature",
  "cardnumber",
  "creditcard",
  "securitycode",
  "onetimecode",
  "xsrf",
  "csrf",
  // Password in other languages.
  "passwort",
  "kennwort",
  "wachtwoord",
  "motdepasse",
  "mdp",
  "contrasena",
  "contrasea",
  "senha",
  "parola",
  "salasana",
  "losenord",
  "lsenord",
  "haslo",
];

/** Telling only as a word of their own: `key` is, `keyword` and `monkey` are not. */
const TELLING_WORDS = new Set([
  "auth",
  "card",
  "cookie",
  "csc",
  "cvc",
  "cvv",
  "iban",
  "jwt",
  "key",
  "mfa",
  "otp",
  "pan",
  "pass",
  "pin",
  "psw",
  "pw",
  "pwd",
  "reset",
  "sess",
  "session",
  "sid",
  "sig",
  "ssn",
  "tfa",
  "totp",
]);

/** Telling only as whole names: those of OAuth answers, and of second factors. */
const TELLING_NAMES = new Set(["code", "state", "2fa"]);

/** Beyond it a name is judged by its beginning. */
const MAX_NAME = 256;

/** Whether what goes by this name (of a header, argument, cookie, form field or JSON member) is likely a secret. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name.length > MAX_NAME ? name.slice(0, MAX_NAME) : name);
  if (words.some((word) => TELLING_WORDS.has(word))) return true;
  const joined = words.join("");
  if (TELLING_NAMES.has(joined)) return true;
  return TELLING_PARTS.some((part) => joined.includes(part));
}

/** Lower-case letters and digits only: `X-Api-Key`, `x_api_key` and `xApiKey` are one name. */
export function foldName(name: string): string {
  return wordsOf(name).join("");
}

/** Splits at marks and where a capital follows a small letter or a digit. */
function wordsOf(name: string): string[] {
  const words: string[] = [];
  let word = "";
  let small = false;
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    const capital = code >= 65 && code <= 90;
    const plain = (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
    if ((capital && small) || (!capital && !plain)) {
      if (word !== "") words.push(word);
      word = "";
    }
    if (capital) word += String.fromCharCode(code + 32);
    else if (plain) word += name[at];
    small = plain;
  }
  if (word !== "") words.push(word);
  return words;
}
