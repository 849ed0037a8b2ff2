import type { Observable } from "rxjs";
import type { AgentFilter } from "../model/agent/agent-filter.ts";
import type { ReloadEvent } from "../model/report/reload-event.ts";
import type { RegistrySnapshot } from "../model/snapshot/snapshot.ts";
import type { RegistryStatus } from "../model/report/status.ts";

/**
 * What can be read of a registry, whether this process follows the files (`openRegistry`) or another one
 * does (`connectRegistry` of `@agent-registry/rx/client`). All its Observables are hot, never error, and
 * complete when it is closed.
 */
export interface RegistryView<A> extends AsyncDisposable, AsyncIterable<RegistrySnapshot<A>> {
  /** What is served now. */
  readonly snapshot: RegistrySnapshot<A>;
  /**
   * The snapshots. Replays the latest, never errors, completes on close, emits once a revision.
   *
   * ```text
   * file:       --ok----broken----ok'---
   * snapshot$:  1--2---------------3----
   * reload$:    ---a-----r---------a----
   * ```
   */
  readonly snapshot$: Observable<RegistrySnapshot<A>>;
  /**
   * What came of every reload. Replays nothing, never errors, completes on close, emits once a reload,
   * after `snapshot` and `status` tell the same.
   */
  readonly reload$: Observable<ReloadEvent>;
  /** How the registry is doing now. */
  readonly status: RegistryStatus;
  /** The same as a stream. Replays the latest, never errors, completes on close. */
  readonly status$: Observable<RegistryStatus>;
  /**
   * The latest reload events, oldest first, as many as the option `history` says. Another list after each
   * reload, never changed.
   */
  readonly history: readonly ReloadEvent[];
  /**
   * The agent of this id.
   * @throws {AgentNotFoundError} if there is none; the message suggests ids that are spelled alike
   */
  agent(id: string): A;
  /**
   * One agent, live: the one there is, or `undefined` while there is none. Replays the latest, never
   * errors, completes on close, emits when this agent changed. Costs nothing when others change.
   */
  agent$(id: string): Observable<A | undefined>;
  /**
   * The agents that the filter lets through, sorted by name, then id. Replays the latest, errors only
   * if a predicate throws, completes on close, emits when its result changed.
   */
  list$(filter?: AgentFilter<A>): Observable<readonly A[]>;
  /**
   * What a function makes of each snapshot. Replays the latest, errors only if the function throws,
   * completes on close, emits when its result changed.
   *
   * @param project takes what is wanted out of a snapshot
   * @param equal tells whether two results are the same. @default Object.is
   */
  select<R>(
    project: (snapshot: RegistrySnapshot<A>) => R,
    equal?: (a: R, b: R) => boolean,
  ): Observable<R>;
  /**
   * Calls back after every reload. A callback that throws or rejects is logged, and the others are
   * still called.
   *
   * @returns a function that removes the callback
   */
  onReload(callback: (event: ReloadEvent) => void): () => void;
  /**
   * Completes all streams and releases every handle and timer. Closing twice is closing once. The last
   * snapshot can still be read.
   */
  close(): Promise<void>;
}
