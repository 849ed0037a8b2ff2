import type { Buffer } from "node:buffer";
import { commonPrefix, commonSuffix } from "../model/bytes.ts";
import type { EntryList, Sized } from "./entry-list.ts";
import { type Outline, readOutline } from "./outline.ts";
import { sameShape, type Shape } from "./shape.ts";
import { findEntries, type Piece, splitEntries } from "./split-entries.ts";

const [SPACE, ASTERISK, COLON, LESS] = [32, 42, 58, 60];

/** A file as it was last read. */
export interface ReadFile<E extends Sized> {
  readonly bytes: Buffer;
  /** Where its first entry starts, in bytes. */
  readonly start: number;
  readonly shape: Shape;
  readonly outline: Outline;
  readonly entries: EntryList<E>;
}

/** Which entries of a file to read again, and what takes the place of which. */
export interface ReloadPlan {
  readonly start: number;
  readonly shape: Shape;
  readonly outline: Outline;
  /** Where the entries in question stand in the new bytes. */
  readonly pieces: readonly Piece[];
  /** The index of the first old entry that they replace. */
  readonly from: number;
  /** The index after the last one. */
  readonly to: number;
  /** Where the entry at `from` starts in the old bytes. */
  readonly fromStart: number;
}

/**
 * Finds out which entries an edit can have touched. Everything before the first and after the last
 * byte that differ is as it was, so only the entries in between count, and
 *
 * - one more on the left: what was the key line of the first may now be the end of the one before it.
 * - on the right as many as it takes to come to a line that starts an entry now and did before, in
 *   bytes that did not change: from there on both files are the same and are split the same.
 *
 * When the change reaches beyond the entries, all of them are looked at. Yields at each of them.
 *
 * @param key what the agents stand below; undefined when they are the whole document
 */
export function* planReload<E extends Sized>(
  known: ReadFile<E> | undefined,
  bytes: Buffer,
  key: string | undefined,
): Planning {
  const plan = known && (yield* planWindow(known, bytes));
  return plan ?? (yield* planWhole(known, bytes, key));
}

type Planning = Generator<undefined, ReloadPlan | undefined, undefined>;

function* planWindow<E extends Sized>(known: ReadFile<E>, bytes: Buffer): Planning {
  const { start, shape, outline, entries } = known;
  const prefix = commonPrefix(known.bytes, bytes);
  const most = Math.min(known.bytes.length, bytes.length) - prefix;
  const dirtyEnd = bytes.length - commonSuffix(known.bytes, bytes, most);
  const shift = bytes.length - known.bytes.length;
  if (most === 0 && shift === 0) {
    return { start, shape, outline, pieces: [], from: 0, to: 0, fromStart: start };
  }
  const oldEnd = start + entries.bytes;
  if (prefix < start || dirtyEnd - shift > oldEnd) return undefined;

  const touched = entries.placeAt(prefix - start);
  const from = Math.max(0, touched.index - 1);
  const [first] = entries.slice(from, touched.index);
  const fromStart = start + touched.start - (first?.bytes ?? 0);

  let to = from;
  let oldStart = fromStart;
  const rest = entries.slice(from);
  const split = yield* splitEntries(bytes, fromStart, shape, (line) => {
    if (line < dirtyEnd) return false;
    while (oldStart < line - shift) {
      oldStart += rest.next().value?.bytes ?? Infinity;
      to++;
    }
    return oldStart === line - shift;
  });
  if (split === undefined) return undefined;
  if (!split.joined) {
    if (split.end - shift !== oldEnd) return undefined;
    to = entries.length;
  }
  return { start, shape, outline, pieces: split.pieces, from, to, fromStart };
}

function* planWhole<E extends Sized>(
  known: ReadFile<E> | undefined,
  bytes: Buffer,
  key: string | undefined,
): Planning {
  const found = findEntries(bytes, key);
  const split = found && (yield* splitEntries(bytes, found.start, found.shape));
  if (found === undefined || split === undefined) return undefined;
  const head = bytes.subarray(0, found.start);
  const tail = bytes.subarray(split.end);
  const same = known !== undefined && sameShape(known.shape, found.shape) &&
    known.outline.head.equals(head) && known.outline.tail.equals(tail);
  const outline = same ? known.outline : readOutline(head, tail, found.shape);
  if (outline === undefined) return undefined;
  yield;
  // Merges of what stands in other agents are refused in the end: better now than after all of them.
  if (outline.anchors === undefined && hasMerge(bytes)) return undefined;
  yield;
  const to = known?.entries.length ?? 0;
  const { pieces } = split;
  return { ...found, outline, pieces, from: 0, to, fromStart: known?.start ?? 0 };
}

/** Whether `<<: *` stands somewhere. */
function hasMerge(bytes: Buffer): boolean {
  const isMerge = (at: number): boolean =>
    bytes[at - 1] === SPACE && bytes[at - 2] === COLON && bytes[at - 3] === LESS &&
    bytes[at - 4] === LESS;
  // A single byte is found much faster than a text.
  let at = bytes.indexOf(ASTERISK);
  while (at !== -1 && !isMerge(at)) at = bytes.indexOf(ASTERISK, at + 1);
  return at !== -1;
}
