/** How much of what was thrown is repeated, in UTF-16 code units. */
const MAX_LENGTH = 1_000;

/**
 * Whatever was thrown or rejected with, as one line of text. Never throws itself: not for an object
 * without a prototype, a message that is not a string, a getter or `toString` that throws, or a revoked
 * proxy.
 */
export function errorText(thrown: unknown): string {
  for (const read of [messageOf, String]) {
    try {
      const text = read(thrown);
      if (typeof text !== "string" || text === "" || text.startsWith("[object ")) continue;
      const line = text.slice(0, MAX_LENGTH).replace(/\s*\n\s*/g, " ");
      return text.length > MAX_LENGTH ? `${line}…` : line;
    } catch {
      // The next way may work.
    }
  }
  return "an error without a message";
}

function messageOf(thrown: unknown): unknown {
  return typeof thrown === "object" && thrown !== null && "message" in thrown
    ? thrown.message
    : undefined;
}
