/** Longer words are not compared: it would take long, and nobody misspells them by hand. */
const MAX_LENGTH = 100;

/** How many words are given. */
const MOST = 3;

/** After how many words {@linkcode findNearest} pauses. */
const STEP = 256;

/** The words spelled most like `word`, nearest first, at most three, none that is too far off. */
export function nearestTo(word: string, candidates: Iterable<string>): string[] {
  const steps = findNearest(word, candidates);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** The same in steps. */
export function* findNearest(
  word: string,
  candidates: Iterable<string>,
): Generator<undefined, string[], unknown> {
  const lowerCase = word.toLowerCase();
  const { length } = lowerCase;
  if (length > MAX_LENGTH) return [];
  let limit = Math.min(length - 1, Math.max(1, Math.floor(length / 3)));
  const near: { candidate: string; distance: number }[] = [];
  let looked = 0;
  for (const candidate of candidates) {
    if (++looked % STEP === 0) yield;
    const distance = editDistance(lowerCase, candidate.toLowerCase(), limit);
    if (distance > limit) continue;
    const at = near.findIndex((one) => one.distance > distance);
    near.splice(at < 0 ? near.length : at, 0, { candidate, distance });
    if (near.length > MOST) near.pop();
    // Of those that are as near as the last one, the first ones count.
    if (near.length === MOST) limit = near[MOST - 1]!.distance - 1;
  }
  return near.map(({ candidate }) => candidate);
}

/** Two rows of distances, used again and again. */
const rows = [new Uint16Array(2 * MAX_LENGTH), new Uint16Array(2 * MAX_LENGTH)] as const;

/**
 * Levenshtein's distance, one row at a time; when it is more than `limit`, something that is, too. As Ukkonen
 * found, what is further than that from the diagonal needs no look.
 */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return Infinity;
  let [row, next] = rows;
  for (let j = 0; j <= b.length; j++) row[j] = j;
  for (let i = 1; i <= a.length; i++) {
    const first = Math.max(1, i - limit);
    const last = Math.min(b.length, i + limit);
    next[first - 1] = first === 1 ? i : limit + 1;
    let least = next[first - 1]!;
    for (let j = first; j <= last; j++) {
      const replaced = row[j - 1]! + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1);
      const removed = j === i + limit ? limit : row[j]!;
      const distance = Math.min(replaced, removed + 1, next[j - 1]! + 1);
      next[j] = distance;
      if (distance < least) least = distance;
    }
    if (least > limit) return Infinity;
    [row, next] = [next, row];
  }
  return row[b.length]!;
}
