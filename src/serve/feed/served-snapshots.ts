import type { RegistrySnapshot } from "../../model/snapshot/snapshot.ts";
import type { Redaction } from "../routes/redaction.ts";

/** The snapshots that were served lately, by revision, as they may leave. */
export class ServedSnapshots<A extends object> {
  readonly #redaction: Redaction;
  readonly #kept = new Map<number, RegistrySnapshot<A>>();
  #instance: string = crypto.randomUUID();
  #served: RegistrySnapshot<A>;
  #current: RegistrySnapshot<A>;

  constructor(first: RegistrySnapshot<A>, redaction: Redaction) {
    this.#redaction = redaction;
    this.#served = first;
    this.#current = redaction.snapshot(first, undefined);
    this.#kept.set(first.revision, this.#current);
  }

  /** Tells this run of the server from any other, and what counts anew from what came before. */
  get instance(): string {
    return this.#instance;
  }

  get current(): RegistrySnapshot<A> {
    return this.#current;
  }

  get(revision: number): RegistrySnapshot<A> | undefined {
    return this.#kept.get(revision);
  }

  /** Serves a snapshot, and keeps so many of all. */
  serve(snapshot: RegistrySnapshot<A>, keep: number): void {
    if (snapshot === this.#served) return;
    if (snapshot.revision <= this.#served.revision) {
      // What is served on comes from another server, which was started again and counts anew.
      this.#instance = crypto.randomUUID();
      this.#kept.clear();
    }
    this.#served = snapshot;
    this.#current = this.#redaction.snapshot(snapshot, this.#current);
    this.#kept.set(snapshot.revision, this.#current);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > keep && oldest !== undefined) this.#kept.delete(oldest);
  }
}
