import { nearestTo } from "../../text/nearest.ts";

/** No agent has this id. The message suggests ids that are spelled alike. */
export class AgentNotFoundError extends Error {
  /** The id that was asked for. */
  readonly id: string;
  /** Ids that are spelled alike, nearest first, at most three. */
  readonly suggestions: readonly string[];

  /** Looks for suggestions among the known ids. */
  constructor(id: string, known: Iterable<string>) {
    const suggestions = nearestTo(id, known);
    const hint = suggestions.length === 0
      ? ""
      : `: did you mean ${suggestions.map((near) => JSON.stringify(near)).join(" or ")}?`;
    super(`No agent has the id ${JSON.stringify(id)}${hint}`);
    this.name = "AgentNotFoundError";
    this.id = id;
    this.suggestions = Object.freeze(suggestions);
  }
}
