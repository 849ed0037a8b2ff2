import { type Observable, Subject } from "rxjs";
import type { ReloadEvent } from "../../model/report/reload-event.ts";
import type { RegistrySnapshot } from "../../model/snapshot/snapshot.ts";
import type { RegistryStatus } from "../../model/report/status.ts";
import { parseEventId } from "../../protocol/event-id.ts";
import {
  type ChangeMessage,
  PROTOCOL,
  type StateMessage,
  type WireReload,
  type WireStatus,
} from "../../protocol/messages.ts";
import { patchBetween } from "../../protocol/patch-between.ts";
import { wholeSnapshot } from "../../protocol/whole-snapshot.ts";
import type { Redaction } from "../routes/redaction.ts";
import { toJson } from "../routes/to-json.ts";
import type { ServedRegistry } from "../served-registry.ts";
import { NumberedReloads } from "./numbered-reloads.ts";
import { ServedSnapshots } from "./served-snapshots.ts";

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
  readonly #snapshots: ServedSnapshots<A>;
  readonly #reloads: NumberedReloads;
  readonly #waiting: ReloadEvent[] = [];
  #version = 1;
  #scheduled = false;
  #status: RegistryStatus;

  constructor(registry: ServedRegistry<A>, options: FeedOptions) {
    this.changed$ = this.#changes.asObservable();
    this.#registry = registry;
    this.#options = options;
    this.#snapshots = new ServedSnapshots(registry.snapshot, options.redaction);
    this.#reloads = new NumberedReloads(options.redaction);
    this.#status = registry.status;
    const { history, status: { lastReload } } = registry;
    const known = history.length === 0 && lastReload !== undefined ? [lastReload] : history;
    this.#reloads.add(known, this.#kept);
    const schedule = (): void => this.#schedule();
    const end = (): void => this.#changes.complete();
    registry.snapshot$.subscribe(schedule);
    registry.status$.subscribe({ next: schedule, complete: end });
    registry.reload$.subscribe((event) => {
      // Whoever serves a registry from within one of its subscribers has this one from its history.
      if (!this.#reloads.isLast(event)) this.#waiting.push(event);
      schedule();
    });
  }

  /** Tells this run of the server from any other. */
  get instance(): string {
    this.#refresh();
    return this.#snapshots.instance;
  }

  /** The snapshot as it may leave. */
  get snapshot(): RegistrySnapshot<A> {
    this.#refresh();
    return this.#snapshots.current;
  }

  /** How far there is something to tell. */
  get position(): FeedPosition {
    const { instance, snapshot: { revision } } = this;
    return { instance, version: this.#version, revision, reload: this.#reloads.count };
  }

  /** `<instance>:<revision>`. */
  get id(): string {
    return `${this.instance}:${this.snapshot.revision}`;
  }

  /** The reloads that the history of the registry holds, oldest first. */
  get reloads(): readonly WireReload[] {
    this.#refresh();
    return this.#reloads.latest(this.#registry.history.length);
  }

  /** The latest reload, if there was one. */
  get lastReload(): WireReload | undefined {
    this.#refresh();
    return this.#reloads.last;
  }

  /** The status as it may leave. */
  get status(): WireStatus {
    this.#refresh();
    const { lastSuccess, lastReload: _, pinned, ...status } = this.#status;
    const lastReload = this.#reloads.last?.number;
    return {
      ...status,
      issues: this.#options.redaction.issues(status.issues),
      servedSince: status.servedSince.toISOString(),
      ...(lastSuccess === undefined ? {} : { lastSuccess: lastSuccess.toISOString() }),
      ...(pinned === undefined ? {} : { pinned }),
      ...(lastReload === undefined ? {} : { lastReload }),
    };
  }

  /** A snapshot that was served lately, as it may leave. */
  revision(revision: number): RegistrySnapshot<A> | undefined {
    this.#refresh();
    return this.#snapshots.get(revision);
  }

  /** Where a follower is that says it was told this event. What it made up is no place. */
  positionOf(eventId: string | null | undefined): FeedPosition | undefined {
    const id = parseEventId(eventId);
    if (id?.instance !== this.instance || this.revision(id.revision) === undefined) {
      return undefined;
    }
    // Reloads that it may not know are told again: it passes over those that it does.
    return { ...id, version: 0, reload: this.#reloads.before(id.revision) };
  }

  /** What a follower at a position is told, or one that knows nothing, as an event of the stream. */
  message(from: FeedPosition | undefined): FeedMessage {
    const { position } = this;
    const before = from?.instance === position.instance ? this.revision(from.revision) : undefined;
    const key = before === undefined ? "" : `${from?.revision}:${from?.reload}`;
    const known = this.#messages.get(key);
    if (known !== undefined) return known;
    const [name, data] = before === undefined
      ? ["state", this.stateText()]
      : ["change", toJson(this.#change(before, from?.reload ?? 0))];
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
    const state: StateMessage = { ...this.#common(0), snapshot: wholeSnapshot(this.snapshot) };
    return toJson(state);
  }

  /** A reload event as it may leave. */
  reloadOf(event: ReloadEvent): Omit<WireReload, "number"> {
    return this.#reloads.toWire(event);
  }

  #change(before: RegistrySnapshot<A>, reload: number): ChangeMessage {
    const after = this.snapshot;
    return {
      ...this.#common(reload),
      from: before.revision,
      ...(before === after ? {} : { snapshot: patchBetween(before, after) }),
    };
  }

  /** A follower that knows no reload gets what the history holds, and the one that the status names. */
  #common(knownReload: number): Omit<ChangeMessage, "from" | "snapshot"> {
    const { heartbeatMs, write } = this.#options;
    const history = this.#registry.history.length;
    return {
      protocol: PROTOCOL,
      id: this.id,
      version: this.#version,
      heartbeatMs,
      write,
      status: this.status,
      reloads: knownReload > 0
        ? this.#reloads.after(knownReload)
        : this.#reloads.latest(Math.max(history, 1)),
      history,
    };
  }

  get #kept(): number {
    return Math.max(KEPT, this.#registry.history.length);
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
    this.#reloads.add(this.#waiting.splice(0), this.#kept);
    this.#snapshots.serve(snapshot, this.#kept);
    this.#status = status;
    this.#version++;
    this.#messages.clear();
    this.#changes.next();
  }
}
