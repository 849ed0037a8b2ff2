import {
  BehaviorSubject,
  defer,
  distinctUntilChanged,
  map,
  type Observable,
  of,
  type SchedulerLike,
  skipWhile,
  switchMap,
  tap,
  timer,
} from "rxjs";

/** A wait for an answer. */
export interface Wait<W> {
  readonly what: W;
  /** When it was asked. */
  readonly since: Date;
}

/**
 * Reports what has not answered within a time. It cancels nothing: the answer may only be late.
 */
export class Watchdog<W> {
  /** Emits a wait once it is too long, and undefined when it is over. Completes on close. */
  readonly stalled$: Observable<Wait<W> | undefined>;
  readonly #waits = new BehaviorSubject<Wait<W> | undefined>(undefined);
  readonly #scheduler: SchedulerLike;

  /** @param limitMs how long an answer may take, in milliseconds */
  constructor(limitMs: number, scheduler: SchedulerLike) {
    this.#scheduler = scheduler;
    this.stalled$ = this.#waits.pipe(
      switchMap((wait) =>
        wait === undefined ? of(wait) : timer(limitMs, scheduler).pipe(map(() => wait))
      ),
      distinctUntilChanged(),
      skipWhile((wait) => wait === undefined),
    );
  }

  /** Passes on the answer, an Observable that emits once. */
  watch$<T>(what: W, answer$: Observable<T>): Observable<T> {
    return defer(() => {
      const wait: Wait<W> = { what, since: new Date(this.#scheduler.now()) };
      this.#waits.next(wait);
      // As soon as there is an answer, and before anybody acts on it, who may wait for another.
      const over = (): void => {
        if (this.#waits.value === wait) this.#waits.next(undefined);
      };
      return answer$.pipe(tap({ next: over, error: over, complete: over, unsubscribe: over }));
    });
  }

  /** Completes `stalled$`. */
  close(): void {
    this.#waits.complete();
  }
}
