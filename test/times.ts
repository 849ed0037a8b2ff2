import { env } from "node:process";

/** How much is tried at random, or one by one: FUZZ says so to `npm run fuzz`; `npm test` does a third of 1. */
const FACTOR = Number(env["FUZZ"] ?? 1 / 3);

/** How often a property is tried, where `usual` is what `FUZZ=1` does. */
export function times(usual: number): number {
  return Math.ceil(usual * FACTOR);
}

/** How far apart the cases are that are taken of a row which `FUZZ=1` tries one by one. */
export const STRIDE: number = Math.max(1, Math.round(1 / FACTOR));
