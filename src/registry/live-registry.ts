import {
  BehaviorSubject,
  distinctUntilChanged,
  filter,
  firstValueFrom,
  map,
  type Observable,
  ReplaySubject,
  Subject,
  type Subscription,
} from "rxjs";
import type { AgentRegistry, ReloadOptions, ServedDocuments } from "./agent-registry.ts";
import { AgentStreams } from "./agent-streams.ts";
import type { Decoder } from "../decode/decoded-registry.ts";
import type { Guard } from "../pipeline/guard.ts";
import { latestIterator } from "./latest-iterator.ts";
import { leaveAsyncContext } from "./leave-async-context.ts";
import { type Logger, toLogger } from "../logging/logger.ts";
import type { AgentFilter } from "../model/agent/agent-filter.ts";
import { AgentNotFoundError } from "../model/agent/agent-not-found-error.ts";
import type { ReloadEvent } from "../model/report/reload-event.ts";
import { type RegistrySnapshot, Snapshot } from "../model/snapshot/snapshot.ts";
import { type RegistryStatus, toStatus } from "../model/report/status.ts";
import type { OnInvalid } from "../pipeline/outcome.ts";
import { PendingRequests } from "./pending-requests.ts";
import { pipeline$, type PipelineStep } from "../pipeline/pipeline.ts";
import type { RegistryCache } from "../cache/registry-cache.ts";
import { DocumentKeeper } from "./document-keeper.ts";
import { RegistryHistory } from "./registry-history.ts";
import { settlesWithin } from "./settles-within.ts";
import { RegistryLog } from "../logging/registry-log.ts";
import { initialState } from "../pipeline/state.ts";
import { type RegistryState, statusOf } from "../pipeline/status-of.ts";
import type { RegistrySource } from "../source/registry-source.ts";
import type { PipelineRequest } from "../pipeline/requests.ts";

/** How long closing waits for a cache or a source that does not finish, in milliseconds. */
const MAX_CLOSE_MS = 10_000;

/** What a {@linkcode LiveRegistry} is made of. */
export interface LiveRegistryOptions<A> {
  readonly source: RegistrySource;
  readonly decode: Decoder<A>;
  readonly watch: boolean;
  /** Whether a failed first load is thrown, and so need not be logged. */
  readonly required: boolean;
  readonly debounceMs: number | undefined;
  readonly maxWaitMs: number;
  readonly onInvalid?: OnInvalid | undefined;
  readonly guard?: Guard<A> | undefined;
  /** How many events and snapshots are kept. */
  readonly history: number;
  /** Where what is good is kept for the next process. */
  readonly cache?: RegistryCache | undefined;
  readonly logger: Logger | false | undefined;
}

/** The one implementation of {@linkcode AgentRegistry}: owns the state and the life of a pipeline. */
export class LiveRegistry<A extends object> implements AgentRegistry<A> {
  readonly snapshot$: Observable<RegistrySnapshot<A>>;
  readonly reload$: Observable<ReloadEvent>;
  readonly status$: Observable<RegistryStatus>;
  readonly #source: RegistrySource;
  readonly #cache: RegistryCache | undefined;
  readonly #log: RegistryLog;
  // Not BehaviorSubjects, which replay nothing once they are complete.
  readonly #snapshots = new ReplaySubject<RegistrySnapshot<A>>(1);
  readonly #statuses = new ReplaySubject<RegistryStatus>(1);
  readonly #events = new Subject<ReloadEvent>();
  readonly #requests = new Subject<PipelineRequest<A>>();
  readonly #watch: BehaviorSubject<boolean>;
  readonly #agents = new AgentStreams<A>(() => this.snapshot);
  readonly #documents = new DocumentKeeper(() => this.#readAgain());
  readonly #pending = new PendingRequests<PipelineRequest<A>>();
  readonly #history: RegistryHistory<A>;
  readonly #running: Subscription;
  #state: RegistryState<A>;
  #closing: Promise<void> | undefined;

