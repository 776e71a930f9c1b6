// Addresses, sets of networks and lists.
import ipaddr from "ipaddr.js";
import { Ip4Ranges, type SortedRanges } from "../../src/language/sets/ip-set.ts";
import { parseIp } from "../../src/language/values/ip.ts";
import { compileList } from "../../src/rules/lists/compile-list.ts";
import { processorTime } from "../measure/clock.ts";
import type { Contestant } from "../measure/contest.ts";
import { ownCalls } from "../measure/own-calls.ts";
import { fresh, seeded } from "../measure/random.ts";
import { type Recorder, ratioOf, type Suite } from "../measure/recorder.ts";
import { drawNetworks, ip4Text } from "./traffic.ts";

const INPUTS = 4096;

export const addressesAndLists: Suite = {
  name: "addresses",
  title: "Addresses and lists",
  async run(recorder) {
    await measureParsing(recorder);
    for (const size of [1, 10, 1_000, 100_000]) await measureNetworks(recorder, size);
    await measureList(recorder);
  },
};

async function asking<Input>(
  name: string,
  inputs: readonly Input[],
  ask: (input: Input) => boolean | number,
): Promise<Contestant> {
  const calls = await ownCalls();
  return {
    name,
    run: (count) => calls(ask, inputs, count),
    answers: () => inputs.map((input) => Number(ask(input))),
  };
}

async function measureParsing(recorder: Recorder): Promise<void> {
  const random = seeded(11);
  const word = () => Math.floor(random() * 65536).toString(16);
  const texts = {
    IPv4: Array.from({ length: INPUTS }, () => fresh(ip4Text(Math.floor(random() * 2 ** 32)))),
    IPv6: Array.from({ length: INPUTS }, () => fresh(`2001:db8:${word()}::${word()}:${word()}`)),
  };
  for (const [family, inputs] of Object.entries(texts)) {
    const result = await recorder.contest({
      name: `parse ${family}`,
      contestants: [
        await asking("wirewall", inputs, (text) => parseIp(text) !== undefined),
        await asking("ipaddr.js", inputs, (text) => ipaddr.parse(text).kind() !== undefined),
      ],
    });
    recorder.target(`parse ${family}, faster than ipaddr.js`, "at least", 8, ratioOf(result, "ipaddr.js"));
  }
}

async function measureNetworks(recorder: Recorder, size: number): Promise<void> {
  const name = `is in ${size} networks`;
  if (!recorder.wants(name)) return;
  const networks = drawNetworks(size, 3, 16);
  const pairs = networks.flatMap(([start, bits]) => [start, start + 2 ** (32 - bits) - 1]);
  const ranges = new Ip4Ranges(pairs);
  const merged = ranges.ranges();
  const random = seeded(17);
  const inputs = Array.from({ length: INPUTS }, (_, at) => {
    const [start, bits] = networks[Math.floor(random() * size)]!;
    return at % 2 === 0 ? start + Math.floor(random() * 2 ** (32 - bits)) : Math.floor(random() * 2 ** 32);
  });
  const contestants = [
    await asking("wirewall", inputs, (address) => ranges.has(address)),
    await asking("binary search", inputs, (address) => binarySearch(merged, address)),
  ];
  if (size <= 1_000) {
    const parsed = networks.map(([start, bits]) => [ipaddr.IPv4.parse(ip4Text(start)), bits] as const);
    const objects = inputs.map((address) => ipaddr.IPv4.parse(ip4Text(address)));
    contestants.push({
      ...(await asking("ipaddr.js, one by one", objects, (address) =>
        parsed.some(([network, bits]) => address.match(network, bits)),
      )),
      slow: true,
    });
  }
  const result = await recorder.contest({ name, contestants });
  if (size === 100_000) {
    recorder.target(
      "100,000 networks, faster than binary search",
      "at least",
      5,
      ratioOf(result, "binary search"),
    );
  }
  if (size === 1_000) {
    recorder.target(
      "1,000 networks, faster than ipaddr.js",
      "at least",
      200,
      ratioOf(result, "ipaddr.js, one by one"),
    );
  }
}

/** Over merged ranges, as a careful programmer would write it. */
function binarySearch({ starts, ends }: SortedRanges, address: number): boolean {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ends[middle]! < address) low = middle + 1;
    else high = middle;
  }
  return address >= starts[low]! && address <= ends[low]!;
}

async function measureList(recorder: Recorder): Promise<void> {
  const size = recorder.options.quick ? 100_000 : 1_000_000;
  const name = `list of ${size} addresses`;
  if (!recorder.wants(name)) return;
  const random = seeded(23);
  const addresses = Array.from({ length: size }, () => Math.floor(random() * 2 ** 32));
  const items = addresses.map((address) => ({ value: ip4Text(address) }));
  const begun = processorTime();
  const compiled = compileList({ name: "many", kind: "ip", items }, { now: () => 0 });
  if (!compiled.ok) throw new Error(compiled.errors[0]!.message);
  recorder.figure(`${name}, compiled`, (processorTime() - begun) / 1000, "s");
  const list = compiled.value;
  const set = new Set(addresses);
  const inputs = Array.from({ length: INPUTS }, (_, at) =>
    at % 2 === 0 ? addresses[Math.floor(random() * size)]! : Math.floor(random() * 2 ** 32),
  );
  await recorder.contest({
    name,
    contestants: [
      await asking("wirewall", inputs, (address) => list.has(address as never)),
      await asking("Set of numbers", inputs, (address) => set.has(address)),
    ],
  });
  const strings = addresses.map((address) => address.toString(36));
  const begunStrings = processorTime();
  const hosts = compileList(
    { name: "words", kind: "string", items: strings.map((value) => ({ value })) },
    { now: () => 0 },
  );
  if (!hosts.ok) throw new Error(hosts.errors[0]!.message);
  recorder.figure(`list of ${size} strings, compiled`, (processorTime() - begunStrings) / 1000, "s");
  await recorder.contest({
    name: `list of ${size} strings`,
    contestants: [
      await asking(
        "wirewall",
        inputs.map((address) => fresh(address.toString(36))),
        (text) => hosts.value.has(text as never),
      ),
    ],
  });
}
