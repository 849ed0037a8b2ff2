import { basename } from "node:path";
import process from "node:process";

const program = basename(process.argv[1] ?? "", ".measure.ts");
const wanted: readonly string[] = (process.env["BENCH_ONLY"] ?? "").split("\n").filter(Boolean);

/** Whether to be quick: a tenth of the time, for a first look. */
export const QUICK: boolean = process.env["BENCH_QUICK"] !== undefined;

/** Runs a measurement, unless others were asked for: `npm run bench -- --only <part of its name>`. */
export async function measure(name: string, work: () => unknown): Promise<void> {
  const full = `${program}: ${name}`;
  if (!wanted.every((part) => full.includes(part))) return;
  if (process.env["BENCH_LIST"] !== undefined) return console.error(full);
  const started = performance.now();
  await work();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.error(`${full} (${seconds} s)`);
}
