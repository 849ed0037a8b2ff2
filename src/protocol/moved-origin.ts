import type { Origin } from "../model/snapshot/snapshot.ts";

/** A JSON Pointer that ends in the number of an item, in two parts. */
export interface ItemPointer {
  readonly list: string;
  readonly item: number;
}

/** Takes a JSON Pointer apart, if it ends in a number. */
export function itemOf(pointer: string): ItemPointer | undefined {
  const [, list, item] = /^(.*\/)(0|[1-9]\d{0,14})$/s.exec(pointer) ?? [];
  return list === undefined ? undefined : { list, item: Number(item) };
}

/** An origin that is some lines and some items further down. */
export function movedOrigin(origin: Origin, lines: number, items: number): Origin {
  const place = items === 0 ? undefined : itemOf(origin.pointer);
  const pointer = place === undefined ? origin.pointer : `${place.list}${place.item + items}`;
  return Object.freeze({ ...origin, line: origin.line + lines, pointer });
}
