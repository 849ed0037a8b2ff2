import { asyncScheduler, catchError, type Observable, of, type SchedulerLike } from "rxjs";
import type { DecodedRegistry, Decoder } from "../decode/decoded-registry.ts";
import type { Issue } from "../model/report/issue.ts";
import type { SourceReading } from "../model/report/source-reading.ts";
import { inSlices$, type SliceOptions } from "../operators/in-slices.ts";
import { sourceIssue } from "../model/report/source-issue.ts";

/** How long decoding and comparing run at a time, in milliseconds, before other work gets its turn. */
const SLICE_MS = 4;

/** What decoding needs. */
export interface DecodeOptions<A> {
  readonly decode: Decoder<A>;
  /** Gives timestamps. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
  /** Gives durations, in milliseconds. @default performance.now */
  readonly elapsed?: () => number;
}

/** Decodes in slices, between which other work runs. Emits once; what is thrown becomes an issue. */
export function decodeReading$<A>(
  reading: SourceReading,
  served: ReadonlyMap<string, A>,
  options: DecodeOptions<A>,
): Observable<DecodedRegistry<A>> {
  return inSlices$(() => options.decode(reading, served), slicesOf(options)).pipe(
    // Not what a text can cause; a runtime that withholds a permission can.
    catchError((error: unknown) =>
      of(failedDecode<A>(
        sourceIssue("decode-failed", "error", "The documents cannot be decoded", error),
      ))
    ),
  );
}

/** How long work is divided. */
export function slicesOf<A>(
  { scheduler = asyncScheduler, elapsed = now }: DecodeOptions<A>,
): SliceOptions {
  return { sliceMs: SLICE_MS, scheduler, elapsed };
}

/** What a reading comes to of which nothing is known but what is wrong. */
export function failedDecode<A>(issue: Issue): DecodedRegistry<A> {
  return {
    agents: new Map(),
    metadata: {},
    origins: new Map(),
    errors: [issue],
    warnings: [],
    debounceMs: undefined,
  };
}

/** Gives durations, in milliseconds. */
export function now(): number {
  return performance.now();
}
