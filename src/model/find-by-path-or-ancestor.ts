/**
 * Finds what is said of a path, or of a directory that it stands in. Directories are named with a slash
 * behind them or without; `./` is that of every relative path.
 */
export function saidOfPath<T>(
  path: string,
  said: ReadonlyMap<string, T> | undefined,
): T | undefined {
  if (said === undefined || said.size === 0) return undefined;
  const itself = said.get(path);
  if (itself !== undefined) return itself;
  for (const { index } of [...path.matchAll(/[/\\]/g)].reverse()) {
    const found = said.get(path.slice(0, index + 1)) ?? said.get(path.slice(0, index));
    if (found !== undefined) return found;
  }
  return /^[/\\]/.test(path) ? undefined : said.get("./");
}
