/**
 * Makes text from a file safe to print: control characters, which a terminal would obey,
 * bidirectional overrides, which would show the text in another order, and halves of surrogate
 * pairs, which a cut leaves, become U+FFFD. Tabs stay.
 */
export function printable(text: string): string {
  return text.replace(/(?!\t)[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}
