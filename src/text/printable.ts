/**
 * Makes text from a file safe to print: control characters, which a terminal would obey, and
 * bidirectional overrides, which would show the text in another order, become U+FFFD. Tabs stay.
 */
export function printable(text: string): string {
  return text.replace(/(?!\t)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}
