import { ISSUE_LIMIT } from "../../model/report/issue.ts";
import type { Layout } from "../layout.ts";

/** How many issues are still looked for in a reading. */
export class IssueBudget {
  /** Past this, an agent is only said not to be valid. */
  left: number = ISSUE_LIMIT;
  /** The ids that were seen; undefined when nothing is given up. */
  readonly #ids: Set<string> | undefined;

  /**
   * @param givesUp whether a reading with errors is refused, so that what is left of it need not be looked at.
   * Not where an entry may lose to another one of its id: what is wrong with it does not count then.
   */
  constructor(givesUp: boolean, { duplicates }: Pick<Layout, "duplicates">) {
    this.#ids = givesUp && duplicates === "reject" ? new Set() : undefined;
  }

  /** Whether what is left of the reading is not looked at. */
  get isOver(): boolean {
    return this.#ids !== undefined && this.left <= 0;
  }

  /** Counts an entry whose id stands in another one that was read. */
  note(id: string | undefined): void {
    if (id === undefined || this.#ids === undefined) return;
    if (this.#ids.has(id)) this.left--;
    else this.#ids.add(id);
  }

  /** Gives what takes back all that is counted from now on: the same entries are read in another way. */
  mark(): () => void {
    const { left } = this;
    const known = this.#ids?.size ?? 0;
    return () => {
      this.left = left;
      for (const id of [...this.#ids ?? []].slice(known)) this.#ids?.delete(id);
    };
  }
}
