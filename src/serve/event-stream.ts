import type { FeedPosition, RegistryFeed } from "./feed/registry-feed.ts";

/** A message goes out in slices, so that a slow client holds up no more than one of them. */
const SLICE = 64 * 1024;
const HEARTBEAT = new Uint8Array([0x3a, 0x0a, 0x0a]);

/**
 * The server-sent events of one follower. What it is told is made when it takes it: a slow follower has
 * no queue, it is told the newest state when it is ready for more.
 */
export class EventStream<A extends object> {
  readonly readable: ReadableStream<Uint8Array>;
  /** When it last took something, on the clock of `performance.now`. */
  takenAt: number = performance.now();
  readonly #feed: RegistryFeed<A>;
  readonly #ended: () => void;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #position: FeedPosition | undefined;
  #rest: Uint8Array | undefined;

  /** @param ended is called once, whoever ends it */
  constructor(feed: RegistryFeed<A>, from: FeedPosition | undefined, ended: () => void) {
    this.#feed = feed;
    this.#position = from;
    this.#ended = ended;
    this.readable = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => {
        this.takenAt = performance.now();
        this.tell();
      },
      cancel: () => {
        this.#controller = undefined;
        ended();
      },
    });
  }

  /** Tells what there is to tell, if the follower has taken all that came before. */
  tell(): void {
    const { version } = this.#feed.position;
    if (!this.#isReady || (this.#rest === undefined && this.#position?.version === version)) return;
    if (this.#rest === undefined) {
      const { bytes, position } = this.#feed.message(this.#position);
      this.#position = position;
      this.#rest = bytes;
    }
    const slice = this.#rest.subarray(0, SLICE);
    this.#rest = slice.length === this.#rest.length ? undefined : this.#rest.subarray(SLICE);
    this.#controller?.enqueue(slice);
  }

  /** Sends a comment, so that nobody between takes the connection for dead. */
  beat(): void {
    if (!this.#isReady || this.#rest !== undefined) return;
    this.takenAt = performance.now();
    this.#controller?.enqueue(HEARTBEAT);
  }

  /** Ends the connection. */
  end(): void {
    const controller = this.#controller;
    if (controller === undefined) return;
    this.#controller = undefined;
    controller.close();
    this.#ended();
  }

  get #isReady(): boolean {
    return (this.#controller?.desiredSize ?? 0) > 0;
  }
}
