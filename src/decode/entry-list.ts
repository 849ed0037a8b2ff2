/** What an {@linkcode EntryList} must know of its members. */
export interface Sized {
  /** How many bytes it takes in the file. */
  readonly bytes: number;
  /** How many line breaks are among them. */
  readonly lines: number;
  /** How many problems there are to tell of it. */
  readonly problems: number;
  /** How many nodes the aliases in it stand for. */
  readonly aliased: number;
}

/** A place in an {@linkcode EntryList}. */
export interface EntryPlace {
  readonly index: number;
  /** Where the entry starts, in bytes from the start of the list. */
  readonly start: number;
}

interface Chunk<E> extends Sized {
  readonly entries: readonly E[];
}

const CHUNK = 64;

/**
 * The entries of a file in order, each with its length in place of its position: one that grows does
 * not touch those after it. Immutable; a splice copies the chunks that it touches and shares the rest.
 */
export class EntryList<E extends Sized> {
  readonly length: number;
  readonly bytes: number;
  readonly problems: number;
  readonly aliased: number;
  readonly #chunks: readonly Chunk<E>[];

  private constructor(chunks: readonly Chunk<E>[]) {
    this.#chunks = chunks;
    let [length, bytes, problems, aliased] = [0, 0, 0, 0];
    for (const chunk of chunks) {
      length += chunk.entries.length;
      bytes += chunk.bytes;
      problems += chunk.problems;
      aliased += chunk.aliased;
    }
    this.length = length;
    this.bytes = bytes;
    this.problems = problems;
    this.aliased = aliased;
  }

  static of<E extends Sized>(entries: readonly E[]): EntryList<E> {
    return new EntryList(chunked(entries));
  }

  /** The entry that holds the byte at `offset`; the last one for an offset beyond the end. */
  placeAt(offset: number): EntryPlace {
    let index = 0;
    let start = 0;
    for (const [at, chunk] of this.#chunks.entries()) {
      const last = at === this.#chunks.length - 1;
      if (!last && start + chunk.bytes <= offset) {
        index += chunk.entries.length;
        start += chunk.bytes;
        continue;
      }
      for (const { bytes } of chunk.entries.slice(0, last ? -1 : undefined)) {
        if (start + bytes > offset) break;
        index++;
        start += bytes;
      }
      break;
    }
    return { index, start };
  }

  /** The entries from one index to before another. */
  *slice(from = 0, to: number = this.length): Generator<E, undefined, undefined> {
    let first = 0;
    for (const { entries } of this.#chunks) {
      if (first >= to) return;
      const end = Math.min(entries.length, to - first);
      for (let at = Math.max(0, from - first); at < end; at++) yield entries[at]!;
      first += entries.length;
    }
  }

  /** The entries that have problems, where they start, how many line breaks stand before them, and entries. */
  *withProblems(): Generator<readonly [entry: E, start: number, line: number, index: number]> {
    let start = 0;
    let line = 0;
    let index = 0;
    for (const chunk of this.#chunks) {
      if (chunk.problems === 0) {
        start += chunk.bytes;
        line += chunk.lines;
        index += chunk.entries.length;
        continue;
      }
      for (const entry of chunk.entries) {
        if (entry.problems > 0) yield [entry, start, line, index];
        start += entry.bytes;
        line += entry.lines;
        index++;
      }
    }
  }

  /** The list with other entries between two indexes. */
  splice(from: number, to: number, entries: readonly E[]): EntryList<E> {
    const before: Chunk<E>[] = [];
    const after: Chunk<E>[] = [];
    const left: E[] = [];
    const right: E[] = [];
    let first = 0;
    for (const chunk of this.#chunks) {
      const end = first + chunk.entries.length;
      if (end < from) before.push(chunk);
      else if (first > to) after.push(chunk);
      else {
        left.push(...chunk.entries.slice(0, Math.max(0, from - first)));
        right.push(...chunk.entries.slice(Math.max(0, to - first)));
      }
      first = end;
    }
    return new EntryList([...before, ...chunked(left.concat(entries, right)), ...after]);
  }

  /**
   * The list with each entry replaced by what `change` makes of it, in steps; chunks without a change are
   * shared.
   */
  *mapping(
    change: (entry: E, start: number) => E,
  ): Generator<undefined, EntryList<E>, undefined> {
    let start = 0;
    const chunks: Chunk<E>[] = [];
    for (const chunk of this.#chunks) {
      yield;
      const entries = chunk.entries.map((entry) => {
        const changed = change(entry, start);
        start += entry.bytes;
        return changed;
      });
      const same = entries.every((entry, at) => entry === chunk.entries[at]);
      chunks.push(same ? chunk : toChunk(entries));
    }
    return new EntryList(chunks);
  }
}

function chunked<E extends Sized>(entries: readonly E[]): Chunk<E>[] {
  const chunks: Chunk<E>[] = [];
  // Of equal sizes: a full chunk that gets one more becomes two with room in them.
  const size = Math.ceil(entries.length / Math.ceil(entries.length / CHUNK));
  for (let at = 0; at < entries.length; at += size) {
    chunks.push(toChunk(entries.slice(at, at + size)));
  }
  return chunks;
}

function toChunk<E extends Sized>(entries: readonly E[]): Chunk<E> {
  let bytes = 0;
  let lines = 0;
  let problems = 0;
  let aliased = 0;
  for (const entry of entries) {
    bytes += entry.bytes;
    lines += entry.lines;
    problems += entry.problems;
    aliased += entry.aliased;
  }
  return { entries, bytes, lines, problems, aliased };
}
