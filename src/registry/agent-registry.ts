/// <reference lib="esnext.disposable" preserve="true" />

import type { Observable } from "rxjs";
import type { ReloadEvent } from "../model/report/reload-event.ts";
import type { SourceDocument } from "../model/report/source-reading.ts";
import type { RegistryView } from "./registry-view.ts";

/** How to wait for {@linkcode AgentRegistry.reload}. */
export interface ReloadOptions {
  /** Aborting it rejects with its reason. The reload itself goes on: others may wait for it. */
  readonly signal?: AbortSignal | undefined;
}

/** The documents behind one revision. */
export interface ServedDocuments {
  /** The revision that they became, or that they left as it was. */
  readonly revision: number;
  /**
   * All of them, as they were read. One that cannot be read at all (`onInvalid: "isolate"` keeps its
   * agents) is here as it last could be.
   */
  readonly documents: readonly SourceDocument[];
}

/**
 * A registry that follows its files. All its Observables are hot, never error, and complete when the
 * registry is closed.
 */
export interface AgentRegistry<A> extends RegistryView<A> {
  /**
   * The documents behind what is served, for whoever hands them on: those of each reload that was not
   * refused. Replays the latest, never errors, completes on close, emits after `reload$`.
   *
   * Nothing is kept for it until it is first subscribed: then the registry reads once more, unless a
   * revision is pinned. A rollback has no documents and emits nothing.
   */
  readonly documents$: Observable<ServedDocuments>;
  /**
   * Reloads now, without debounce, and tells what came of it. Calls that come while a reload runs are
   * answered together by the next one. A file that was written to within the last 250 ms is read once
   * it is quiet.
   *
   * @returns the event, which also says when the reload failed
   * @throws {Error} if the registry is closed, or gets closed before the reload is done
   * @throws the reason of `signal`, if it is aborted before
   */
  reload(options?: ReloadOptions): Promise<ReloadEvent>;
  /**
   * Serves an older revision again: as a new revision, whose agents are the very same objects, with an
   * event of cause `rollback`. No file is read or written, and the guard is not asked.
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
}
