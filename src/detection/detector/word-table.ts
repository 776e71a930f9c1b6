/** Characters that are told apart no further. */
const ALIKE = ["0123456789", " \t\v\f\0", "\"'`"];

/** Bits of a byte's key; the keys of three bytes in a row are an index. */
const KEY_BITS = 6;
const KEYS = 1 << KEY_BITS;
const SIZE = 1 << (3 * KEY_BITS);
const FOUR = (1 << (4 * KEY_BITS)) - 1;
const MAX_ENTRIES = 0xffff;

/** Letters and signs that ordinary texts are made of. */
const COMMON = " etaoinsrlhdcumpfgybw0.-/=";
const IN_COMMON = 16;
const IN_RARE = 4;

/** What requests are full of: three characters of it in a row tell little. */
const ORDINARY =
  "https://www. .com/ example.org accept-encoding accept-language content-type text/html application/xhtml+xml */*;q=0.9 text/plain image/png json gzip, deflate user-agent mozilla/5.0 (windows nt 10.0; win64; x64) (macintosh; intel mac os x 10_15_7) (x11; linux x86_64) applewebkit/537.36 (khtml, like gecko) chrome/120.0.0.0 mobile safari/604.1 (iphone; cpu iphone os) android firefox compatible; googlebot edge version id= name= value page=1&per_page= search sort order desc limit offset token session user users account product products category categories item items price title description comment message email address phone date time status state country city street first last code api/v2/ repos github issue commits events orgs teams projects members public private config settings theme light dark lang en-us en-gb utf-8 true false null undefined 2024-01-01t00:00:00.000z the and that with from this have not you are for was but all can had her one our out day get has him his how new now old see two way who its said each which their will other about many then them these some would make like into has more write number could people than been call find long down did come made may part over sound take only little work know place year live back give most very after thing just good man our think say great where help through much before line right too mean any same tell boy follow came want show also around form three small set put end does another well large must big even such because turn here why ask went men read need land different home us move try kind hand picture again change off play spell air away animal house point mother world near build self earth father confirm replace report reports response request connection prevent complete compile component cookies hello help section select update delete create insert options process result";
/** So much dearer are they. */
const ORDINARY_PRICE = 100;
/** Of what begins a word the byte before says nothing. */
const AT_START_PRICE = 16;

/** What a word is made of, in a row of numbers. */
export const WORD_SIZE = 4;
export const START = 0;
export const LENGTH = 1;
export const LIST = 2;
export const AHEAD = 3;

/**
 * Words of several lists, each by the three characters in a row that are the rarest in it (by the two of a shorter one). Letter
 * case, digits, blanks and quotes are not told apart, so that a word may be found that is not there; none is missed.
 * Making it takes time for each letter of the words, and no more. It is made of few arrays: it is read for each byte of a request.
 */
export class WordTable {
  /** Class of each byte; bytes in no word share class 0. */
  readonly classes = new Uint8Array(256);
  /** Key of each byte: its class, in few bits. */
  readonly keys = new Uint8Array(256);
  /** By the keys of three bytes the first entry of the words that they tell; 0: none. */
  readonly buckets = new Uint16Array(SIZE);
  /** By entry the next one of its bucket; 0: none. */
  readonly next: Uint16Array;
  /** By entry its word. */
  readonly wordOf: Uint16Array;
  /** Two halves by entry: bits of the keys that may stand before the three bytes, for it and those behind it in its bucket. */
  readonly before: Int32Array;
  /**
   * {@link WORD_SIZE} numbers for each word: where its letters begin, how many they are, its list, and how many there are to
   * the end of the three by which it is looked for.
   */
  readonly words: Int32Array;
  /** Classes of the letters of all words. */
  readonly letters: Uint8Array;
  readonly #sizes: Uint16Array;
  readonly #prices: Uint8Array;
  readonly #ordinary = new Uint8Array(SIZE);
  #entries = 0;

