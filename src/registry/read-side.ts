import { distinctUntilChanged, map, type Observable, ReplaySubject, Subject } from "rxjs";
import type { AgentFilter } from "../model/agent/agent-filter.ts";
import { AgentNotFoundError } from "../model/agent/agent-not-found-error.ts";
import type { Changes } from "../model/report/changes.ts";
import type { ReloadEvent } from "../model/report/reload-event.ts";
import type { RegistryStatus } from "../model/report/status.ts";
import type { RegistrySnapshot } from "../model/snapshot/snapshot.ts";
import { AgentStreams } from "./agent-streams.ts";
import { latestIterator } from "./latest-iterator.ts";

/** What there is to publish: all of it can be asked for before the first subscriber hears of it. */
export interface ReadSideNews<A> {
  readonly snapshot: RegistrySnapshot<A>;
  /** The ids that differ from the snapshot before, when it is another. */
  readonly changes: Changes | undefined;
  readonly status: RegistryStatus;
  /** The reload events since, oldest first. */
  readonly events: readonly ReloadEvent[];
}

/** Everything of a registry that can be read, and nothing of where it comes from. */
export class ReadSide<A extends object> {
  readonly snapshot$: Observable<RegistrySnapshot<A>>;
  readonly reload$: Observable<ReloadEvent>;
  readonly status$: Observable<RegistryStatus>;
  // Not BehaviorSubjects, which replay nothing once they are complete.
  readonly #snapshots = new ReplaySubject<RegistrySnapshot<A>>(1);
  readonly #statuses = new ReplaySubject<RegistryStatus>(1);
  readonly #events = new Subject<ReloadEvent>();
  readonly #agents = new AgentStreams<A>(() => this.snapshot);
  readonly #callbackFailed: (error: unknown) => void;
  #snapshot: RegistrySnapshot<A>;
  #status: RegistryStatus;

  /** @param callbackFailed is told what a callback of `onReload` threw */
  constructor(
    snapshot: RegistrySnapshot<A>,
    status: RegistryStatus,
    callbackFailed: (error: unknown) => void,
  ) {
    this.#snapshot = snapshot;
    this.#status = status;
    this.#callbackFailed = callbackFailed;
    this.#snapshots.next(snapshot);
    this.#statuses.next(status);
    this.snapshot$ = this.#snapshots.asObservable();
    this.status$ = this.#statuses.asObservable();
    this.reload$ = this.#events.asObservable();
  }

  get snapshot(): RegistrySnapshot<A> {
    return this.#snapshot;
  }

  get status(): RegistryStatus {
    return this.#status;
  }

  agent(id: string): A {
    if (typeof id !== "string") throw new TypeError(`Expected an agent id, got ${typeof id}`);
    const agent = this.#snapshot.get(id);
    if (agent === undefined) throw new AgentNotFoundError(id, this.#snapshot.agents.keys());
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
    const subscription = this.#events.subscribe((event) => {
      try {
        const result: unknown = callback(event);
        // Resolved by hand: a thenable of any kind may throw when it is looked at.
        if (typeof result === "object") {
          new Promise((resolve) => resolve(result)).catch(this.#callbackFailed);
        }
      } catch (error) {
        this.#callbackFailed(error);
      }
    });
    return () => subscription.unsubscribe();
  }

  [Symbol.asyncIterator](): AsyncIterator<RegistrySnapshot<A>> {
    return latestIterator(this.snapshot$);
  }

  /** Publishes to all subscribers. Must not be called by one of them. */
  protected publish({ snapshot, changes, status, events }: ReadSideNews<A>): void {
    const before = this.#snapshot;
    const statusBefore = this.#status;
    this.#snapshot = snapshot;
    this.#status = status;
    if (changes !== undefined) this.#agents.publish(changes);
    if (snapshot !== before) this.#snapshots.next(snapshot);
    if (status !== statusBefore) this.#statuses.next(status);
    for (const event of events) this.#events.next(event);
  }

  /** Completes every stream, with a last status if it is another. */
  protected complete(status: RegistryStatus): void {
    const isNew = status !== this.#status;
    this.#status = status;
    if (isNew) this.#statuses.next(status);
    this.#agents.complete();
    for (const subject of [this.#snapshots, this.#statuses, this.#events]) subject.complete();
  }
}

function sameMembers<A>(a: readonly A[], b: readonly A[]): boolean {
  return a.length === b.length && a.every((member, at) => member === b[at]);
}
