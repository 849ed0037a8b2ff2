import type { ReloadEvent } from "../../model/report/reload-event.ts";
import type { WireReload } from "../../protocol/messages.ts";
import type { Redaction } from "../routes/redaction.ts";

/** The latest reloads as they may leave, numbered by one a reload for as long as the server runs. */
export class NumberedReloads {
  readonly #redaction: Redaction;
  #kept: readonly WireReload[] = [];
  #lastEvent: ReloadEvent | undefined;
  #count = 0;

  constructor(redaction: Redaction) {
    this.#redaction = redaction;
  }

  /** The number of the latest, 0 when there was none. */
  get count(): number {
    return this.#count;
  }

  /** The latest. */
  get last(): WireReload | undefined {
    return this.#kept.at(-1);
  }

  /** Whether an event is the latest. */
  isLast(event: ReloadEvent): boolean {
    return event === this.#lastEvent;
  }

  /** Takes events, and keeps so many of all. */
  add(events: readonly ReloadEvent[], keep: number): void {
    if (events.length === 0) return;
    const added = events.map((event) => ({ number: ++this.#count, ...this.toWire(event) }));
    this.#kept = [...this.#kept, ...added].slice(-keep);
    this.#lastEvent = events.at(-1);
  }

  /** The latest so many, oldest first. */
  latest(count: number): readonly WireReload[] {
    return count === 0 ? [] : this.#kept.slice(-count);
  }

  /** Those with a higher number. */
  after(number: number): readonly WireReload[] {
    return this.#kept.filter((reload) => reload.number > number);
  }

  /** The number of the latest before a revision. */
  before(revision: number): number {
    return this.#kept.findLast((reload) => reload.revision < revision)?.number ?? 0;
  }

  /** An event as it may leave. */
  toWire(event: ReloadEvent): Omit<WireReload, "number"> {
    const { timestamp, ...fields } = this.#redaction.event(event);
    return { ...fields, timestamp: timestamp.toISOString() };
  }
}
