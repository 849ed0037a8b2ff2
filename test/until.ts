import { filter, firstValueFrom, type Observable, timeout } from "rxjs";

/** Waits on a stream for a value, with a time limit that is there to fail and not to be waited for. */
export function until<T>(
  source: Observable<T>,
  wanted: (value: T) => boolean = () => true,
  limitMs = 10_000,
): Promise<T> {
  return firstValueFrom(source.pipe(filter(wanted), timeout({ first: limitMs })));
}
