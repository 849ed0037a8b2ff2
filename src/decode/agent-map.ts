import type { EntryList, Sized } from "./entry-list.ts";
import type { Identified, IdIndex } from "./id-index.ts";

/** An entry of a file with the agent that was made of it. */
export interface AgentEntry<A> extends Sized, Identified {
  readonly agent: A;
}

/** The agents of an entry list as a map in file order, found by id through an index of the same entries. */
export class AgentMap<A> implements ReadonlyMap<string, A> {
  readonly #list: EntryList<AgentEntry<A>>;
  readonly #index: IdIndex<AgentEntry<A>>;

  constructor(list: EntryList<AgentEntry<A>>, index: IdIndex<AgentEntry<A>>) {
    this.#list = list;
    this.#index = index;
  }

  get size(): number {
    return this.#list.length;
  }

  get(id: string): A | undefined {
    return this.#index.get(id)?.agent;
  }

  has(id: string): boolean {
    return this.#index.has(id);
  }

  forEach(callback: (agent: A, id: string, map: ReadonlyMap<string, A>) => void): void {
    for (const { id, agent } of this.#list.slice()) callback(agent, id, this);
  }

  *keys(): MapIterator<string> {
    for (const { id } of this.#list.slice()) yield id;
  }

  *values(): MapIterator<A> {
    for (const { agent } of this.#list.slice()) yield agent;
  }

  *entries(): MapIterator<[string, A]> {
    for (const { id, agent } of this.#list.slice()) yield [id, agent];
  }

  [Symbol.iterator](): MapIterator<[string, A]> {
    return this.entries();
  }
}
