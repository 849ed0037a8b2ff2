/** Longer words are not compared: it would take long, and nobody misspells them by hand. */
const MAX_LENGTH = 100;

/** The words spelled most like `word`, nearest first, at most three, none that is too far off. */
export function nearestTo(word: string, candidates: Iterable<string>): string[] {
  if (word.length > MAX_LENGTH) return [];
  const limit = Math.max(1, Math.floor(word.length / 3));
  const near: { candidate: string; distance: number }[] = [];
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > limit) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance <= limit && distance < word.length) near.push({ candidate, distance });
  }
  return near.sort((a, b) => a.distance - b.distance).slice(0, 3).map(({ candidate }) => candidate);
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
