import {
  catchError,
  defer,
  EMPTY,
  merge,
  mergeMap,
  type Observable,
  of,
  type SchedulerLike,
  switchMap,
  timer,
} from "rxjs";
import type { Issue } from "../model/report/issue.ts";
import type { Watching } from "../model/report/status.ts";
import type { RegistrySource } from "../source/registry-source.ts";
import { isIssue } from "./check-reading.ts";
import type { ReloadRequest } from "./requests.ts";
import { sourceIssue } from "../model/report/source-issue.ts";

/** How changes are detected, and the issues with that. */
export interface WatchState {
  readonly type: "watching";
  readonly by: Watching;
  readonly issues: readonly Issue[];
}

/** A signal of a source: a hint that it changed, a state of watching, or a reload to catch up. */
export type FollowSignal = { readonly type: "changed" } | WatchState | ReloadRequest;

/** When to subscribe again to a source whose stream of changes has failed, in milliseconds. */
const RESUBSCRIBE_MS = 2_000;

const CHANGED: FollowSignal = { type: "changed" };
const CATCH_UP: FollowSignal = { type: "reload", cause: "change" };
const WATCHING: FollowSignal = { type: "watching", by: "events", issues: [] };
const STOPPED: FollowSignal = { type: "watching", by: "stopped", issues: [] };

/**
 * Follows a source while `watch$` is true, and subscribes again when its stream of changes fails. A reload
 * then catches up with what may have been missed. Never errors.
 */
export function follow$(
  source: RegistrySource,
  watch$: Observable<boolean>,
  scheduler: SchedulerLike,
): Observable<FollowSignal> {
  return watch$.pipe(
    switchMap((on, turn) => on ? subscribe$(source, turn > 0, scheduler) : of(STOPPED)),
  );
}

function subscribe$(
  source: RegistrySource,
  catchUp: boolean,
  scheduler: SchedulerLike,
): Observable<FollowSignal> {
  const change$ = defer(() => source.change$).pipe(
    mergeMap((change) => signalsOf(change)),
    catchError((error: unknown) => {
      const issue = sourceIssue("watch-failed", "warning", "The source cannot be watched", error);
      const again$ = timer(RESUBSCRIBE_MS, scheduler).pipe(
        switchMap(() => subscribe$(source, true, scheduler)),
      );
      return merge(of<FollowSignal>({ type: "watching", by: "polling", issues: [issue] }), again$);
    }),
  );
  return merge(of(WATCHING), change$, catchUp ? of(CATCH_UP) : EMPTY);
}

/** The signals of what a source emitted. A source written in JavaScript may emit anything. */
function signalsOf(change: unknown): readonly FollowSignal[] {
  if (typeof change !== "object" || change === null || !("type" in change)) return [];
  if (change.type === "changed") return [CHANGED];
  if (change.type !== "watching") return [];
  const { by, issues } = change as { readonly by?: unknown; readonly issues?: unknown };
  return [{
    type: "watching",
    by: by === "polling" ? "polling" : "events",
    issues: Array.isArray(issues) ? issues.filter(isIssue).map(frozenCopy) : [],
  }];
}

function frozenCopy(issue: Issue): Issue {
  return Object.freeze({ ...issue });
}
