import {
  asyncScheduler,
  catchError,
  concatMap,
  defaultIfEmpty,
  defer,
  map,
  type Observable,
  of,
  type SchedulerLike,
  take,
} from "rxjs";
import type { DecodedRegistry, Decoder, DecodeSteps } from "../decode/decoded-registry.ts";
import type { Issue } from "../model/issue.ts";
import type { ReloadCause } from "../model/reload-event.ts";
import { inSlices$ } from "../operators/in-slices.ts";
import type { Attempt } from "./outcome.ts";
import type { RegistrySource } from "../source/registry-source.ts";
import type { SourceReading } from "../model/source-reading.ts";

/** How long decoding runs at a time, in milliseconds, before other things get their turn. */
const SLICE_MS = 6;

const NOTHING_READ: SourceReading = { documents: [], issues: [] };

/** A wish to reload now, without waiting for quiet. */
export interface ReloadRequest {
  readonly type: "reload";
  readonly cause: Exclude<ReloadCause, "rollback">;
}

/** What a reload needs. */
export interface AttemptOptions<A> {
  readonly source: RegistrySource;
  readonly decode: Decoder<A>;
  /** Gives timestamps. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
  /** Gives durations, in milliseconds. @default performance.now */
  readonly elapsed?: () => number;
  /** Whether documents are needed after they were decoded, so that none is released. @default false */
  readonly keepDocuments?: boolean;
}

/** A reload, with the requests that it answers and what it has read. */
export interface AnsweringAttempt<A> extends Attempt<A> {
  readonly requests: readonly ReloadRequest[];
  readonly reading: SourceReading;
}

/** How long a reload that was asked for waits at most for a file to be quiet, in milliseconds. */
const MAX_QUIET_MS = 250;

/** What a reload goes by. */
export interface AttemptState<A> {
  /** The quiet time that a document must have had, in milliseconds. */
  readonly debounceMs: number;
  /** The agents that are served. */
  readonly served: ReadonlyMap<string, A>;
}

/** Reads and decodes once. Whatever is thrown on the way becomes an issue. */
export function attempt$<A>(
  requests: readonly ReloadRequest[],
  options: AttemptOptions<A>,
  { debounceMs, served }: AttemptState<A>,
): Observable<AnsweringAttempt<A>> {
  const { source, scheduler = asyncScheduler, elapsed = now, keepDocuments = false } = options;
  return defer(() => {
    const started = elapsed();
    const cause = causeOf(requests);
    const finish = (decoded: DecodedRegistry<A>, reading: SourceReading) => ({
      requests,
      reading,
      cause,
      paths: pathsOf([...reading.documents, ...reading.issues]),
      documents: pathsOf(reading.documents),
      timestamp: new Date(scheduler.now()),
      durationMs: elapsed() - started,
      decoded,
    });
    const quietMs = cause === "change" ? debounceMs : Math.min(debounceMs, MAX_QUIET_MS);
    return defer(() => source.read({ quietMs })).pipe(
      take(1),
      map((reading) =>
        keepDocuments ? { documents: reading.documents, issues: reading.issues } : reading
      ),
      concatMap((reading) =>
        decoded$(reading, served, options).pipe(map((decoded) => finish(decoded, reading)))
      ),
      catchError((error: unknown) => of(finish(unread(error), NOTHING_READ))),
      defaultIfEmpty(finish(unread("it gave nothing"), NOTHING_READ)),
    );
  });
}

/** Decodes, and lets other things have their turn meanwhile. What is thrown becomes an issue. */
export function decoded$<A>(
  reading: SourceReading,
  served: ReadonlyMap<string, A>,
  { decode, scheduler = asyncScheduler, elapsed = now }: Omit<AttemptOptions<A>, "source">,
): Observable<DecodedRegistry<A>> {
  const slices = { sliceMs: SLICE_MS, scheduler, elapsed };
  return inSlices$(() => stepsOf(decode, reading, served), slices).pipe(
    catchError((error: unknown) => of(undecoded<A>(error))),
  );
}

/** An issue of a source that does not do what the port asks for. */
export function sourceIssue(
  code: Issue["code"],
  severity: Issue["severity"],
  what: string,
  error: unknown,
): Issue {
  const why = (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, " ");
  return Object.freeze({ code, severity, message: `${what}: ${why}`, path: "(source)" });
}

function causeOf(requests: readonly ReloadRequest[]): ReloadRequest["cause"] {
  const causes = new Set(requests.map(({ cause }) => cause));
  return causes.has("initial") ? "initial" : causes.has("manual") ? "manual" : "change";
}

function pathsOf(all: readonly { readonly path: string }[]): readonly string[] {
  return [...new Set(all.map(({ path }) => path))];
}

function* stepsOf<A>(
  decode: Decoder<A>,
  reading: SourceReading,
  served: ReadonlyMap<string, A>,
): DecodeSteps<A> {
  return decode.steps === undefined
    ? decode(reading, served)
    : yield* decode.steps(reading, served);
}

/** Not what a text can bring about; a runtime that withholds a permission can. */
function undecoded<A>(error: unknown): DecodedRegistry<A> {
  const what = "The documents cannot be decoded";
  return onlyIssue(sourceIssue("decode-failed", "error", what, error));
}

function unread<A>(error: unknown): DecodedRegistry<A> {
  return onlyIssue(sourceIssue("source-failed", "error", "The source cannot be read", error));
}

function onlyIssue<A>(issue: Issue): DecodedRegistry<A> {
  return {
    agents: new Map(),
    around: {},
    origins: new Map(),
    errors: [issue],
    warnings: [],
    debounceMs: undefined,
  };
}

function now(): number {
  return performance.now();
}
