/** A text with variables, whose value must not be told. */
export class ExpandedText {
  readonly written: string;

  constructor(written: string) {
    this.written = written;
  }
}

/** What a message may quote in place of a value, by what was written where it stands. */
export function toBeQuoted(value: unknown, written: unknown): unknown {
  if (typeof written === "string" && typeof value === "string") {
    return written === value ? value : new ExpandedText(written);
  }
  return Array.isArray(written) && Array.isArray(value) ? written : value;
}

/** What stands at a path; undefined when there is nothing. Below a scalar it is the scalar. */
export function findValue(
  fields: object,
  tokens: readonly string[],
): { readonly value: unknown } | undefined {
  let value: unknown = fields;
  for (const token of tokens) {
    if (typeof value !== "object" || value === null) break;
    if (!Object.hasOwn(value, token)) return undefined;
    value = Reflect.get(value, token);
  }
  return { value };
}
