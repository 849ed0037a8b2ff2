import {
  asyncScheduler,
  catchError,
  concatMap,
  defer,
  filter,
  finalize,
  map,
  merge,
  type Observable,
  of,
  take,
  takeUntil,
  throwIfEmpty,
} from "rxjs";
import type { DecodedRegistry } from "../decode/decoded-registry.ts";
import type { Issue } from "../model/report/issue.ts";
import { sameReading } from "../model/report/same-reading.ts";
import { Snapshot } from "../model/snapshot/snapshot.ts";
import type { SourceReading } from "../model/report/source-reading.ts";
import type { Stalled } from "../model/report/status.ts";
import { inSlices$ } from "../operators/in-slices.ts";
import { Watchdog } from "../operators/watchdog.ts";
import type { RegistrySource } from "../source/registry-source.ts";
import { checkReading } from "./check-reading.ts";
import {
  type DecodeOptions,
  decodeReading$,
  failedDecode,
  now,
  slicesOf,
} from "./decode-reading.ts";
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
import { SOURCE_PATH, sourceIssue } from "../model/report/source-issue.ts";
import { afterAttempt, type LoadState, nextOutcome, type TakenDocuments } from "./state.ts";

/** The quiet time before a reload when neither options nor files say another, in milliseconds. */
const DEFAULT_DEBOUNCE_MS = 250;
/** How long a reload that was asked for waits at most for a file to be quiet, in milliseconds. */
const MAX_QUIET_MS = 250;

/** After this long without an answer, in milliseconds, the status reports a reload as stalled. */
const STALLED_AFTER_MS = 10_000;

/** The parts and settings of a reload. */
export interface ReloadOptions<A> extends DecodeOptions<A> {
  readonly source: RegistrySource;
  /** Whether to watch, now and from now on: a reload that nobody asked for ends with it. */
  readonly watch$: Observable<boolean>;
  /** The quiet time before a reload, in milliseconds; undefined lets the files decide. */
  readonly debounceMs: number | undefined;
  /** @default "reject" */
  readonly onInvalid?: OnInvalid | undefined;
  readonly guard?: Guard<A> | undefined;
  /** What a failed first load falls back on. */
  readonly cache?: ReadingCache | undefined;
  /** Whether somebody wants the documents behind what is served. @default () => false */
  readonly documentsWanted?: (() => boolean) | undefined;
}

/** The quiet time before a reload, in milliseconds. */
export function quietMsOf<A>(options: ReloadOptions<A>, state: LoadState<A>): number {
  return options.debounceMs ?? state.debounceMs ?? DEFAULT_DEBOUNCE_MS;
}

/**
 * Reads, decodes, decides, and emits the next state; before that, states that report what it waits for.
 * A change that nobody asked for emits no next state if every byte is the same as in the last reading, or
 * if watching stops before it is done (`start` catches up).
 */
export function reload$<A extends object>(
  state: LoadState<A>,
  requests: readonly ReloadRequest[],
  options: ReloadOptions<A>,
): Observable<LoadState<A>> {
  const { scheduler = asyncScheduler, cache, watch$, documentsWanted } = options;
  return defer(() => {
    const wanted = documentsWanted?.() === true;
    const cause = causeOf(requests);
    const stopped$ = watch$.pipe(filter((on) => !on && cause === "change"));
    const watchdog = new Watchdog<Stalled["what"]>(STALLED_AFTER_MS, scheduler);
    const turn: Turn<A> = { state, cause, watchdog, options };
    const after$ = attempt$(turn).pipe(
      concatMap(({ reading, ...attempt }) =>
        judged$(attempt, turn).pipe(
          map((outcome) => ({
            ...afterAttempt(state, { ...attempt, timestamp: new Date(scheduler.now()) }, outcome),
            // The cause of such a failure is not in the bytes: the same ones are worth another try.
            reading: attempt.decoded.errors.some(isDecodeFailure) ? undefined : reading,
            answered: requests,
            goodDocuments: cache !== undefined && outcome.issues.length === 0
              ? reading?.documents
              : undefined,
            takenDocuments: wanted ? takenDocuments(reading, attempt, outcome) : undefined,
          })),
        )
      ),
      takeUntil(stopped$),
      finalize(() => watchdog.close()),
    );
    return merge(watchdog.stalled$.pipe(map((stalled) => ({ ...state, stalled }))), after$);
  });
}

