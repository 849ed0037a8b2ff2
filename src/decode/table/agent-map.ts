import type { IdIndex } from "./id-index.ts";
import type { Region } from "../segments/region.ts";
import type { Segment } from "../segments/segment.ts";

/** A segment that is an agent. */
export type AgentSegment<A> = Segment<A> & { readonly id: string; readonly agent: A };

/** The agents of some regions as a map in their order, found by id through an index of the same segments. */
export class AgentMap<A> implements ReadonlyMap<string, A> {
  readonly #regions: readonly Region<A>[];
  readonly #index: IdIndex<AgentSegment<A>>;

  /** @param regions may hold segments that are not in the index: these do not count */
  constructor(regions: readonly Region<A>[], index: IdIndex<AgentSegment<A>>) {
    this.#regions = regions;
    this.#index = index;
  }

  get size(): number {
    return this.#index.size;
  }

  get(id: string): A | undefined {
    return this.#index.get(id)?.agent;
  }

  has(id: string): boolean {
    return this.#index.has(id);
  }

  forEach(callback: (agent: A, id: string, map: ReadonlyMap<string, A>) => void): void {
    for (const { id, agent } of this.#segments()) callback(agent, id, this);
  }

  *keys(): MapIterator<string> {
    for (const { id } of this.#segments()) yield id;
  }

  *values(): MapIterator<A> {
    for (const { agent } of this.#segments()) yield agent;
  }

  *entries(): MapIterator<[string, A]> {
    for (const { id, agent } of this.#segments()) yield [id, agent];
  }

  [Symbol.iterator](): MapIterator<[string, A]> {
    return this.entries();
  }

  *#segments(): Generator<AgentSegment<A>, undefined, undefined> {
    const count = this.#regions.reduce((sum, { segments }) => sum + segments.length, 0);
    const isEach = count === this.size;
    for (const { segments } of this.#regions) {
      for (const segment of segments) {
        if (isEach || this.#isWinner(segment)) yield segment as AgentSegment<A>;
      }
    }
  }

  /** Entries without an id, and those whose id is another's, are no agents. */
  #isWinner(segment: Segment<A>): boolean {
    return segment.id !== undefined && this.#index.get(segment.id) === segment;
  }
}
