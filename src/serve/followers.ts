import type { Subscription } from "rxjs";
import { EventStream } from "./event-stream.ts";
import type { FeedPosition, RegistryFeed } from "./feed/registry-feed.ts";

/** How long a follower may take nothing at all before its connection is ended, in milliseconds. */
const STALLED_MS = 60_000;

/** How many followers there may be, and how often they hear something. */
export interface FollowersOptions {
  readonly maxFollowers: number;
  readonly heartbeatMs: number;
}

/** The open event streams of a server, with one timer for all of their heartbeats. */
export class Followers<A extends object> {
  readonly #feed: RegistryFeed<A>;
  readonly #options: FollowersOptions;
  readonly #streams = new Set<EventStream<A>>();
  #subscription: Subscription | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #closed = false;

  constructor(feed: RegistryFeed<A>, options: FollowersOptions) {
    this.#feed = feed;
    this.#options = options;
  }

  /** How many streams are open. */
  get size(): number {
    return this.#streams.size;
  }

  /** Whether one more would be too many. */
  get isFull(): boolean {
    return this.#streams.size >= this.#options.maxFollowers;
  }

  /**
   * Opens a stream that begins at a position, or knows nothing.
   *
   * @param signal tells that the client has gone, on some runtimes; on others the stream is canceled
   */
  open(from: FeedPosition | undefined, signal: AbortSignal): ReadableStream<Uint8Array> {
    const stream = new EventStream(this.#feed, from, () => {
      signal.removeEventListener("abort", gone);
      this.#streams.delete(stream);
      if (this.#streams.size === 0) this.#rest();
    });
    const gone = (): void => stream.end();
    signal.addEventListener("abort", gone, { once: true });
    this.#streams.add(stream);
    if (this.#closed || signal.aborted) stream.end();
    else this.#work();
    return stream.readable;
  }

  /** Ends every stream, and all that are opened from now on. */
  close(): void {
    this.#closed = true;
    for (const stream of [...this.#streams]) stream.end();
  }

  #work(): void {
    this.#subscription ??= this.#feed.changed$.subscribe({
      next: () => this.#each((stream) => stream.tell()),
      complete: () => this.close(),
    });
    this.#timer ??= setInterval(() => this.#beat(), this.#options.heartbeatMs);
  }

  #rest(): void {
    this.#subscription?.unsubscribe();
    clearInterval(this.#timer);
    this.#subscription = this.#timer = undefined;
  }

  #beat(): void {
    const stalled = performance.now() - STALLED_MS;
    this.#each((stream) => {
      if (stream.takenAt < stalled) stream.end();
      else stream.beat();
    });
  }

  #each(act: (stream: EventStream<A>) => void): void {
    for (const stream of [...this.#streams]) act(stream);
  }
}
