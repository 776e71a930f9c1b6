// The growth curve as SVG: time for one decision over the number of rules, both logarithmic.
import type { SuiteResult } from "../measure/contest.ts";
import { formatTime } from "../measure/text.ts";

const WIDTH = 720;
const HEIGHT = 400;
const LEFT = 80;
const RIGHT = 150;
const TOP = 40;
const BOTTOM = 50;
const COLOURS: readonly string[] = ["#0a7f5a", "#b0413e", "#35618f", "#8a6d1c", "#6b4a8a"];

interface Point {
  readonly rules: number;
  readonly nanoseconds: number;
}

interface Line {
  readonly name: string;
  readonly points: readonly Point[];
}

/** Contests named `N rules, 2 % without pivot` of the suite of growing rulesets. */
const SIZE = /^(\d+) rules, 2 %/;

export function drawChart(suites: readonly SuiteResult[]): string {
  const lines = linesOf(suites);
  const points = lines.flatMap((line) => line.points);
  if (points.length === 0) return frame('<text x="20" y="40">rulesets were not measured</text>');
  const xs = scale(
    points.map((point) => point.rules),
    LEFT,
    WIDTH - RIGHT,
  );
  const ys = scale(
    points.map((point) => point.nanoseconds),
    HEIGHT - BOTTOM,
    TOP,
  );
  const parts = [
    `<text x="${LEFT}" y="24" font-weight="600">Time for one decision by number of rules</text>`,
  ];
  for (const tick of xs.ticks) {
    parts.push(gridLine(xs.at(tick), TOP, xs.at(tick), HEIGHT - BOTTOM));
    parts.push(label(xs.at(tick), HEIGHT - BOTTOM + 20, tick.toLocaleString("en-GB"), "middle"));
  }
  for (const tick of ys.ticks) {
    parts.push(gridLine(LEFT, ys.at(tick), WIDTH - RIGHT, ys.at(tick)));
    parts.push(label(LEFT - 8, ys.at(tick) + 4, formatTime(tick).replace(/\.0+(?= )/, ""), "end"));
  }
  lines.forEach((line, number) => {
    const colour = COLOURS[number % COLOURS.length]!;
    const path = line.points.map(
      ({ rules, nanoseconds }) => `${round(xs.at(rules))},${round(ys.at(nanoseconds))}`,
    );
    parts.push(`<polyline points="${path.join(" ")}" fill="none" stroke="${colour}" stroke-width="2.5"/>`);
    for (const point of path) {
      const [x, y] = point.split(",");
      parts.push(`<circle cx="${x}" cy="${y}" r="3.5" fill="${colour}"/>`);
    }
    const last = line.points.at(-1)!;
    parts.push(
      `<text x="${round(xs.at(last.rules) + 10)}" y="${round(ys.at(last.nanoseconds) + 4)}" fill="${colour}">${line.name}</text>`,
    );
  });
  return frame(parts.join("\n"));
}

function linesOf(suites: readonly SuiteResult[]): readonly Line[] {
  const byName = new Map<string, Point[]>();
  for (const suite of suites) {
    for (const { name, measured } of suite.contests) {
      const size = SIZE.exec(name)?.[1];
      if (size === undefined) continue;
      for (const one of measured) {
        const points = byName.get(one.name) ?? [];
        points.push({ rules: Number(size), nanoseconds: one.nanoseconds });
        byName.set(one.name, points);
      }
    }
  }
  return [...byName].map(([name, points]) => ({
    name,
    points: points.sort((left, right) => left.rules - right.rules),
  }));
}

interface Scale {
  /** Powers of ten. */
  readonly ticks: readonly number[];
  at(value: number): number;
}

function scale(values: readonly number[], from: number, to: number): Scale {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))));
  return {
    ticks: Array.from({ length: last - first + 1 }, (_, at) => 10 ** (first + at)),
    at: (value) => from + ((Math.log10(value) - first) / (last - first)) * (to - from),
  };
}

function gridLine(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="#8884" stroke-width="1"/>`;
}

function label(x: number, y: number, text: string, anchor: "middle" | "end"): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="#777">${text}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function frame(content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="Time for one decision by number of rules">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
${content}
</svg>
`;
}
