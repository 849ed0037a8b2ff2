import { fieldOf } from "./agent-filter.ts";

/** Holds what the fields of an agent were before variables were expanded. Not enumerable: it is no data. */
const WRITTEN = Symbol("fields as written");

/** Remembers with an agent what its fields are in the file, as variables stand in them. */
export function rememberWritten(agent: object, written: object): void {
  Object.defineProperty(agent, WRITTEN, { value: written });
}

/** The fields of an agent as they are in the file, if variables were expanded; else the agent. */
export function writtenFields(agent: object): object {
  return (agent as { readonly [WRITTEN]?: object })[WRITTEN] ?? agent;
}

/** A field of an agent for others to see: with variables in it, as it is written. */
export function shownField(agent: object, field: string): unknown {
  const written = fieldOf(writtenFields(agent), field);
  return hasVariables(written) ? written : fieldOf(agent, field);
}

function hasVariables(value: unknown): boolean {
  return typeof value === "object" && value !== null
    ? Object.values(value).some(hasVariables)
    : typeof value === "string" && value.includes("${");
}
