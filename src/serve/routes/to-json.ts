/** JSON of plain data. Whole numbers of any size, which JSON.stringify refuses, become text. */
export function toJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_, inner: unknown) => typeof inner === "bigint" ? String(inner) : inner,
  );
}
