import { writeSync } from "node:fs";

/** Values, summed up. Milliseconds unless said. */
export function summary(values: readonly number[]) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { n: sorted.length, p50: at(0.5), p95: at(0.95), p98: at(0.98), p99: at(0.99), max: at(1) };
}

/** Prints one figure beside its bar, past the test runner, which would cut it. */
export function print(name: string, figures: object, bar: string): void {
  writeSync(1, `FIGURE ${name}: ${JSON.stringify(figures)} (bar: ${bar})\n`);
}
