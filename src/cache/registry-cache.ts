import { BehaviorSubject, distinctUntilChanged, type Observable } from "rxjs";
import { errorText } from "../model/report/error-text.ts";
import type { Issue, IssueCode } from "../model/report/issue.ts";
import { sameDocuments } from "../model/report/same-reading.ts";
import type { SourceDocument } from "../model/report/source-reading.ts";
import type { CachedReading, ReadingCache } from "../pipeline/fallback.ts";
import { decodeRecord, encodeRecord } from "./cache-record.ts";
import type { CacheStore } from "./cache-store.ts";

const NO_ISSUES: readonly Issue[] = Object.freeze([]);

/**
 * Keeps the last good documents in a store. Whatever goes wrong is an issue. One write at a time; what
 * is saved meanwhile waits, and only the latest of it is written.
 */
export class RegistryCache implements ReadingCache {
  readonly path: string;
  /** Why it cannot be written now. Replays the latest; never errors; completes on close. */
  readonly issue$: Observable<readonly Issue[]>;
  readonly #store: CacheStore;
  readonly #input: string;
  readonly #issues = new BehaviorSubject(NO_ISSUES);
  #wanted: readonly SourceDocument[] | undefined;
  #busy = false;
  #writing: Promise<void> | undefined;

  /** @param input the name of the source whose documents are kept */
  constructor(store: CacheStore, input: string) {
    this.path = store.path;
    this.#store = store;
    this.#input = input;
    this.issue$ = this.#issues.pipe(distinctUntilChanged());
  }

  /** Reads what an earlier process has kept. Never rejects. */
  async read(): Promise<CachedReading> {
    try {
      const text = await this.#store.read();
      if (text === undefined) return {};
      const record = decodeRecord(text);
      if (typeof record === "string") {
        return { issue: this.#issue("cache-corrupt", `The cache cannot be used: ${record}`) };
      }
      if (record.input === this.#input) return { cached: record };
      const whose = `the documents of ${record.input}, not of ${this.#input}`;
      return { issue: this.#issue("cache-foreign", `The cache cannot be used: It holds ${whose}`) };
    } catch (error) {
      return { issue: this.#failed("read", error) };
    }
  }

  /** Writes documents soon, unless they are what was saved last. */
  save(documents: readonly SourceDocument[]): void {
    if (this.#wanted !== undefined && sameDocuments(this.#wanted, documents)) return;
    this.#wanted = documents;
    if (this.#busy) return;
    this.#busy = true;
    this.#writing = this.#write();
  }

  /** Resolves when all that was saved is written, or has failed to be. Completes `issue$`. */
  async close(): Promise<void> {
    await this.#writing;
    this.#issues.complete();
  }

  async #write(): Promise<void> {
    for (let done; done !== this.#wanted;) {
      // Whoever follows the registry comes first.
      await new Promise((resolve) => setTimeout(resolve));
      done = this.#wanted;
      const failure = await this.#attempt(done);
      // The same documents are worth another try, when they are saved again.
      if (failure !== undefined && done === this.#wanted) done = this.#wanted = undefined;
      this.#issues.next(failure === undefined ? NO_ISSUES : Object.freeze([failure]));
    }
    this.#busy = false;
  }

  async #attempt(documents: readonly SourceDocument[] = []): Promise<Issue | undefined> {
    try {
      const record = { input: this.#input, savedAt: new Date(), documents };
      await this.#store.write(encodeRecord(record));
      return undefined;
    } catch (error) {
      return this.#failed("written", error);
    }
  }

  #failed(what: "read" | "written", error: unknown): Issue {
    return this.#issue("cache-failed", `The cache cannot be ${what}: ${errorText(error)}`);
  }

  #issue(code: IssueCode, message: string): Issue {
    return Object.freeze({ code, severity: "warning", message, path: this.path });
  }
}
