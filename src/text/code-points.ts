/** How many Unicode code points a text has. Half of a surrogate pair is one. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
