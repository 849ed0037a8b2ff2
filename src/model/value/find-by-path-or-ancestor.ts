/**
 * Finds the value of a path, or of the nearest directory above it. Directories are named with or
 * without a trailing slash; `./` is that of every relative path.
 */
export function findByPathOrAncestor<T>(
  path: string,
  byPath: ReadonlyMap<string, T> | undefined,
): T | undefined {
  if (byPath === undefined || byPath.size === 0) return undefined;
  const itself = byPath.get(path);
  if (itself !== undefined) return itself;
  for (const { index } of [...path.matchAll(/[/\\]/g)].reverse()) {
    const found = byPath.get(path.slice(0, index + 1)) ?? byPath.get(path.slice(0, index));
    if (found !== undefined) return found;
  }
  return /^[/\\]/.test(path) ? undefined : byPath.get("./");
}
