import { catchError, defer, map, type Observable, of, switchMap } from "rxjs";
import type { ObservableInput } from "rxjs";
import { changesBetween } from "../model/report/changes.ts";
import { errorText } from "../model/report/error-text.ts";
import type { Issue } from "../model/report/issue.ts";
import { type RegistrySnapshot, Snapshot } from "../model/snapshot/snapshot.ts";
import { runToCompletion } from "../model/value/run-to-completion.ts";
import type { SourceDocument } from "../model/report/source-reading.ts";
import { type DecodeOptions, decodeReading$ } from "./decode-reading.ts";
import { type Attempt, type Outcome, outcomeOf } from "./outcome.ts";

/** Documents that were good once, or why there are none; neither when nothing was cached. */
export interface CachedReading {
  readonly cached?: { readonly savedAt: Date; readonly documents: readonly SourceDocument[] };
  readonly issue?: Issue;
}

/** Where a pipeline finds the last good documents of an earlier process. */
export interface ReadingCache {
  /** Names it in issues. */
  readonly path: string;
  /** Why it cannot be written, as warnings. Never errors. */
  readonly issue$: Observable<readonly Issue[]>;
  /** Emits one reading. */
  read(): ObservableInput<CachedReading>;
}

/** What a failed first load can fall back on. */
export interface Fallback<A> {
  /** What was cached, as the first revision. */
  readonly outcome: Outcome<A> | undefined;
  /** That it is used, or why it cannot be. */
  readonly issue: Issue | undefined;
}

/** Reads and decodes what was cached. Emits once; never errors. */
export function readFallback$<A extends object>(
  cache: ReadingCache,
  empty: RegistrySnapshot<A>,
  attempt: Attempt<A>,
  options: DecodeOptions<A>,
): Observable<Fallback<A>> {
  const { path } = cache;
  return defer(() => cache.read()).pipe(
    switchMap(({ cached, issue }): Observable<Fallback<A>> => {
      if (cached === undefined) return of({ outcome: undefined, issue });
      const { documents, savedAt } = cached;
      return decodeReading$({ documents, issues: [] }, Snapshot.contentOf(empty).agents, options)
        .pipe(
          map((decoded) => {
            const { length } = decoded.errors;
            if (length > 0) {
              const problems = `${length} ${length === 1 ? "problem" : "problems"}`;
              const message =
                `The cache cannot be used: With the present options it has ${problems}`;
              return { outcome: undefined, issue: warning("cache-foreign", message, path) };
            }
            const paths = documents.map(({ path }) => path);
            const outcome = runToCompletion(outcomeOf(
              empty,
              { ...attempt, documents: paths, decoded },
              "reject",
              Snapshot.contentOf(empty).origins,
            ));
            const message =
              `Serving the last good version from the cache, saved on ${savedAt.toISOString()}`;
            return { outcome, issue: warning("cache-used", message, path) };
          }),
        );
    }),
    catchError((error: unknown) => {
      const message = `The cache cannot be read: ${errorText(error)}`;
      return of({ outcome: undefined, issue: warning("cache-failed", message, path) });
    }),
  );
}

/** The cached content as revision 0, to compare a first load with: it was never served. */
export function asBaseline<A extends object>(
  { outcome }: Fallback<A>,
  empty: RegistrySnapshot<A>,
): RegistrySnapshot<A> {
  if (outcome === undefined) return empty;
  return new Snapshot<A>({ ...Snapshot.contentOf(outcome.snapshot), revision: 0 });
}

/** The result of a first load with a fallback, which is served when the load is refused. */
export function applyFallback<A>(
  outcome: Outcome<A>,
  { outcome: cached, issue }: Fallback<A>,
  empty: RegistrySnapshot<A>,
): Outcome<A> {
  const { snapshot } = outcome.type === "rejected" && cached !== undefined ? cached : outcome;
  const { agents, stale } = Snapshot.contentOf(snapshot);
  const changes = changesBetween(Snapshot.contentOf(empty).agents, agents);
  const helped = cached === undefined || outcome.type === "rejected" || stale.size > 0;
  const needed = outcome.issues.length > 0 && helped;
  const restored = { ...outcome, snapshot, changes };
  return needed && issue !== undefined ? { ...restored, cacheIssue: issue } : restored;
}

function warning(code: Issue["code"], message: string, path: string): Issue {
  return Object.freeze({ code, severity: "warning", message, path });
}
