import type { ReloadEvent } from "../model/report/reload-event.ts";
import type { RegistrySnapshot } from "../model/snapshot/snapshot.ts";

/** The latest reload events, and the latest snapshots to go back to: as many of each, no more. */
export class RegistryHistory<A> {
  readonly #limit: number;
  readonly #snapshots = new Map<number, RegistrySnapshot<A>>();
  #events: readonly ReloadEvent[] = Object.freeze([]);

  /** @param limit how many events and how many snapshots are kept, from 0 on */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The events that are kept, oldest first. Another list after each event. */
  get events(): readonly ReloadEvent[] {
    return this.#events;
  }

  /** Keeps an event, and the snapshot that was served after it. */
  add(event: ReloadEvent, snapshot: RegistrySnapshot<A>): void {
    if (this.#limit === 0) return;
    this.#events = Object.freeze([...this.#events, event].slice(-this.#limit));
    // Nothing was loaded yet: there is nothing to go back to.
    if (snapshot.revision === 0) return;
    this.#snapshots.set(snapshot.revision, snapshot);
    const [oldest] = this.#snapshots.keys();
    if (this.#snapshots.size > this.#limit && oldest !== undefined) this.#snapshots.delete(oldest);
  }

  /**
   * The snapshot of a revision.
   * @throws {TypeError} if it is not a number
   * @throws {RangeError} if it is not kept; the message says which are
   */
  snapshot(revision: number): RegistrySnapshot<A> {
    const snapshot = this.#snapshots.get(revision);
    if (snapshot !== undefined) return snapshot;
    if (typeof revision === "object" || typeof revision === "symbol") {
      const got = revision === null ? "null" : typeof revision;
      throw new TypeError(`Expected a revision, which is a number, got ${got}`);
    }
    const kept = [...this.#snapshots.keys()];
    if (this.#limit === 0) {
      throw new RangeError("No revision is kept: open the registry with `history` above 0");
    }
    if (kept.length === 0) {
      throw new RangeError("No revision is kept yet: nothing was loaded so far");
    }
    const which = kept.length === 1 ? `${kept[0]}` : `${kept[0]} to ${kept.at(-1)}`;
    throw new RangeError(`Expected a revision that is kept (${which}), got ${String(revision)}`);
  }
}
