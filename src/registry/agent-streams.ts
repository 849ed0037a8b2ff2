import { distinctUntilChanged, Observable, Subject } from "rxjs";
import type { Changes } from "../model/report/changes.ts";
import type { RegistrySnapshot } from "../model/snapshot/snapshot.ts";

/**
 * A stream for each agent that somebody is subscribed to. A reload touches the streams of the agents
 * that it changed, and no others.
 */
export class AgentStreams<A> {
  readonly #streams = new Map<string, Subject<A | undefined>>();
  readonly #snapshot: () => RegistrySnapshot<A>;
  #completed = false;

  constructor(snapshot: () => RegistrySnapshot<A>) {
    this.#snapshot = snapshot;
  }

  /** The stream of one agent. Replays the one there is now. */
  agent$(id: string): Observable<A | undefined> {
    const live$ = new Observable<A | undefined>((subscriber) => {
      if (this.#completed) {
        subscriber.next(this.#snapshot().get(id));
        return subscriber.complete();
      }
      const stream = this.#streams.get(id) ?? new Subject<A | undefined>();
      this.#streams.set(id, stream);
      // Subscribed before it is told the present value, which may make it cause a reload.
      const subscription = stream.subscribe({
        next: (agent) => subscriber.next(agent),
        complete: () => subscriber.complete(),
      });
      subscriber.next(this.#snapshot().get(id));
      return () => {
        subscription.unsubscribe();
        if (!stream.observed && this.#streams.get(id) === stream) this.#streams.delete(id);
      };
    });
    return live$.pipe(distinctUntilChanged());
  }

  /** Tells those concerned that the snapshot is another. */
  publish({ added, updated, removed }: Changes): void {
    if (this.#streams.size === 0) return;
    for (const id of [...added, ...updated, ...removed]) {
      this.#streams.get(id)?.next(this.#snapshot().get(id));
    }
  }

  /** Completes every stream. */
  complete(): void {
    this.#completed = true;
    for (const stream of [...this.#streams.values()]) stream.complete();
    this.#streams.clear();
  }
}
