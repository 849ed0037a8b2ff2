import { env } from "node:process";

/** How often a property is tried: so often by `npm test`, FUZZ times as often by `npm run fuzz`. */
export function times(usual: number): number {
  return Math.ceil(usual * Number(env["FUZZ"] ?? 1));
}
