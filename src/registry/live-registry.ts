import {
  BehaviorSubject,
  filter,
  firstValueFrom,
  type Observable,
  Subject,
  type Subscription,
} from "rxjs";
import type { AgentRegistry, ReloadOptions, ServedDocuments } from "./agent-registry.ts";
import type { Decoder } from "../decode/decoded-registry.ts";
import type { Guard } from "../pipeline/guard.ts";
import { leaveAsyncContext } from "./leave-async-context.ts";
import { type Logger, toLogger } from "../logging/logger.ts";
import type { ReloadEvent } from "../model/report/reload-event.ts";
import { type RegistryStatus, toStatus } from "../model/report/status.ts";
import type { OnInvalid } from "../pipeline/outcome.ts";
import { PendingRequests } from "./pending-requests.ts";
import { pipeline$, type PipelineStep } from "../pipeline/pipeline.ts";
import type { RegistryCache } from "../cache/registry-cache.ts";
import { DocumentKeeper } from "./document-keeper.ts";
import { ReadSide } from "./read-side.ts";
import { RegistryHistory } from "./registry-history.ts";
import { settlesWithin } from "./settles-within.ts";
import { RegistryLog } from "../logging/registry-log.ts";
import { initialState } from "../pipeline/state.ts";
import { statusOf } from "../pipeline/status-of.ts";
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
export class LiveRegistry<A extends object> extends ReadSide<A> implements AgentRegistry<A> {
  readonly #source: RegistrySource;
  readonly #cache: RegistryCache | undefined;
  readonly #log: RegistryLog;
  readonly #requests = new Subject<PipelineRequest<A>>();
  readonly #watch: BehaviorSubject<boolean>;
  readonly #documents = new DocumentKeeper(() => this.#readAgain());
  readonly #pending = new PendingRequests<PipelineRequest<A>>();
  readonly #history: RegistryHistory<A>;
  readonly #running: Subscription;
  #closing: Promise<void> | undefined;

  constructor(options: LiveRegistryOptions<A>) {
    const initial = initialState<A>(new Date());
    const log = new RegistryLog(toLogger(options.logger), options.required);
    super(initial.snapshot, statusOf(initial), (error) => log.callbackFailed(error));
    this.#source = options.source;
    this.#cache = options.cache;
    this.#log = log;
    this.#history = new RegistryHistory(options.history);
    this.#watch = new BehaviorSubject(options.watch);
    this.#cache?.issue$.subscribe((issues) => this.#log.caching(issues));
    const step$ = pipeline$({
      ...options,
      watch$: this.#watch,
      request$: this.#requests,
      documentsWanted: () => this.#documents.wanted,
    });
    this.#running = leaveAsyncContext(() => step$.subscribe((step) => this.#take(step)));
  }

  get history(): readonly ReloadEvent[] {
    return this.#history.events;
  }

  get documents$(): Observable<ServedDocuments> {
    return this.#documents.documents$;
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

  /** Resolves with the state after the first load, or undefined when it is closed before. */
  async loaded(): Promise<RegistryStatus | undefined> {
    const loaded$ = this.status$.pipe(filter(({ lastReload }) => lastReload !== undefined));
    return await firstValueFrom(loaded$, { defaultValue: undefined });
  }

  #take({ snapshot, status, load }: PipelineStep<A>): void {
    const before = this.status;
    const event = status.lastReload;
    const reloaded = event !== undefined && event !== before.lastReload;
    this.#log.watching(before, status);
    this.#log.stalled(before, status);
    // All of it before the first subscriber is told, who may close the registry.
    if (reloaded) {
      this.#history.add(event, snapshot);
      this.#log.reloaded(event, before, status);
      if (load.goodDocuments !== undefined) this.#cache?.save(load.goodDocuments);
      this.#pending.answer(load.answered, event);
    }
    const changes = reloaded && "changes" in event ? event.changes : undefined;
    this.publish({ snapshot, changes, status, events: reloaded ? [event] : [] });
    if (reloaded && load.takenDocuments !== undefined) {
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
    this.#pending.reject(closedError());
    const { watching, stalled } = this.status;
    const isSaid = watching === "stopped" && stalled === undefined;
    this.complete(
      isSaid ? this.status : toStatus({ ...this.status, watching: "stopped", stalled: undefined }),
    );
    this.#watch.complete();
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

function signalOf({ signal }: ReloadOptions): AbortSignal | undefined {
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  throw new TypeError(`Expected signal to be an AbortSignal, got ${typeof signal}`);
}

function closedError(): Error {
  return new Error("The registry is closed");
}
