/** The fields but for an `id` among them. Themselves, when there is none: few need the copy. */
export function omitId(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  if (!Object.hasOwn(fields, "id")) return fields;
  const { id: _, ...others } = fields;
  return others;
}
