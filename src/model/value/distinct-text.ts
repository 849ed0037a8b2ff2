/**
 * A text of plain data, the same for equal values, whatever the order of their keys, and other than with
 * JSON for no others.
 */
export function distinctText(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : `${value}`;
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (Array.isArray(value)) return `[${value.map(distinctText).join()}]`;
  const fields = Object.keys(value).sort().map((key) =>
    `${JSON.stringify(key)}:${distinctText(Reflect.get(value, key))}`
  );
  return `{${fields.join()}}`;
}
