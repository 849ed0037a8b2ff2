import type { Observable } from "rxjs";
import type { Issue } from "../model/report/issue.ts";
import type { SourceReading } from "../model/report/source-reading.ts";

/** What a source reports: something may have changed, or it now watches in another way. */
export type SourceChange =
  | { readonly type: "changed"; readonly paths: readonly string[] }
  | {
    readonly type: "watching";
    readonly by: "events" | "polling";
    /** Why it cannot watch by events, as warnings. */
    readonly issues: readonly Issue[];
  };

/** How a source is asked to read. */
export interface ReadRequest {
  /**
   * How long, in milliseconds, nothing must have been written to a document before it counts as whole.
   * Sources whose writes are atomic can ignore it.
   */
  readonly quietMs: number;
  /**
   * How much longer, in milliseconds, to wait for a document that looks cut short.
   * @default 2_000
   */
  readonly maxWaitMs?: number;
}

/**
 * Where registry documents come from. Files and memory are built in; anything that can say *something
 * changed* and can be *read* is a source: a key-value store, an HTTP endpoint, a database.
 *
 * @example A source that polls an endpoint
 * ```ts
 * import { defer, interval, map } from "rxjs";
 * import type { RegistrySource } from "@agent-registry/rx";
 *
 * const httpSource = (url: string): RegistrySource => ({
 *   change$: interval(30_000).pipe(map(() => ({ type: "changed", paths: [url] }))),
 *   read: () =>
 *     defer(async () => {
 *       const response = await fetch(url);
 *       if (!response.ok) throw new Error(`HTTP ${response.status}`);
 *       return { documents: [{ path: url, content: await response.text() }], issues: [] };
 *     }),
 * });
 * console.assert(typeof httpSource("http://localhost/agents.yaml").read === "function");
 * ```
 */
export interface RegistrySource {
  /**
   * Identifies the source: the option `cache` stores it with the documents, and does not serve them to a
   * source of another name. For files, their paths.
   * @default "(source)"
   */
  readonly name?: string;
  /**
   * Cold. Each subscription watches on its own and stops when it is unsubscribed. A `changed` is a
   * hint: a false one costs a read, a missing one an edit. Should not error; if it does, the registry
   * reports `watch-failed` and subscribes again after two seconds.
   */
  readonly change$: Observable<SourceChange>;
  /**
   * Cold. Emits once: the documents as they are now. An error becomes a `source-failed` issue. What was
   * read is kept and compared with the next reading, so its bytes must not change.
   */
  read(request: ReadRequest): Observable<SourceReading>;
  /** Resolves when the handles and connections of subscriptions that have ended are closed. */
  released?(): Promise<void>;
}
