import type { Observable } from "rxjs";
import type { AgentFilter } from "../model/agent-filter.ts";
import type { ReloadEvent } from "../model/reload-event.ts";
import type { RegistrySnapshot } from "../model/snapshot.ts";
import type { ServedDocuments } from "../model/served-documents.ts";
import type { RegistryStatus } from "../model/status.ts";

/**
 * A registry that follows its files. All its Observables are hot, never error, and complete when the
 * registry is closed.
 */
export interface AgentRegistry<A> extends AsyncDisposable, AsyncIterable<RegistrySnapshot<A>> {
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
  /**
   * The documents behind what is served, for whoever hands them on: those of each reload that was not
   * refused. Replays the latest, never errors, completes on close, emits after `reload$`.
   *
   * Nothing is kept for it until it is first subscribed: then the registry reads once more, unless a
   * revision is pinned. A rollback has no documents and emits nothing.
   */
  readonly documents$: Observable<ServedDocuments>;
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
   * Reloads now, without debounce, and tells what came of it. Calls that come while a reload runs are
   * answered together by the next one. A file that was written to within the last 250 ms is read once
   * it is quiet.
   *
   * @returns the event, which also says when the reload failed
   * @throws {Error} if the registry is closed, or gets closed before the reload is done
   */
  reload(): Promise<ReloadEvent>;
  /**
   * Serves an older revision again: as a new revision, whose agents are the very same objects, told by an
   * event with cause `rollback`. No file is read or written, and the guard is not asked.
   *
   * The revision is pinned, and `status.inSync` is false, until `reload` or `unpin` is called or the
   * files are edited. An edit is what makes them say something else than when they were last read: a
   * touch, a comment, or a broken edit leaves the pin, and so does an edit that the guard refuses.
   * It works while watching is stopped, too.
   *
   * @param revision one of the last that were served, as many as the option `history` says; the present
   * one is pinned as it is (event `unchanged`)
   * @returns the event
   * @throws {RangeError} if the revision is not kept; the message says which are
   * @throws {Error} if the registry is closed, or gets closed before
   */
  rollback(revision: number): Promise<ReloadEvent>;
  /**
   * Ends what `rollback` began: reads the files, and serves what they say. If they are no good, or the
   * guard refuses, the pinned revision stays until they are. The same as `reload`, by its own name.
   *
   * @returns the event, with cause `manual`
   * @throws {Error} if the registry is closed, or gets closed before the reload is done
   */
  unpin(): Promise<ReloadEvent>;
  /**
   * Watches again after `stop`, or with `watch: false`, and catches up with what was missed.
   * @throws {Error} if it is watching already, or closed
   */
  start(): Promise<void>;
  /** Stops watching and keeps the data. Does nothing when it is not watching. */
  stop(): Promise<void>;
  /**
   * Completes all streams and releases every handle and timer. Closing twice is closing once. The last
   * snapshot can still be read.
   */
  close(): Promise<void>;
}
