import { seeded } from "../../../../bench/measure/random.ts";

/** Draws what a long body is filled with; the same for the same name. */
export interface Draw {
  below(end: number): number;
  fraction(digits: number): number;
  isSo(): boolean;
  one(items: readonly string[]): string;
  hex(digits: number): string;
  bytes(count: number): Buffer;
}

export function drawn(name: string): Draw {
  const random = seeded([...name].reduce((sum, unit) => (sum * 31 + unit.charCodeAt(0)) >>> 0, 7));
  const below = (end: number) => Math.floor(random() * end);
  return {
    below,
    fraction: (digits) => Number(random().toFixed(digits)),
    isSo: () => random() < 0.5,
    one: (items) => items[below(items.length)] ?? "",
    hex: (digits) => Array.from({ length: digits }, () => below(16).toString(16)).join(""),
    bytes: (count) => Buffer.from(Uint8Array.from({ length: count }, () => below(256))),
  };
}

export const PEOPLE: readonly string[] = [
  "Anna O'Neill",
  "Tom D'Or",
  "Siobhán Ní Bhriain",
  "Null, Christopher",
  "王小明",
  "Иван Ёлкин",
  "Renée l'Héritier",
  'Dwayne "Rock" Drop',
  "Max Having",
  "Müller & Söhne",
];
export const PLACES: readonly string[] = [
  "King's Cross",
  "Xi'an",
  "Union Square",
  "Val-d'Isère",
  "Table View",
  "Köln (Süd)",
  "St. John's",
  "Select Road",
  "São Tomé",
  "Coeur d'Alene",
];
export const WORDS: readonly string[] = [
  "order",
  "select",
  "union",
  "table",
  "drop",
  "script",
  "alert",
  "style",
  "class",
  "exec",
  "system",
  "shell",
  "cat",
  "name",
  "group",
  "having",
  "where",
  "from",
  "data",
  "value",
];
export const SENTENCES: readonly string[] = [
  "Don't drop the parcel; it's fragile!",
  "The union will select the committee from its members on Friday.",
  "Is it 5 or 6? I'd say 5 > 4 and 6 < 7.",
  "Please leave it with the neighbours (2nd floor) or at the shop.",
  "Run `npm test` first, then tell me what you see",
  "Größe L passt nicht -- bitte umtauschen & Geld zurück.",
  "C'est l'été ; n'est-ce pas ?",
  "Delivered between 10:00 and 12:30; signed by 'Tom'.",
  "100% cotton, 30° wash, don't bleach",
  "注文を取り消してください。",
  "Update: they've replaced it; 4/5 stars now.",
  'She wrote: "insert coin" || "game over"',
];
