import {
  BehaviorSubject,
  distinctUntilChanged,
  filter,
  firstValueFrom,
  map,
  type Observable,
  Subject,
  type Subscription,
} from "rxjs";
import type { AgentRegistry } from "./agent-registry.ts";
import { AgentStreams } from "./agent-streams.ts";
import type { Decoder } from "../decode/decoder.ts";
import type { Guard } from "../pipeline/guard.ts";
import { latestIterator } from "./latest-iterator.ts";
import type { Logger } from "../logging/logger.ts";
import type { AgentFilter } from "../model/agent-filter.ts";
import { AgentNotFoundError } from "../model/agent-not-found-error.ts";
import type { ReloadEvent } from "../model/reload-event.ts";
import type { RegistrySnapshot } from "../model/snapshot.ts";
import { type RegistryStatus, toStatus } from "../model/status.ts";
import type { OnInvalid } from "../pipeline/outcome.ts";
import { PendingRequests } from "./pending-requests.ts";
import { pipeline$, type PipelineStep } from "../pipeline/pipeline.ts";
import type { RegistryCache } from "../cache/registry-cache.ts";
import { DocumentKeeper } from "./document-keeper.ts";
import type { ServedDocuments } from "../model/served-documents.ts";
import { RegistryHistory } from "./registry-history.ts";
import { RegistryLog } from "../logging/registry-log.ts";
import { initialState, type RegistryState } from "../pipeline/registry-state.ts";
import type { RegistrySource } from "../source/registry-source.ts";
import type { PipelineRequest } from "../pipeline/requests.ts";

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
  readonly logger: Logger;
}

/** The one implementation of {@linkcode AgentRegistry}: owns the state and the life of a pipeline. */
export class LiveRegistry<A extends object> implements AgentRegistry<A> {
  readonly snapshot$: Observable<RegistrySnapshot<A>>;
  readonly reload$: Observable<ReloadEvent>;
  readonly status$: Observable<RegistryStatus>;
  readonly #source: RegistrySource;
  readonly #cache: RegistryCache | undefined;
  readonly #log: RegistryLog;
  readonly #snapshots: BehaviorSubject<RegistrySnapshot<A>>;
  readonly #statuses: BehaviorSubject<RegistryStatus>;
  readonly #events = new Subject<ReloadEvent>();
  readonly #requests = new Subject<PipelineRequest<A>>();
  readonly #watch: BehaviorSubject<boolean>;
  readonly #agents = new AgentStreams<A>(() => this.snapshot);
  readonly #documents = new DocumentKeeper(() => this.#readAgain());
  readonly #pending = new PendingRequests<PipelineRequest<A>>();
  readonly #history: RegistryHistory<A>;
  readonly #running: Subscription;
  readonly #steps: PipelineStep<A>[] = [];
  #publishing = false;
  #state: RegistryState<A> = initialState<A>(new Date());
  #closing: Promise<void> | undefined;

  constructor(options: LiveRegistryOptions<A>) {
    this.#source = options.source;
    this.#cache = options.cache;
    this.#log = new RegistryLog(options.logger, options.required);
    this.#history = new RegistryHistory(options.history);
    this.#watch = new BehaviorSubject(options.watch);
    this.#snapshots = new BehaviorSubject(this.#state.snapshot);
    this.#statuses = new BehaviorSubject(this.#state.status);
    this.snapshot$ = this.#snapshots.asObservable();
    this.status$ = this.#statuses.asObservable();
    this.reload$ = this.#events.asObservable();
    this.#cache?.issue$.subscribe((issues) => this.#log.caching(issues));
    this.#running = pipeline$({
      ...options,
      watch$: this.#watch,
      request$: this.#requests,
      documentsWanted: () => this.#documents.wanted,
    }).subscribe((step) => this.#publishInTurn(step));
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
    if (agent === undefined) throw new AgentNotFoundError(id, this.snapshot.agents.keys());
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
        if (result instanceof Promise) result.catch(failed);
      } catch (error) {
        failed(error);
      }
    });
    return () => subscription.unsubscribe();
  }

  reload(): Promise<ReloadEvent> {
    return this.#ask({ type: "reload", cause: "manual" });
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
    this.#watch.next(true);
  }

  async stop(): Promise<void> {
    if (this.#closing !== undefined || !this.#watch.value) return;
    this.#watch.next(false);
    await this.#source.released?.();
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

  /** A step that a subscriber causes waits until everybody has seen the one before. */
  #publishInTurn(step: PipelineStep<A>): void {
    this.#steps.push(step);
    if (this.#publishing) return;
    this.#publishing = true;
    for (let next = this.#steps.shift(); next; next = this.#steps.shift()) this.#publish(next);
    this.#publishing = false;
  }

  #publish(step: PipelineStep<A>): void {
    const before = this.#state;
    // All that can be asked synchronously is new before the first subscriber hears of it.
    this.#state = { snapshot: step.snapshot, status: step.status };
    const event = step.status.lastReload;
    const reloaded = event !== undefined && event !== before.status.lastReload;
    if (reloaded) this.#history.add(event, step.snapshot);
    if (step.snapshot !== before.snapshot) {
      if (reloaded && "changes" in event) this.#agents.publish(event.changes);
      this.#snapshots.next(step.snapshot);
    }
    if (step.status !== before.status) this.#statuses.next(step.status);
    this.#log.watching(before.status, step.status);
    if (!reloaded) return;
    this.#log.reloaded(event, before.status, step);
    this.#pending.answer(step.answered, event);
    this.#events.next(event);
    if (step.good !== undefined) this.#cache?.save(step.good);
    if (step.taken !== undefined) this.#documents.take(event.revision, step.taken);
  }

  /** What was read before somebody wanted it was not kept. A reload would end a rollback: that stays. */
  #readAgain(): void {
    if (this.#closing !== undefined || this.status.pinned !== undefined) return;
    this.#requests.next({ type: "reload", cause: "manual" });
  }

  #ask(request: PipelineRequest<A>): Promise<ReloadEvent> {
    const answered = this.#pending.add(request);
    if (this.#closing === undefined) this.#requests.next(request);
    else this.#pending.reject(closedError());
    return answered;
  }

  async #close(): Promise<void> {
    this.#running.unsubscribe();
    this.#steps.length = 0;
    const status = toStatus({ ...this.status, watching: "stopped" });
    this.#state = { snapshot: this.snapshot, status };
    if (this.#statuses.value.watching !== "stopped") this.#statuses.next(status);
    this.#pending.reject(closedError());
    this.#agents.complete();
    for (const subject of [this.#snapshots, this.#statuses, this.#events, this.#watch]) {
      subject.complete();
    }
    this.#documents.complete();
    await this.#cache?.close();
    await this.#source.released?.();
  }
}

function sameMembers<A>(a: readonly A[], b: readonly A[]): boolean {
  return a.length === b.length && a.every((member, at) => member === b[at]);
}

function closedError(): Error {
  return new Error("The registry is closed");
}