  constructor(options: LiveRegistryOptions<A>) {
    const initial = initialState<A>(new Date());
    this.#state = { snapshot: initial.snapshot, status: statusOf(initial) };
    this.#source = options.source;
    this.#cache = options.cache;
    this.#log = new RegistryLog(toLogger(options.logger), options.required);
    this.#history = new RegistryHistory(options.history);
    this.#watch = new BehaviorSubject(options.watch);
    this.#snapshots.next(this.#state.snapshot);
    this.#statuses.next(this.#state.status);
    this.snapshot$ = this.#snapshots.asObservable();
    this.status$ = this.#statuses.asObservable();
    this.reload$ = this.#events.asObservable();
    this.#cache?.issue$.subscribe((issues) => this.#log.caching(issues));
    const step$ = pipeline$({
      ...options,
      watch$: this.#watch,
      request$: this.#requests,
      documentsWanted: () => this.#documents.wanted,
    });
    this.#running = leaveAsyncContext(() => step$.subscribe((step) => this.#publish(step)));
  }

  get snapshot(): RegistrySnapshot<A> {
    return this.#state.snapshot;
  }

  get status(): RegistryStatus {
    return this.#state.status;
  }

  get history(): readonly ReloadEvent[] {
    return this.#history.events;
  }

  get documents$(): Observable<ServedDocuments> {
    return this.#documents.documents$;
  }

  agent(id: string): A {
    if (typeof id !== "string") throw new TypeError(`Expected an agent id, got ${typeof id}`);
    const agent = this.snapshot.get(id);
    if (agent === undefined) {
      throw new AgentNotFoundError(id, Snapshot.contentOf(this.snapshot).agents.keys());
    }
    return agent;
  }

  agent$(id: string): Observable<A | undefined> {
    return this.#agents.agent$(id);
  }

  list$(filter?: AgentFilter<A>): Observable<readonly A[]> {
    return this.select((snapshot) => snapshot.list(filter), sameMembers);
  }

  select<R>(
    project: (snapshot: RegistrySnapshot<A>) => R,
    equal: (a: R, b: R) => boolean = Object.is,
  ): Observable<R> {
    return this.snapshot$.pipe(map((snapshot) => project(snapshot)), distinctUntilChanged(equal));
  }

