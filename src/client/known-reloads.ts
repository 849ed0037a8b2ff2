import { deepFreeze } from "../model/value/deep-freeze.ts";
import { type ReloadEvent, reloadEventOf } from "../model/report/reload-event.ts";
import type { WireReload } from "../protocol/messages.ts";

/** What a message tells of reloads. */
export interface ToldReloads {
  readonly reloads: readonly WireReload[];
  readonly history: number;
}

/** The reloads that a follower knows. Immutable. */
export class KnownReloads {
  /** As many of the latest as the history of the server holds. */
  readonly history: readonly ReloadEvent[];
  readonly #last: { readonly number: number; readonly event: ReloadEvent } | undefined;

  constructor(history: readonly ReloadEvent[] = [], last?: KnownReloads["last"]) {
    this.history = Object.freeze(history);
    this.#last = last;
  }

  /** The latest, with its number. */
  get last(): { readonly number: number; readonly event: ReloadEvent } | undefined {
    return this.#last;
  }

  /**
   * Takes what a message tells.
   *
   * @param isOther whether another run of a server tells it, which numbers anew: what is news then is what
   *   is later than what is known
   * @returns what is known then, and the events that are news
   */
  and(
    { reloads, history }: ToldReloads,
    isOther: boolean,
  ): { readonly known: KnownReloads; readonly news: readonly ReloadEvent[] } {
    const last = this.#last;
    const unknown = reloads
      .filter(({ number }) => isOther || last === undefined || number > last.number)
      .map((reload) => ({ number: reload.number, event: eventFrom(reload) }));
    const events = unknown.map(({ event }) => event);
    const all = isOther ? events : [...this.history, ...events];
    const since = isOther ? last?.event.timestamp.getTime() ?? -Infinity : -Infinity;
    return {
      known: new KnownReloads(history === 0 ? [] : all.slice(-history), unknown.at(-1) ?? last),
      news: events.filter(({ timestamp }) => timestamp.getTime() > since),
    };
  }
}

function eventFrom(reload: WireReload): ReloadEvent {
  const { number: _, type, success: __, error: ___, changes, issues = [], ...facts } = deepFreeze(
    reload,
  );
  const common = { ...facts, timestamp: new Date(facts.timestamp) };
  return reloadEventOf(type, common, changes ?? { added: [], updated: [], removed: [] }, issues);
}