  constructor(lists: readonly (readonly string[])[]) {
    const all = lists.map((words) => [...new Set(words)]);
    const words = all.flat();
    const pairs = words.filter((word) => word.length === 2).length;
    if (words.some((word) => word.length < 2))
      throw new RangeError("the prefilter takes words of two characters at least");
    const entries = 1 + words.length + pairs * (KEYS - 1);
    if (entries > MAX_ENTRIES) throw new RangeError("too many words for the prefilter");
    const joined = words.join("");
    this.next = new Uint16Array(entries);
    this.wordOf = new Uint16Array(entries);
    this.before = new Int32Array(2 * entries);
    this.#sizes = new Uint16Array(entries);
    this.words = new Int32Array(WORD_SIZE * words.length);
    this.#classify(joined);
    this.letters = new Uint8Array(joined.length);
    this.#prices = pricesOf(this.keys);
    this.#markOrdinary();
    this.#fill(joined, all);
  }

  /** Gives the bytes of words their classes. */
  #classify(letters: string): void {
    let classes = 1;
    for (const letter of new Set(letters)) {
      if (this.classes[letter.charCodeAt(0)] !== 0) continue;
      for (const code of alikeOf(letter)) {
        this.classes[code] = classes;
        this.keys[code] = classes < KEYS ? classes : KEYS / 2 + (classes % (KEYS / 2));
      }
      classes++;
    }
  }

  #markOrdinary(): void {
    let three = 0;
    for (let at = 0; at < ORDINARY.length; at++) {
      three = ((three << KEY_BITS) | (this.keys[ORDINARY.charCodeAt(at)] ?? 0)) % SIZE;
      if (at >= 2) this.#ordinary[three] = 1;
    }
  }

  /** One loop over all letters: it is the engine's first look at this code, and calls would cost more than what they do. */
  #fill(joined: string, lists: readonly (readonly string[])[]): void {
    const [keys, prices, ordinary] = [this.keys, this.#prices, this.#ordinary];
    let number = 0;
    let start = 0;
    for (const [list, words] of lists.entries())
      for (const { length } of words) {
        let four = 0;
        let best = 0;
        let ahead = length === 2 ? 2 : 0;
        let least = Number.POSITIVE_INFINITY;
        let [first, second] = [1, 1];
        for (let at = 0; at < length; at++) {
          const code = joined.charCodeAt(start + at);
          const key = keys[code] ?? 0;
          this.letters[start + at] = this.classes[code] ?? 0;
          const own = prices[key] ?? 1;
          four = ((four << KEY_BITS) | key) & FOUR;
          if (at >= 2) {
            const three = four & (SIZE - 1);
            const rarity = first * second * own * (at === 2 ? AT_START_PRICE : 1);
            const shared = 8 + (this.#sizes[this.buckets[three] ?? 0] ?? 0);
            const price = rarity * shared * (ordinary[three] === 1 ? ORDINARY_PRICE : 1);
            if (price < least) [least, best, ahead] = [price, four, at + 1];
          }
          [first, second] = [second, own];
        }
        this.words.set([start, length, list, ahead], WORD_SIZE * number);
        if (length > 2) this.#put(best & (SIZE - 1), number, ahead === 3 ? -1 : best >> (3 * KEY_BITS));
        else for (let key = 0; key < KEYS; key++) this.#put((key << (2 * KEY_BITS)) | four, number, -1);
        number++;
        start += length;
      }
  }

  /** @param key that of the byte before; -1: any */
  #put(three: number, word: number, key: number): void {
    const entry = ++this.#entries;
    const first = this.buckets[three] ?? 0;
    this.buckets[three] = entry;
    this.next[entry] = first;
    this.wordOf[entry] = word;
    this.#sizes[entry] = (this.#sizes[first] ?? 0) + 1;
    const [low, high] = key === -1 ? [-1, -1] : key < 32 ? [1 << key, 0] : [0, 1 << (key & 31)];
    this.before[2 * entry] = (this.before[2 * first] ?? 0) | low;
    this.before[2 * entry + 1] = (this.before[2 * first + 1] ?? 0) | high;
  }
}

/** By key what a byte of it costs: the commoner, the more. */
function pricesOf(keys: Uint8Array): Uint8Array {
  const prices = new Uint8Array(KEYS).fill(IN_RARE);
  for (let at = 0; at < COMMON.length; at++) prices[keys[COMMON.charCodeAt(at)] ?? 0] = IN_COMMON;
  return prices;
}

/** Codes that are of one class with the character. */
function alikeOf(character: string): readonly number[] {
  const alike = ALIKE.find((characters) => characters.includes(character)) ?? character;
  const both = /[a-z]/i.test(character) ? character.toLowerCase() + character.toUpperCase() : alike;
  return [...both].map((one) => one.charCodeAt(0));
}
