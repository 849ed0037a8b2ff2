import { defer, type Observable, ReplaySubject } from "rxjs";
import { findByPathOrAncestor } from "../model/value/find-by-path-or-ancestor.ts";
import type { ServedDocuments } from "./agent-registry.ts";
import type { TakenDocuments } from "../pipeline/state.ts";

/** Keeps the documents of what is served, from the time on that somebody wants them. */
export class DocumentKeeper {
  /** Replays the latest; never errors; completes on {@linkcode complete}. */
  readonly documents$: Observable<ServedDocuments>;
  readonly #kept = new ReplaySubject<ServedDocuments>(1);
  #latest: ServedDocuments | undefined;
  #wanted = false;

  /** @param readAgain called once, when they are first wanted */
  constructor(readAgain: () => void) {
    this.documents$ = defer(() => {
      if (!this.#wanted) {
        this.#wanted = true;
        readAgain();
      }
      return this.#kept;
    });
  }

  get wanted(): boolean {
    return this.#wanted;
  }

  /** Takes the documents of a reload; those that are lost stay as they were. */
  take(revision: number, { documents, lost }: TakenDocuments): void {
    const isLost = ({ path }: { readonly path: string }) =>
      findByPathOrAncestor(path, lost) !== undefined;
    // What a lost document last said is not known: without it these would not be all of them.
    if (lost.size > 0 && this.#latest === undefined) return;
    const kept = this.#latest?.documents.filter(isLost) ?? [];
    const all = [...documents.filter((document) => !isLost(document)), ...kept];
    this.#latest = Object.freeze({ revision, documents: Object.freeze(all) });
    this.#kept.next(this.#latest);
  }

  complete(): void {
    this.#kept.complete();
  }
}
