/** Runs an async function over items, so many at a time, and keeps the order of the results. */
export async function inBatches<T, R>(
  items: readonly T[],
  size: number,
  run: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += size) {
    results.push(...await Promise.all(items.slice(at, at + size).map(run)));
  }
  return results;
}
