/** What a terminal would obey, or what would show a text in another order or on another line. */
const UNSAFE = /(?!\t)[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Makes text from a file, or the name of one, safe to print on one line: control characters, line breaks,
 * bidirectional overrides, and halves of surrogate pairs, which a cut leaves, become U+FFFD. Tabs stay.
 */
export function printable(text: string): string {
  return text.replace(UNSAFE, "\ufffd");
}

/** JSON on one line in which the same characters are escaped, so that nothing of the value is lost. */
export function printableJson(value: unknown): string {
  const escape = (character: string): string =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value).replace(UNSAFE, escape);
}
