import {
  asyncScheduler,
  catchError,
  concatMap,
  defaultIfEmpty,
  defer,
  filter,
  map,
  type Observable,
  of,
  take,
  takeUntil,
} from "rxjs";
import type { DecodedRegistry } from "../decode/decoded-registry.ts";
import type { SourceReading } from "../model/source-reading.ts";
import type { RegistrySource } from "../source/registry-source.ts";
import { checkReading } from "./check-reading.ts";
import { type DecodeOptions, decodeReading$, failedDecode, now } from "./decode-reading.ts";
import {
  applyFallback,
  asBaseline,
  type Fallback,
  readFallback$,
  type ReadingCache,
} from "./fallback.ts";
import { type Guard, guarded$ } from "./guard.ts";
import type { Attempt, OnInvalid, Outcome } from "./outcome.ts";
import { causeOf, type PipelineRequest, type ReloadRequest } from "./requests.ts";
import { SOURCE_PATH, sourceIssue } from "../model/source-issue.ts";
import { afterAttempt, type LoadState, nextOutcome } from "./state.ts";

/** The quiet time before a reload when neither options nor files say another, in milliseconds. */
const DEFAULT_DEBOUNCE_MS = 250;
/** How long a reload that was asked for waits at most for a file to be quiet, in milliseconds. */
const MAX_QUIET_MS = 250;

/** What a reload needs. */
export interface ReloadOptions<A> extends DecodeOptions<A> {
  readonly source: RegistrySource;
  /** Whether to watch, now and from now on: a reload that nobody asked for ends with it. */
  readonly watch$: Observable<boolean>;
  /** The quiet time before a reload, in milliseconds; undefined lets the files decide. */
  readonly debounceMs: number | undefined;
  /** @default "reject" */
  readonly onInvalid?: OnInvalid | undefined;
  readonly guard?: Guard<A> | undefined;
  /** What a first load falls back on that fails. */
  readonly cache?: ReadingCache | undefined;
}

/** The quiet time before a reload, in milliseconds. */
export function quietMsOf<A>(options: ReloadOptions<A>, state: LoadState<A>): number {
  return options.debounceMs ?? state.debounceMs ?? DEFAULT_DEBOUNCE_MS;
}

/**
 * Reads, decodes, decides, and gives the state after it. Emits once, or not at all when watching stops
 * under a reload that nobody asked for: `start` catches up with it.
 */
export function reload$<A extends object>(
  state: LoadState<A>,
  requests: readonly ReloadRequest[],
  options: ReloadOptions<A>,
): Observable<LoadState<A>> {
  const { scheduler = asyncScheduler, cache, watch$ } = options;
  const cause = causeOf(requests);
  const stopped$ = watch$.pipe(filter((on) => !on && cause === "change"));
  return attempt$(state, cause, options).pipe(
    concatMap(({ reading, ...attempt }) =>
      outcome$(attempt, state, options).pipe(
        map((outcome) => ({
          ...afterAttempt(state, { ...attempt, timestamp: new Date(scheduler.now()) }, outcome),
          answered: requests,
          goodDocuments: cache !== undefined && outcome.issues.length === 0
            ? reading.documents
            : undefined,
        })),
      )
    ),
    takeUntil(stopped$),
  );
}

/** The state after a defect of our own, or of what a source or decoder gave us. */
export function afterFailure<A extends object>(
  state: LoadState<A>,
  error: unknown,
  requests: readonly PipelineRequest<A>[],
  { scheduler = asyncScheduler }: ReloadOptions<A>,
): LoadState<A> {
  const attempt: Attempt<A> = {
    cause: causeOf(requests.filter((request) => request.type === "reload")),
    paths: [],
    documents: [],
    timestamp: new Date(scheduler.now()),
    durationMs: 0,
    decoded: failedDecode(sourceIssue("decode-failed", "error", "The reload failed", error)),
  };
  return { ...afterAttempt(state, attempt), answered: requests };
}

/** Reads and decodes. Emits once; whatever is thrown becomes an issue. */
function attempt$<A extends object>(
  state: LoadState<A>,
  cause: ReloadRequest["cause"],
  options: ReloadOptions<A>,
): Observable<Attempt<A> & { readonly reading: SourceReading }> {
  const { source, cache, scheduler = asyncScheduler, elapsed = now } = options;
  return defer(() => {
    const started = elapsed();
    const finish = (reading: SourceReading, decoded: DecodedRegistry<A>) => ({
      reading,
      cause,
      paths: pathsOf([...reading.documents, ...reading.issues]),
      documents: pathsOf(reading.documents),
      timestamp: new Date(scheduler.now()),
      durationMs: elapsed() - started,
      decoded,
    });
    const unread = (error: unknown) =>
      finish(
        { documents: [], issues: [] },
        failedDecode(sourceIssue("source-failed", "error", "The source cannot be read", error)),
      );
    const quietMs = quietMsOf(options, state);
    const request = { quietMs: cause === "change" ? quietMs : Math.min(quietMs, MAX_QUIET_MS) };
    return defer(() => source.read(request)).pipe(
      take(1),
      map(checkReading),
      // What the cache is to keep is not released.
      map(({ release, ...reading }) =>
        cache !== undefined || release === undefined ? reading : { ...reading, release }
      ),
      concatMap((reading) =>
        decodeReading$(reading, state.snapshot.agents, options).pipe(
          map((decoded) => finish(reading, decoded)),
        )
      ),
      catchError((error: unknown) => of(unread(error))),
      defaultIfEmpty(unread("it gave nothing")),
    );
  });
}

/** What a reload comes to. A first load that fails is tried once more on top of what was cached. */
function outcome$<A extends object>(
  attempt: Attempt<A>,
  state: LoadState<A>,
  options: ReloadOptions<A>,
  fallback?: Fallback<A>,
): Observable<Outcome<A>> {
  const { guard, onInvalid, cache } = options;
  const { cause, paths: [path = SOURCE_PATH] } = attempt;
  const { snapshot } = state;
  const previous = fallback === undefined ? snapshot : asBaseline(fallback, snapshot);
  const outcome = nextOutcome({ ...state, snapshot: previous }, attempt, onInvalid);
  return guarded$(outcome, previous, guard, path).pipe(
    concatMap((outcome) => {
      if (fallback !== undefined) return of(applyFallback(outcome, fallback, snapshot));
      if (cache === undefined || cause !== "initial" || outcome.issues.length === 0) {
        return of(outcome);
      }
      return readFallback$(cache, snapshot, attempt, options).pipe(
        concatMap((fallback) =>
          fallback.outcome === undefined
            ? of(applyFallback(outcome, fallback, snapshot))
            : outcome$(attempt, state, options, fallback)
        ),
      );
    }),
  );
}

function pathsOf(all: readonly { readonly path: string }[]): readonly string[] {
  return [...new Set(all.map(({ path }) => path))];
}
