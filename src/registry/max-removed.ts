import type { Guard } from "../pipeline/guard.ts";

/**
 * Makes a guard that refuses a reload which would remove more than a part of the agents at once: an
 * emptied file, a wrong branch, a directory that is not mounted. An empty registry may become anything,
 * so the first load always passes.
 *
 * @param fraction how much of the registry one reload may remove, from 0 (nothing) to 1 (everything)
 * @returns a guard, for the option `guard`
 * @throws {RangeError} if the fraction is not within 0 and 1
 *
 * @example Keep the agents when more than half of them are gone all of a sudden
 * ```ts
 * import { maxRemoved, memorySource, openRegistry } from "@agent-registry/rx";
 *
 * const agent = "{ name: A, category: test, environment: test, owner: core, version: 1.0.0, location: a }";
 * const source = memorySource({ "agents.yaml": `agents: { a: ${agent}, b: ${agent}, c: ${agent} }` });
 * const guard = maxRemoved(0.5);
 * await using registry = await openRegistry(source, { guard, logger: false });
 *
 * source.write("agents.yaml", `agents: { a: ${agent} }`);
 * const event = await registry.reload();
 * console.assert(event.type === "rejected" && event.issues[0]?.code === "guard");
 * console.assert(registry.snapshot.agents.size === 3);
 * ```
 */
export function maxRemoved(fraction: number): Guard<object> {
  if (!(fraction >= 0 && fraction <= 1)) {
    throw new RangeError(`Expected the fraction to be from 0 to 1, got ${fraction}`);
  }
  return (_next, previous, { removed }) => {
    const count = previous.agents.size;
    // Divided, for 29 of 100 are 0.29, but 0.29 times 100 is less than 29.
    if (count === 0 || removed.length / count <= fraction) return true;
    return `The change would remove ${removed.length} of ${count} agents, more than the ` +
      `${
        percent(fraction)
      } that one reload may: remove them in smaller steps, or open the registry ` +
      "anew if they are to go";
  };
}

function percent(fraction: number): string {
  return `${Number((fraction * 100).toFixed(2))}%`;
}
