import { Observable, type Subscription } from "rxjs";

/** What a tab tells the others. */
export type SharedNews = { readonly text: string } | { readonly lost: string };

/** What a tab does with a connection that all tabs share. */
export interface SharedConnectionOptions {
  /** The name of the lock and of the channel: the same in all tabs that are to share. */
  readonly name: string;
  /** Follows the server. What it hears it also hands to `tell`. */
  readonly follow: (tell: (news: SharedNews) => void) => Observable<unknown>;
  /** Asks the server for everything, once; completes when it is taken. */
  readonly join$: Observable<unknown>;
  /** Takes what another tab heard. Throws if it does not go on from where this one is. */
  readonly take: (text: string) => void;
  /** Another tab has lost the connection. */
  readonly lost: (reason: string) => void;
}

/** The part of the Web Locks API that is used. */
interface Locks {
  request(
    name: string,
    options: { readonly ifAvailable: true } | { readonly signal: AbortSignal },
    held: (lock: unknown) => Promise<void> | undefined,
  ): Promise<void>;
}

/** The Web Locks of this page, if it has any: only secure pages do. */
export function webLocks(): Locks | undefined {
  const { navigator } = globalThis as { navigator?: { locks?: Locks } };
  return typeof BroadcastChannel === "function" ? navigator?.locks : undefined;
}

/**
 * One connection for all tabs: the one that holds the lock follows the server and tells the others. When
 * it is closed the next one takes over.
 *
 * Cold, emits nothing, never errors, never completes.
 */
export function sharedConnection$(
  locks: Locks,
  { name, follow, join$, take, lost }: SharedConnectionOptions,
): Observable<never> {
  return new Observable((subscriber) => {
    const gone = new AbortController();
    const channel = new BroadcastChannel(name);
    let joining: Subscription | undefined;
    let again = false;
    const join = (): void => {
      // What was missed may be newer than what is on its way.
      again = joining?.closed === false;
      if (again) return;
      joining = join$.subscribe({ complete: () => queueMicrotask(() => again && join()) });
    };
    const lead = (): Promise<void> => {
      joining?.unsubscribe();
      channel.onmessage = () => {};
      subscriber.add(follow((news) => channel.postMessage(news)).subscribe());
      return new Promise((release) => gone.signal.addEventListener("abort", () => release()));
    };
    channel.onmessage = ({ data }: { data: SharedNews }) => {
      if ("lost" in data) return lost(data.lost);
      try {
        take(data.text);
      } catch {
        join();
      }
    };
    subscriber.add(() => {
      gone.abort();
      joining?.unsubscribe();
      channel.close();
    });
    const queue = (): void => {
      join();
      locks.request(name, { signal: gone.signal }, lead).catch(() => {
        // Closed before it was its turn.
      });
    };
    locks.request(name, { ifAvailable: true }, (lock) => {
      if (gone.signal.aborted) return undefined;
      if (lock !== null) return lead();
      queue();
      return undefined;
    }).catch(queue);
  });
}
