import {
  BehaviorSubject,
  catchError,
  concat,
  concatMap,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  finalize,
  map,
  type Observable,
  of,
  repeat,
  share,
  switchMap,
  tap,
  timer,
} from "rxjs";
import { sameBytes } from "../../model/value/bytes.ts";
import type { Issue } from "../../model/report/issue.ts";
import type { SourceDocument } from "../../model/report/source-reading.ts";
import { httpCheck$, type HttpCheckOptions, type HttpContent } from "./http-check.ts";
import { httpEvent$ } from "./http-events.ts";
import { type HttpFailure, toHttpFailure } from "./http-failure.ts";
import type { HttpValidators } from "./http-validators.ts";
import { pollWaitMs } from "./http-wait.ts";
import type { SourceChange } from "../registry-source.ts";

/** What a URL gives at a moment. */
export type HttpReading = { readonly document: SourceDocument } | { readonly issue: Issue };

/** How a document is followed. */
export interface HttpDocumentOptions extends HttpCheckOptions {
  readonly pollMs: number;
}

/** How long to trust a server that says that nothing has changed, in milliseconds. */
const TRUST_MS = 3_600_000;

/** One URL: what it gave last, to whom that is news, and when it may be asked again. */
export class HttpDocument {
  /** Whether the server tells of changes now, so that nothing is polled. Replays the latest. */
  readonly isTold$: Observable<boolean>;
  readonly #url: URL;
  readonly #isTold = new BehaviorSubject(false);
  /** The server's stream of events, while it is worth a try. */
  readonly #monitor = new BehaviorSubject<URL | undefined>(undefined);
  readonly #path: string;
  readonly #options: HttpDocumentOptions;
  /** Each with what it was last told of. */
  readonly #followers = new Set<{ told: HttpReading | undefined }>();
  /** Asks the server, once for all who want to know at the same time. */
  readonly #check$: Observable<unknown>;
  #latest: HttpReading | undefined;
  #given: HttpReading | undefined;
  #content: (HttpContent & { readonly document: SourceDocument }) | undefined;
  #wholeAt = -Infinity;
  #goodAt: number | undefined;
  #failing: { readonly since: number; readonly message: string } | undefined;
  #failures = 0;
  #closedUntil = -Infinity;

  /** @param path names the document */
  constructor(url: URL, path: string, options: HttpDocumentOptions) {
    this.#url = url;
    this.#path = path;
    this.#options = options;
    this.isTold$ = this.#isTold.pipe(distinctUntilChanged());
    this.#check$ = defer(() => httpCheck$(url, this.#validators(), options)).pipe(
      tap((content) => this.#succeeded(content)),
      catchError((error: unknown) => of(this.#failed(toHttpFailure(error)))),
      share(),
    );
  }

  /**
   * Polls, or follows the server's own stream of events where it has one. Cold, never errors, never
   * completes, emits when something else than before is found.
   */
  change$(): Observable<SourceChange> {
    return defer(() => {
      const follower: { told: HttpReading | undefined } = { told: undefined };
      this.#followers.add(follower);
      return this.#monitor.pipe(
        distinctUntilChanged((a, b) => a?.href === b?.href),
        switchMap((monitor) => monitor === undefined ? this.#poll$() : this.#event$(monitor)),
        filter(() => this.#latest !== undefined && this.#latest !== follower.told),
        map((): SourceChange => {
          follower.told = this.#latest;
          return { type: "changed", paths: [this.#path] };
        }),
        finalize(() => this.#followers.delete(follower)),
      );
    });
  }

  /**
   * The first poll comes at any time within the interval, so that those who start together do not poll
   * together.
   */
  #poll$(): Observable<unknown> {
    const after$ = (waitMs: () => number) =>
      defer(() => timer(waitMs())).pipe(switchMap(() => this.#check$));
    return concat(
      after$(() => this.#options.pollMs * Math.random()),
      after$(() => this.#waitMs()).pipe(repeat()),
    );
  }

  /** Asks whenever the server says that something is new. When its stream breaks off, polls go on. */
  #event$(monitor: URL): Observable<unknown> {
    const { fetch } = this.#options;
    const event$ = httpEvent$({ url: monitor, fetch, headers: () => this.#eventHeaders() }).pipe(
      tap(() => this.#isTold.next(true)),
      filter((what) => what === "event"),
      concatMap(() => this.#check$),
      catchError(() => {
        this.#monitor.next(undefined);
        return EMPTY;
      }),
      finalize(() => this.#isTold.next(false)),
    );
    // The answer that named the stream may be news itself.
    return concat(of(undefined), event$);
  }

  /** With the tag of what is known the server need not send all of it at first. */
  async #eventHeaders(): Promise<Headers> {
    const headers = new Headers(await this.#options.headers());
    const tag = this.#content?.validators?.headers.get("if-none-match");
    const id = /^"([\w:-]+)"$/.exec(tag ?? "")?.[1];
    if (id !== undefined) headers.set("last-event-id", id);
    return headers;
  }

  /** Gives what the last poll found, if nobody had it yet, else what the server says now. Never errors. */
  read$(): Observable<HttpReading> {
    return defer(() => {
      const isNews = this.#latest !== this.#given;
      const isClosed = this.#latest !== undefined && Date.now() < this.#closedUntil;
      return isNews || isClosed ? of(undefined) : this.#check$;
    }).pipe(map(() => this.#give(this.#latest!)));
  }

  #give(reading: HttpReading): HttpReading {
    this.#given = reading;
    for (const follower of this.#followers) {
      // Of several, it is not known who reads: the others are still to be told.
      if (this.#followers.size === 1 || follower.told === undefined) follower.told = reading;
    }
    return reading;
  }

  #waitMs(): number {
    const asked = this.#closedUntil - Date.now();
    return Math.max(pollWaitMs(this.#options.pollMs, this.#failures), asked);
  }

  #validators(): HttpValidators | undefined {
    return Date.now() - this.#wholeAt < TRUST_MS ? this.#content?.validators : undefined;
  }

  #succeeded(found: HttpContent | undefined): void {
    const before = this.#content;
    if (found !== undefined) {
      this.#wholeAt = Date.now();
      const same = before !== undefined && sameBytes(before.content, found.content);
      const { content, document } = same
        ? before
        : { ...found, document: { path: this.#path, content: found.content } };
      const { validators, monitor } = found;
      this.#content = { content, document, validators, monitor };
    }
    this.#goodAt = Date.now();
    this.#failures = 0;
    this.#closedUntil = -Infinity;
    const { document, monitor } = this.#content!;
    if (this.#failing !== undefined || before?.document !== document) this.#latest = { document };
    this.#failing = undefined;
    // Last, since whoever follows turns to it at once. Elsewhere the user's headers must not go.
    if (monitor?.origin === this.#url.origin) this.#monitor.next(monitor);
  }

  #failed({ code, message, retryAfterMs }: HttpFailure): void {
    const now = Date.now();
    this.#failures++;
    this.#closedUntil = now + retryAfterMs;
    // The stream would not say when it is well again.
    this.#monitor.next(undefined);
    if (this.#failing?.message === message) return;
    const { since } = this.#failing = { since: this.#failing?.since ?? now, message };
    const good = this.#goodAt === undefined
      ? "no good answer yet"
      : `last good answer ${new Date(this.#goodAt).toISOString()}`;
    const said = `${message} (since ${new Date(since).toISOString()}, ${good})`;
    this.#latest = {
      issue: Object.freeze({ code, severity: "error", message: said, path: this.#path }),
    };
  }
}
