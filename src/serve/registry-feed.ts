import { type Observable, Subject } from "rxjs";
import type { ReloadEvent } from "../model/report/reload-event.ts";
import type { RegistrySnapshot } from "../model/snapshot/snapshot.ts";
import type { RegistryStatus } from "../model/report/status.ts";
import { parseEventId } from "../protocol/event-id.ts";
import {
  type ChangeMessage,
  PROTOCOL,
  type StateMessage,
  type WireReload,
  type WireStatus,
} from "../protocol/messages.ts";
import { patchBetween } from "../protocol/patch-between.ts";
import { wholeSnapshot } from "../protocol/whole-snapshot.ts";
import type { Redaction } from "./routes/redaction.ts";
import type { ServedRegistry } from "./served-registry.ts";
import { toJson } from "./routes/to-json.ts";

/** How many reloads and snapshots are kept for followers that come back, if the history is shorter. */
const KEPT = 8;
/** How many messages are kept as text: followers are at the same place but for those that are slow. */
const MESSAGES = 4;

/** How far a follower has been told. */
export interface FeedPosition {
  readonly instance: string;
  readonly version: number;
  readonly revision: number;
  /** The number of the latest reload that it knows. */
  readonly reload: number;
}

/** What a follower is told, and where it is then. */
export interface FeedMessage {
  readonly bytes: Uint8Array;
  readonly position: FeedPosition;
}

/** How a {@linkcode RegistryFeed} tells what it tells. */
export interface FeedOptions {
  readonly redaction: Redaction;
  readonly heartbeatMs: number;
  readonly write: boolean;
}

/**
 * A registry as messages. Each is written once, however many followers it goes to; and there is no queue,
 * a follower that asks late is told the newest state.
 */
export class RegistryFeed<A extends object> {
  /** Emits, without a value, when there is something to tell. Completes when the registry is closed. */
  readonly changed$: Observable<void>;
  readonly #changes = new Subject<void>();
  readonly #registry: ServedRegistry<A>;
  readonly #options: FeedOptions;
  readonly #encoder = new TextEncoder();
  readonly #messages = new Map<string, FeedMessage>();
  readonly #snapshots = new Map<number, RegistrySnapshot<A>>();
  readonly #waiting: ReloadEvent[] = [];
  #instance: string = crypto.randomUUID();
  #reloads: readonly WireReload[] = [];
  #reload = 0;
  #version = 1;
  #scheduled = false;
  #served: RegistrySnapshot<A>;
  #snapshot: RegistrySnapshot<A>;
  #status: RegistryStatus;
  #lastReload: ReloadEvent | undefined;
  #lastNumber: number | undefined;

