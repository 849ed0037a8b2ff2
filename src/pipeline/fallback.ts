import { from, map, type Observable, type ObservableInput, of, switchMap } from "rxjs";
import { type AttemptOptions, decoded$ } from "./reload.ts";
import { changesBetween } from "../model/changes.ts";
import type { Issue } from "../model/issue.ts";
import { type RegistrySnapshot, Snapshot } from "../model/snapshot.ts";
import type { SourceDocument } from "../model/source-reading.ts";
import { type Attempt, type Outcome, outcomeOf } from "./outcome.ts";

/** Documents that were good once, or why there are none; neither when nothing was kept. */
export interface KeptReading {
  readonly kept?: { readonly savedAt: Date; readonly documents: readonly SourceDocument[] };
  readonly issue?: Issue;
}

/** Where a pipeline finds the documents that were last good, of an earlier process. */
export interface KeptDocuments {
  /** Names it in issues. */
  readonly path: string;
  /** What hinders it from keeping others, as warnings. Never errors. */
  readonly issue$: Observable<readonly Issue[]>;
  /** Gives one reading. Never errors. */
  read(): ObservableInput<KeptReading>;
}

/** What a first load that fails can fall back on. */
export interface Restored<A> {
  /** What was kept, as the first revision. */
  readonly outcome: Outcome<A> | undefined;
  /** That it is used, or why it cannot be. */
  readonly issue: Issue | undefined;
}

/** Reads and decodes what was kept. Emits once; never errors. */
export function restored$<A extends object>(
  cache: KeptDocuments,
  empty: RegistrySnapshot<A>,
  attempt: Attempt<A>,
  options: Omit<AttemptOptions<A>, "source">,
): Observable<Restored<A>> {
  return from(cache.read()).pipe(
    switchMap(({ kept, issue }): Observable<Restored<A>> => {
      if (kept === undefined) return of({ outcome: undefined, issue });
      const { documents, savedAt } = kept;
      return decoded$({ documents, issues: [] }, Snapshot.contentOf(empty).agents, options).pipe(
        map((decoded) => {
          const { length } = decoded.errors;
          if (length > 0) {
            const problems = `${length} ${length === 1 ? "problem" : "problems"}`;
            const message = `The cache cannot be used: By the options of now it has ${problems}`;
            return { outcome: undefined, issue: warning("cache-foreign", message, cache.path) };
          }
          const paths = documents.map(({ path }) => path);
          const outcome = outcomeOf(
            empty,
            { ...attempt, documents: paths, decoded },
            "reject",
            Snapshot.contentOf(empty).origins,
          );
          const message = `Serving what was last good on ${savedAt.toISOString()}, from the cache`;
          return { outcome, issue: warning("cache-used", message, cache.path) };
        }),
      );
    }),
  );
}

/** What was kept, as what a first load is compared with: nobody has been served it yet. */
export function asBase<A extends object>(
  { outcome }: Restored<A>,
  empty: RegistrySnapshot<A>,
): RegistrySnapshot<A> {
  if (outcome === undefined) return empty;
  return new Snapshot<A>({ ...Snapshot.contentOf(outcome.snapshot), revision: 0 });
}

/** What a first load comes to on top of what was kept: that is served when the load is refused. */
export function madeUpFor<A>(
  outcome: Outcome<A>,
  { outcome: kept, issue }: Restored<A>,
  empty: RegistrySnapshot<A>,
): Outcome<A> {
  const { snapshot } = outcome.type === "rejected" && kept !== undefined ? kept : outcome;
  const { agents, stale } = Snapshot.contentOf(snapshot);
  const changes = changesBetween(Snapshot.contentOf(empty).agents, agents);
  const helped = kept === undefined || outcome.type === "rejected" || stale.size > 0;
  const needed = outcome.issues.length > 0 && helped;
  const restored = { ...outcome, snapshot, changes };
  return needed && issue !== undefined ? { ...restored, cacheIssue: issue } : restored;
}

function warning(code: Issue["code"], message: string, path: string): Issue {
  return Object.freeze({ code, severity: "warning", message, path });
}
