import { type ContestResult, type Figure, isMet, type Target } from "./contest.ts";

export function formatTime(nanoseconds: number): string {
  if (nanoseconds >= 1e9) return `${digits(nanoseconds / 1e9)} s`;
  if (nanoseconds >= 1e6) return `${digits(nanoseconds / 1e6)} ms`;
  if (nanoseconds >= 1e3) return `${digits(nanoseconds / 1e3)} µs`;
  return `${digits(nanoseconds)} ns`;
}

/** Three digits that count. */
export function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString("en-GB");
  return value.toFixed(size >= 10 ? 1 : 2);
}

export function formatSpread(spread: number): string {
  return `±${Math.round(spread * 100)} %`;
}

export function formatContest(result: ContestResult): readonly string[] {
  const width = Math.max(...result.measured.map((one) => one.name.length));
  const lines = result.measured.map((one, at) => {
    const time = `${formatTime(one.nanoseconds).padStart(9)} ${formatSpread(one.spread).padStart(6)}`;
    const ratio = at === 0 ? "" : `  ${digits(one.ratio)} × ${formatSpread(one.ratioSpread)}`;
    return `  ${one.name.padEnd(width)}  ${time}${ratio}`;
  });
  return [result.name, ...lines];
}

export function formatFigure({ name, value, unit }: Figure): string {
  return `${name}: ${digits(value)} ${unit}`;
}

export function formatTarget(target: Target): string {
  const verdict = isMet(target) ? "met   " : "missed";
  const { what, bound, limit, measured, unit } = target;
  return `${verdict}  ${what}: ${digits(measured)} ${unit}, ${bound} ${digits(limit)} ${unit}`;
}
