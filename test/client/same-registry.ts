import { isDeepStrictEqual } from "node:util";
import { merge } from "rxjs";
import { expect } from "vitest";
import type { RegistryView } from "../../mod.ts";
import { until } from "../until.ts";
import { plainly } from "./plainly.ts";

/** Resolves once a follower tells the same as what it follows; fails with what differs. */
export async function untilSame(
  follower: RegistryView<object>,
  served: RegistryView<object>,
  limitMs = 10_000,
): Promise<void> {
  const isSame = (): boolean => isDeepStrictEqual(plainly(follower), plainly(served));
  const { snapshot$, status$, reload$ } = follower;
  const followed$ = merge(snapshot$, status$, reload$);
  if (!isSame()) await until(followed$, isSame, limitMs).catch(() => {});
  expect(plainly(follower)).toEqual(plainly(served));
}