  constructor(registry: ServedRegistry<A>, options: FeedOptions) {
    this.changed$ = this.#changes.asObservable();
    this.#registry = registry;
    this.#options = options;
    this.#served = registry.snapshot;
    this.#snapshot = options.redaction.snapshot(this.#served, undefined);
    this.#snapshots.set(this.#snapshot.revision, this.#snapshot);
    this.#status = registry.status;
    const { history, status: { lastReload } } = registry;
    this.#take(history.length === 0 && lastReload !== undefined ? [lastReload] : history);
    const schedule = (): void => this.#schedule();
    const end = (): void => this.#changes.complete();
    registry.snapshot$.subscribe(schedule);
    registry.status$.subscribe({ next: schedule, complete: end });
    registry.reload$.subscribe((event) => {
      // Whoever serves a registry from within one of its subscribers has this one from its history.
      if (event !== this.#lastReload) this.#waiting.push(event);
      schedule();
    });
  }

  /** Tells this run of the server from any other. */
  get instance(): string {
    this.#refresh();
    return this.#instance;
  }

  /** The snapshot as it may leave. */
  get snapshot(): RegistrySnapshot<A> {
    this.#refresh();
    return this.#snapshot;
  }

  /** How far there is something to tell. */
  get position(): FeedPosition {
    this.#refresh();
    const { revision } = this.#snapshot;
    return { instance: this.#instance, version: this.#version, revision, reload: this.#reload };
  }

  /** `<instance>:<revision>`. */
  get id(): string {
    return `${this.instance}:${this.snapshot.revision}`;
  }

  /** The reloads that the history of the registry holds, oldest first. */
  get reloads(): readonly WireReload[] {
    this.#refresh();
    const { length } = this.#registry.history;
    return length === 0 ? [] : this.#reloads.slice(-length);
  }

  /** The latest reload, if there was one. */
  get lastReload(): WireReload | undefined {
    this.#refresh();
    return this.#reloads.find(({ number }) => number === this.#lastNumber);
  }

  /** The status as it may leave. */
  get status(): WireStatus {
    this.#refresh();
    const { lastSuccess, lastReload: _, pinned, ...status } = this.#status;
    return {
      ...status,
      issues: this.#options.redaction.issues(status.issues),
      servedSince: status.servedSince.toISOString(),
      ...(lastSuccess === undefined ? {} : { lastSuccess: lastSuccess.toISOString() }),
      ...(pinned === undefined ? {} : { pinned }),
      ...(this.#lastNumber === undefined ? {} : { lastReload: this.#lastNumber }),
    };
  }

  /** A snapshot that was served lately, as it may leave. */
  revision(revision: number): RegistrySnapshot<A> | undefined {
    this.#refresh();
    return this.#snapshots.get(revision);
  }

  /** Where a follower is that says it was told this event. What it made up is no place. */
  positionOf(eventId: string | null | undefined): FeedPosition | undefined {
    this.#refresh();
    const id = parseEventId(eventId);
    if (id?.instance !== this.#instance || !this.#snapshots.has(id.revision)) return undefined;
    // Reloads that it may not know are told again: it passes over those that it does.
    const known = this.#reloads.findLast(({ revision }) => revision < id.revision);
    return { ...id, version: 0, reload: known?.number ?? 0 };
  }

  /** What a follower at a position is told, or one that knows nothing, as an event of the stream. */
  message(from: FeedPosition | undefined): FeedMessage {
    const position = this.position;
    const before = from?.instance === this.#instance
      ? this.#snapshots.get(from.revision)
      : undefined;
    const key = before === undefined ? "" : `${from?.revision}:${from?.reload}`;
    const known = this.#messages.get(key);
    if (known !== undefined) return known;
    const name = before === undefined ? "state" : "change";
    const data = before === undefined
      ? this.stateText()
      : toJson(this.#change(before, from?.reload ?? 0));
    const bytes = this.#encoder.encode(`id: ${this.id}\nevent: ${name}\ndata: ${data}\n\n`);
    const message = { bytes, position };
    if (this.#messages.size === MESSAGES) {
      this.#messages.delete([...this.#messages.keys()].at(-1)!);
    }
    this.#messages.set(key, message);
    return message;
  }

  /** Everything, as JSON. */
  stateText(): string {
    const state: StateMessage = {
      ...this.#common(this.#reloadsFor(0)),
      snapshot: wholeSnapshot(this.snapshot),
    };
    return toJson(state);
  }

  #change(before: RegistrySnapshot<A>, reload: number): ChangeMessage {
    const after = this.snapshot;
    return {
      ...this.#common(this.#reloadsFor(reload)),
      from: before.revision,
      ...(before === after ? {} : { snapshot: patchBetween(before, after) }),
    };
  }

  #common(reloads: readonly WireReload[]): Omit<ChangeMessage, "from" | "snapshot"> {
    const { heartbeatMs, write } = this.#options;
    return {
      protocol: PROTOCOL,
      id: this.id,
      version: this.#version,
      heartbeatMs,
      write,
      status: this.status,
      reloads,
      history: this.#registry.history.length,
    };
  }

  /** A follower that knows nothing gets what the history holds, and the reload that the status names. */
  #reloadsFor(known: number): readonly WireReload[] {
    const first = known > 0
      ? known + 1
      : this.#reload + 1 - Math.max(this.#registry.history.length, 1);
    return this.#reloads.filter(({ number }) => number >= first);
  }

  /** All that one reload changes is told at once. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#refresh());
  }

  #refresh(): void {
    if (!this.#scheduled) return;
    this.#scheduled = false;
    const { snapshot, status } = this.#registry;
    this.#take(this.#waiting.splice(0));
    if (snapshot !== this.#served) this.#keep(snapshot);
    this.#status = status;
    this.#version++;
    this.#messages.clear();
    this.#changes.next();
  }

  #keep(snapshot: RegistrySnapshot<A>): void {
    if (snapshot.revision <= this.#served.revision) {
      // What is served on comes from another server, which was started again and counts anew.
      this.#instance = crypto.randomUUID();
      this.#snapshots.clear();
    }
    this.#served = snapshot;
    this.#snapshot = this.#options.redaction.snapshot(snapshot, this.#snapshot);
    this.#snapshots.set(snapshot.revision, this.#snapshot);
    const kept = Math.max(KEPT, this.#registry.history.length);
    const [oldest] = this.#snapshots.keys();
    if (this.#snapshots.size > kept && oldest !== undefined) this.#snapshots.delete(oldest);
  }

  #take(events: readonly ReloadEvent[]): void {
    if (events.length === 0) return;
    const news = events.map((event) => ({ number: ++this.#reload, ...this.reloadOf(event) }));
    const kept = Math.max(KEPT, this.#registry.history.length);
    this.#reloads = [...this.#reloads, ...news].slice(-kept);
    this.#lastReload = events.at(-1);
    this.#lastNumber = this.#reload;
  }

  /** A reload event as it may leave. */
  reloadOf(event: ReloadEvent): Omit<WireReload, "number"> {
    const { timestamp, ...fields } = this.#options.redaction.event(event);
    return { ...fields, timestamp: timestamp.toISOString() };
  }
}
