/** The columns that people know, in their order. */
const KNOWN = ["id", "name", "category", "environment", "owner", "version", "status"];
/** How many columns fit beside each other, as a rule. */
const MOST = 7;
/** What is longer does not belong in a column, in characters. */
const SHORT = 40;

/** An agent of whatever fields. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * Chooses the columns of a table of agents: those that people know, as far as there are such fields, then
 * whatever else is short.
 */
export function columnsFor(agents: readonly Row[]): readonly string[] {
  if (agents.length === 0) return KNOWN;
  const fields = new Set<string>();
  const unfit = new Set<string>();
  for (const agent of agents) {
    for (const [field, value] of Object.entries(agent)) {
      fields.add(field);
      if (typeof value === "object" && value !== null) unfit.add(field);
      else if (cellText(value).length > SHORT) unfit.add(field);
    }
  }
  const fits = (field: string): boolean => fields.has(field) && !unfit.has(field);
  const known = KNOWN.filter(fits);
  const others = [...fields].filter((field) => !KNOWN.includes(field) && fits(field));
  return known.length > 3 ? known : [...known, ...others].slice(0, MOST);
}

/** A value as it stands in a column. */
export function cellText(value: unknown): string {
  return String(value ?? "").trim();
}
