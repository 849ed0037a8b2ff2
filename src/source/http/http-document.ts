import {
  catchError,
  concat,
  defer,
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
import { sameBytes } from "../../model/bytes.ts";
import type { Issue } from "../../model/issue.ts";
import type { SourceDocument } from "../../model/source-reading.ts";
import { httpCheck$, type HttpCheckOptions, type HttpContent } from "./http-check.ts";
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
    this.#path = path;
    this.#options = options;
    this.#check$ = defer(() => httpCheck$(url, this.#validators(), options)).pipe(
      tap((content) => this.#succeeded(content)),
      catchError((error: unknown) => of(this.#failed(toHttpFailure(error)))),
      share(),
    );
  }

  /**
   * Polls. Cold, never errors, never completes, emits when something else than before is found.
   *
   * The first poll comes at any time within the interval, so that those who start together do not poll
   * together.
   */
  change$(): Observable<SourceChange> {
    return defer(() => {
      const follower: { told: HttpReading | undefined } = { told: undefined };
      this.#followers.add(follower);
      const poll$ = (waitMs: () => number) =>
        defer(() => timer(waitMs())).pipe(switchMap(() => this.#check$));
      return concat(
        poll$(() => this.#options.pollMs * Math.random()),
        poll$(() => this.#waitMs()).pipe(repeat()),
      ).pipe(
        filter(() => this.#latest !== follower.told),
        map((): SourceChange => {
          follower.told = this.#latest;
          return { type: "changed", paths: [this.#path] };
        }),
        finalize(() => this.#followers.delete(follower)),
      );
    });
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
      this.#content = { content, document, validators: found.validators };
    }
    this.#goodAt = Date.now();
    this.#failures = 0;
    this.#closedUntil = -Infinity;
    const { document } = this.#content!;
    if (this.#failing === undefined && before?.document === document) return;
    this.#failing = undefined;
    this.#latest = { document };
  }

  #failed({ code, message, retryAfterMs }: HttpFailure): void {
    const now = Date.now();
    this.#failures++;
    this.#closedUntil = now + retryAfterMs;
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