  onReload(callback: (event: ReloadEvent) => void): () => void {
    if (typeof callback !== "function") {
      throw new TypeError(`Expected onReload to get a function, got ${typeof callback}`);
    }
    const failed = (error: unknown): void => this.#log.callbackFailed(error);
    const subscription = this.#events.subscribe((event) => {
      try {
        const result: unknown = callback(event);
        // Resolved by hand: a thenable of any kind may throw when it is looked at.
        if (typeof result === "object") new Promise((resolve) => resolve(result)).catch(failed);
      } catch (error) {
        failed(error);
      }
    });
    return () => subscription.unsubscribe();
  }

  reload(options: ReloadOptions = {}): Promise<ReloadEvent> {
    try {
      return this.#ask({ type: "reload", cause: "manual" }, signalOf(options));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  unpin(): Promise<ReloadEvent> {
    return this.reload();
  }

  rollback(revision: number): Promise<ReloadEvent> {
    try {
      return this.#ask({ type: "rollback", snapshot: this.#history.snapshot(revision) });
    } catch (error) {
      return Promise.reject(this.#closing === undefined ? error : closedError());
    }
  }

  // deno-lint-ignore require-await -- what it throws is to reject
  async start(): Promise<void> {
    if (this.#closing !== undefined) throw closedError();
    if (this.#watch.value) throw new Error("The registry is watching already");
    leaveAsyncContext(() => this.#watch.next(true));
  }

  async stop(): Promise<void> {
    if (this.#closing !== undefined || !this.#watch.value) return;
    leaveAsyncContext(() => this.#watch.next(false));
    await this.#release();
  }

  close(): Promise<void> {
    if (this.#closing === undefined) {
      let closed = (_: Promise<void>): void => {};
      // Known to be closing before anybody is told, who may close, start or reload in turn.
      this.#closing = new Promise((resolve) => closed = resolve);
      closed(this.#close());
    }
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<RegistrySnapshot<A>> {
    return latestIterator(this.snapshot$);
  }

  /** Resolves with the state after the first load, or undefined when it is closed before. */
  async loaded(): Promise<RegistryStatus | undefined> {
    const loaded$ = this.status$.pipe(filter(({ lastReload }) => lastReload !== undefined));
    return await firstValueFrom(loaded$, { defaultValue: undefined });
  }

  #publish({ snapshot, status, load }: PipelineStep<A>): void {
    const before = this.#state;
    // All that can be asked synchronously is new before the first subscriber is told.
    this.#state = { snapshot, status };
    const event = status.lastReload;
    const reloaded = event !== undefined && event !== before.status.lastReload;
    if (reloaded) this.#history.add(event, snapshot);
    if (snapshot !== before.snapshot) {
      if (reloaded && "changes" in event) this.#agents.publish(event.changes);
      this.#snapshots.next(snapshot);
    }
    this.#statuses.next(status);
    this.#log.watching(before.status, status);
    this.#log.stalled(before.status, status);
    if (!reloaded) return;
    this.#log.reloaded(event, before.status, status);
    if (load.goodDocuments !== undefined) this.#cache?.save(load.goodDocuments);
    this.#pending.answer(load.answered, event);
    this.#events.next(event);
    if (load.takenDocuments !== undefined) {
      this.#documents.take(event.revision, load.takenDocuments);
    }
  }

  /** What was read before somebody wanted it was not kept. A reload would end a rollback: that stays. */
  #readAgain(): void {
    if (this.#closing !== undefined || this.status.pinned !== undefined) return;
    leaveAsyncContext(() => this.#requests.next({ type: "reload", cause: "manual" }));
  }

  #ask(request: PipelineRequest<A>, signal?: AbortSignal): Promise<ReloadEvent> {
    signal?.throwIfAborted();
    const answered = this.#pending.add(request, signal);
    if (this.#closing === undefined) leaveAsyncContext(() => this.#requests.next(request));
    else this.#pending.reject(closedError());
    return answered;
  }

  async #close(): Promise<void> {
    this.#running.unsubscribe();
    const { watching, stalled } = this.status;
    if (watching !== "stopped" || stalled !== undefined) {
      const status = toStatus({ ...this.status, watching: "stopped", stalled: undefined });
      this.#state = { snapshot: this.snapshot, status };
      this.#statuses.next(status);
    }
    this.#pending.reject(closedError());
    this.#agents.complete();
    for (const subject of [this.#snapshots, this.#statuses, this.#events, this.#watch]) {
      subject.complete();
    }
    this.#documents.complete();
    if (this.#cache !== undefined && !(await settlesWithin(this.#cache.close(), MAX_CLOSE_MS))) {
      this.#log.cacheUnfinished(this.#cache.path);
    }
    await this.#release();
  }

  async #release(): Promise<void> {
    try {
      const released = Promise.resolve(this.#source.released?.());
      if (await settlesWithin(released, MAX_CLOSE_MS)) return;
      this.#log.releaseFailed(new Error(`It has not finished within ${MAX_CLOSE_MS} ms`));
    } catch (error) {
      this.#log.releaseFailed(error);
    }
  }
}

function sameMembers<A>(a: readonly A[], b: readonly A[]): boolean {
  return a.length === b.length && a.every((member, at) => member === b[at]);
}

function signalOf({ signal }: ReloadOptions): AbortSignal | undefined {
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  throw new TypeError(`Expected signal to be an AbortSignal, got ${typeof signal}`);
}

function closedError(): Error {
  return new Error("The registry is closed");
}
