/** What a terminal would obey, or what would show a text in another order or on another line. */
const UNSAFE = /(?!\t)[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Makes text from a file, or the name of one, safe to print on one line: control characters, line breaks,
 * bidirectional overrides, and halves of surrogate pairs, which a cut leaves, become U+FFFD. Tabs stay.
 */
export function printable(text: string): string {
  return text.replace(UNSAFE, "\ufffd");
}

/**
 * Writes a value as JSON that is safe to print and means the same: what {@linkcode printable} takes out is
 * escaped.
 *
 * @param space as of `JSON.stringify`
 */
export function printableJson(value: unknown, space?: number): string {
  // The line breaks that JSON itself has, with a space, are no part of a text.
  return JSON.stringify(value, null, space).replace(
    UNSAFE,
    (unsafe) =>
      unsafe === "\n" ? unsafe : `\\u${unsafe.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
