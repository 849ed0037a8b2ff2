/** How the agents of a file are written, as far as telling one from the next goes. */
export interface Shape {
  /** The key that they stand below, undefined when they are the whole document. */
  readonly key: string | undefined;
  readonly type: "map" | "list";
  /** The column of their keys, or of the dashes before them. */
  readonly indent: number;
}

/** The line above the agents. */
export function headingOf({ key }: Pick<Shape, "key">): string {
  return key === undefined ? "" : `${key}:\n`;
}

/** Where an entry starts in its text: at its key, or behind its dash. */
export function entryOffset({ type, indent }: Shape): number {
  return type === "map" ? indent : indent + DASH.length;
}

/** The text that stands before an entry in a list. */
export const DASH = "- ";

/** Keys and indexes that lead to an entry. */
export function tokensOfEntry({ key, type }: Shape, id: string, index: number): readonly string[] {
  return [...(key === undefined ? [] : [key]), type === "map" ? id : String(index)];
}

/** Whether entries of the one are read as those of the other. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.key === b.key && a.type === b.type && a.indent === b.indent;
}
