import { utf8Decode } from "../../language/values/bytes.ts";

/** Long enough to be telling wherever they are in a name: `userPassword`, `x-api-key`, `PHPSESSID`. */
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
  "motpasse",
  "contrasenia",
  "heslo",
  "jelszo",
  "adgangskode",
  "passord",
  "lozinka",
  "zaporka",
  "geslo",
  "gesla",
  "contrasenya",
  "geheim",
  "segredo",
  "schlussel",
  "秘密",
  "密钥",
  "密鑰",
  "sifre",
  "matkhau",
  "katasandi",
  "slaptazodis",
  "parool",
  "paswoord",
  "пароль",
  "парола",
  "лозинка",
  "секрет",
  "токен",
  "пинкод",
  "密码",
  "密碼",
  "口令",
  "パスワード",
  "暗証番号",
  "비밀번호",
  "암호",
  "κωδικος",
  "סיסמה",
  "סיסמא",
  "كلمةالمرور",
  "كلمةالسر",
  "रहसयशबद",
  "पासवरड",
  "รหสผาน",
  // What proves who somebody is, or pays.
  "socialsecurity",
  "routingnumber",
  "seedphrase",
  "mnemonic",
  "recoverycode",
  "backupcode",
  "magiclink",
  "resetlink",
  "codeverifier",
  "samlresponse",
  "samlassertion",
];

/** As names are folded, worked out at the first question. */
let tellingParts: RegExp | undefined;

/** Telling only as a word of their own: `key` is, `keyword` and `monkey` are not. */
const TELLING_WORDS = new Set([
  "auth",
  "card",
  "chiave",
  "clave",
  "cle",
  "cookie",
  "creds",
  "crumb",
  "csc",
  "cvc",
  "cvc2",
  "cvn",
  "cvv",
  "cvv2",
  "iban",
  "jwt",
  "key",
  "llave",
  "mfa",
  "otp",
  "pan",
  "pass",
  "passe",
  "pin",
  "psw",
  "psk",
  "pswd",
  "puk",
  "pw",
  "pwd",
  "reset",
  "sess",
  "session",
  "sid",
  "sig",
  "ssn",
  "tan",
  "tfa",
  "totp",
  "ключ",
]);

/** Telling only as whole names: those of OAuth answers, and of second factors. */
const TELLING_NAMES = new Set(["code", "state", "2fa"]);

/** Beyond it a name is evaluated by its beginning. */
const MAX_NAME = 256;

/** Whether what goes by this name (of a header, argument, cookie, form field or JSON member) is likely a secret. */
export function isSecretName(name: string): boolean {
  if (name.length < 2) return false;
  const words = wordsOf(name.length > MAX_NAME ? name.slice(0, MAX_NAME) : name);
  if (words.some((word) => TELLING_WORDS.has(word))) return true;
  const joined = words.join("");
  if (TELLING_NAMES.has(joined)) return true;
  // Letters and digits only: nothing in them means something else in a pattern.
  tellingParts ??= new RegExp(TELLING_PARTS.map(foldName).join("|"));
  return tellingParts.test(joined);
}

/** Lower-case letters and digits only: `X-Api-Key`, `x_api_key` and `xApiKey` are one name, and so are `Hasło` and `haslo`. */
export function foldName(name: string): string {
  return wordsOf(name).join("");
}

/** Splits at marks and where a capital follows a small letter or a digit. @param name bytes or text */
function wordsOf(name: string): string[] {
  const text = ASCII.test(name) ? name : plainLetters(name);
  const words: string[] = [];
  let word = "";
  let small = false;
  for (const letter of text) {
    const code = letter.charCodeAt(0);
    const capital = code >= 65 && code <= 90;
    const plain = (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code >= 128;
    if ((capital && small) || (!capital && !plain)) {
      if (word !== "") words.push(word);
      word = "";
    }
    if (capital) word += String.fromCharCode(code + 32);
    else if (plain) word += letter;
    small = plain;
  }
  if (word !== "") words.push(word);
  return words;
}

const ASCII = /^[\x00-\x7f]*$/;
/** Letters that Unicode does not take apart into a plain one and a mark. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = { ł: "l", ø: "o", đ: "d", ı: "i", ß: "ss" };

/** Text in small letters without marks; other signs between letters stay what they are. */
function plainLetters(name: string): string {
  const text = utf8Decode(name) ?? name;
  return text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^\x00-\x7f]/gu, (letter) => {
      const lower = letter.toLowerCase();
      return PLAIN_LETTERS[lower] ?? (/\p{L}|\p{N}/u.test(lower) ? lower : " ");
    })
    .normalize("NFC");
}
