/** Braces that stand for more patterns than this are a mistake, or an attack on the memory. */
const MAX_PATTERNS = 1_000;
/** What stands before the first innermost braces with a comma, what they hold, and what follows. */
const BRACES =
  /^((?:\\.|[^\\])*?)\{((?:\\.|\{[^{},\\]*\}|[^\\{},])*(?:,(?:\\.|\{[^{},\\]*\}|[^\\{},])*)+)\}(.*)$/s;

/**
 * Gives the patterns that `{a,b}` stands for, nested ones too. Braces without a comma are text.
 *
 * @throws {RangeError} if they are more than 1,000
 */
export function expandBraces(text: string): readonly string[] {
  const expanded: string[] = [];
  const pending = [text];
  for (let pattern = pending.pop(); pattern !== undefined; pattern = pending.pop()) {
    const [, head, items, tail] = BRACES.exec(pattern) ?? [];
    if (items === undefined) expanded.push(pattern);
    for (
      const [, item] of items === undefined ? [] : `,${items}`.matchAll(/,((?:\\.|[^\\,])*)/gs)
    ) {
      pending.push(`${head}${item}${tail}`);
    }
    if (expanded.length + pending.length > MAX_PATTERNS) {
      throw new RangeError(
        `Expected braces for at most ${MAX_PATTERNS} patterns, got more: ${text}`,
      );
    }
  }
  return expanded;
}