/** The state after an unexpected exception. */
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

/** One reload, from its start to its end. */
interface Turn<A> {
  readonly state: LoadState<A>;
  readonly cause: ReloadRequest["cause"];
  readonly watchdog: Watchdog<Stalled["what"]>;
  readonly options: ReloadOptions<A>;
}

/** Reads and decodes. Emits once, or not at all for the same bytes; an exception becomes an issue. */
function attempt$<A extends object>(
  { state, cause, watchdog, options }: Turn<A>,
): Observable<Attempt<A> & { readonly reading: SourceReading | undefined }> {
  const { source, scheduler = asyncScheduler, elapsed = now } = options;
  return defer(() => {
    const started = elapsed();
    const finish = (reading: SourceReading | undefined, decoded: DecodedRegistry<A>) => {
      const { documents, issues } = reading ?? { documents: [], issues: [] };
      return {
        reading,
        cause,
        paths: pathsOf([...documents, ...issues]),
        documents: pathsOf(documents),
        timestamp: new Date(scheduler.now()),
        durationMs: elapsed() - started,
        decoded,
      };
    };
    const quietMs = quietMsOf(options, state);
    const request = { quietMs: cause === "change" ? quietMs : Math.min(quietMs, MAX_QUIET_MS) };
    const reading$ = defer(() => source.read(request)).pipe(
      take(1),
      throwIfEmpty(() => "it gave nothing"),
      map(checkReading),
    );
    return watchdog.watch$("read", reading$).pipe(
      filter((reading) => !(cause === "change" && isSame(state.reading, reading))),
      concatMap((reading) =>
        decodeReading$(reading, Snapshot.contentOf(state.snapshot).agents, options).pipe(
          map((decoded) => finish(reading, decoded)),
        )
      ),
      catchError((error: unknown) => {
        const issue = sourceIssue("source-failed", "error", "The source cannot be read", error);
        return of(finish(undefined, failedDecode(issue)));
      }),
    );
  });
}

/** The result of a reload. A failed first load is applied once more, to the cached content. */
function judged$<A extends object>(
  attempt: Attempt<A>,
  turn: Turn<A>,
  fallback?: Fallback<A>,
): Observable<Outcome<A>> {
  const { state, watchdog, options } = turn;
  const { guard, onInvalid, cache } = options;
  const { cause, paths: [path = SOURCE_PATH] } = attempt;
  const { snapshot } = state;
  const previous = fallback === undefined ? snapshot : asBaseline(fallback, snapshot);
  const outcome$ = inSlices$(
    () => nextOutcome({ ...state, snapshot: previous }, attempt, onInvalid),
    slicesOf(options),
  );
  return outcome$.pipe(
    concatMap((outcome) => watchdog.watch$("guard", guarded$(outcome, previous, guard, path))),
    concatMap((outcome) => {
      if (fallback !== undefined) return of(applyFallback(outcome, fallback, snapshot));
      if (cache === undefined || cause !== "initial" || outcome.issues.length === 0) {
        return of(outcome);
      }
      return watchdog.watch$("cache", readFallback$(cache, snapshot, attempt, options)).pipe(
        concatMap((fallback) =>
          fallback.outcome === undefined
            ? of(applyFallback(outcome, fallback, snapshot))
            : judged$(attempt, turn, fallback)
        ),
      );
    }),
  );
}

function takenDocuments<A>(
  reading: SourceReading | undefined,
  { decoded: { lost = new Map() } }: Attempt<A>,
  { type, heldByPin }: Outcome<A>,
): TakenDocuments | undefined {
  if (reading === undefined || type === "rejected" || heldByPin === true) return undefined;
  return { documents: reading.documents, lost };
}

function isDecodeFailure({ code }: Issue): boolean {
  return code === "decode-failed";
}

function isSame(before: SourceReading | undefined, reading: SourceReading): boolean {
  return before !== undefined && sameReading(before, reading);
}

function pathsOf(all: readonly { readonly path: string }[]): readonly string[] {
  return [...new Set(all.map(({ path }) => path))];
}
