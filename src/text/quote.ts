/** How much of a text from a file a message repeats, in UTF-16 code units. */
const MAX_LENGTH = 60;

/** Puts a text from a file in quotes for a message, on one line, and cut where it is long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text);
}
