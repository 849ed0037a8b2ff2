/** The documents of the model, path to words. */
export type ModelDocuments = Readonly<Record<string, string>>;

/** What the model serves: for each agent its value, where it stands, and why it is stale. */
export interface ModelContent {
  readonly agents: Readonly<Record<string, ModelAgent>>;
}

interface ModelAgent {
  readonly value: string;
  readonly path: string;
  readonly stale?: string;
}

/** What one step of the model tells. */
export interface ModelEvent {
  readonly type: "applied" | "partial" | "rejected" | "unchanged";
  readonly revision: number;
  readonly changes: string;
}

/**
 * What a registry is to do, said once more and as plainly as possible: on objects, without sharing,
 * without streams. The words of documents are those of `decodeToys`.
 */
export class RegistryModel {
  readonly isolate: boolean;
  readonly limit: number;
  revision: number = 0;
  served: ModelContent = { agents: {} };
  pinned: number | undefined;
  failures: number = 0;
  inSync: boolean = false;
  readonly kept: Map<number, ModelContent> = new Map<number, ModelContent>();
  readonly events: ModelEvent[] = [];
  #places: Readonly<Record<string, string>> = {};
  #latestReading: ModelContent | undefined;
  #readingAtPin: ModelContent | undefined;

  constructor(isolate: boolean, limit: number) {
    this.isolate = isolate;
    this.limit = limit;
  }

  /** The files were read, because of a hint or because somebody asked. */
  read(documents: ModelDocuments, asked: boolean): void {
    const held = this.#readingAtPin;
    if (this.pinned !== undefined && held !== undefined && !asked) {
      const content = this.#contentOf(documents, held);
      if (content !== undefined && same(content, held)) {
        this.#latestReading = held;
        this.#places = placesOf(content);
        return this.#tell(isWhole(documents) ? "unchanged" : "partial", this.served);
      }
    }
    const content = this.#contentOf(documents, this.served);
    if (content !== undefined) this.#places = placesOf(content);
    const refused = content !== undefined && this.#changes(content) && isRefused(content);
    if (content === undefined || refused) {
      if (refused) this.#latestReading = content;
      else if (Object.keys(documents).length > 0) this.#latestReading = undefined;
      if (asked) this.#readingAtPin = undefined;
      return this.#tell("rejected", this.served);
    }
    this.pinned = undefined;
    this.#readingAtPin = undefined;
    this.#latestReading = content;
    const type = isWhole(documents) ? "applied" : "partial";
    this.#tell(type === "applied" && !this.#changes(content) ? "unchanged" : type, content);
  }

  /** Returns false when the revision is not kept. */
  rollback(revision: number): boolean {
    const content = this.kept.get(revision);
    if (content === undefined) return false;
    this.pinned = revision;
    this.#readingAtPin = this.#latestReading;
    const { failures } = this;
    this.#tell(this.#changes(content) ? "applied" : "unchanged", content);
    this.failures = failures;
    return true;
  }

  #tell(type: ModelEvent["type"], content: ModelContent): void {
    const before = this.served;
    if (this.#changes(content)) {
      this.revision++;
      this.served = content;
    }
    if (this.revision > 0) this.kept.set(this.revision, this.served);
    while (this.kept.size > this.limit) this.kept.delete([...this.kept.keys()][0]!);
    const good = type === "applied" || type === "unchanged";
    this.failures = good ? 0 : this.failures + 1;
    this.inSync = good && this.pinned === undefined;
    this.events.push({ type, revision: this.revision, changes: changesText(before, this.served) });
    if (this.events.length > this.limit) this.events.shift();
  }

  #changes(content: ModelContent): boolean {
    return this.revision === 0 || !same(content, this.served);
  }

  /** What is to be served on top of what was, or undefined when nothing can be. */
  #contentOf(documents: ModelDocuments, before: ModelContent): ModelContent | undefined {
    const readable = Object.entries(documents).filter(([, text]) => text !== "?");
    if (readable.length === 0) return undefined;
    if (!this.isolate && !isWhole(documents)) return undefined;
    const agents: Record<string, ModelAgent> = {};
    const held = new Set<string>();
    for (const [path, text] of readable) {
      for (const word of text.split(" ").filter(Boolean)) {
        const [id = "", value = ""] = word.split(/[=!]/);
        held.add(id);
        if (word.includes("=")) agents[id] = { value, path };
        else if (before.agents[id] !== undefined) {
          agents[id] = { ...before.agents[id], path, stale: `${id}: ${value}` };
        }
      }
    }
    for (const [id, agent] of Object.entries(before.agents)) {
      const path = this.#places[id] ?? agent.path;
      if (held.has(id) || documents[path] !== "?") continue;
      agents[id] = { ...agent, path, stale: "nothing can be read" };
    }
    return { agents };
  }
}

/** The guard that the model knows: nines are refused, unless there is one already. */
export function isRefused({ agents }: ModelContent): boolean {
  return Object.values(agents).some(({ value }) => value === "9");
}

function placesOf({ agents }: ModelContent): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(agents).map(([id, { path }]) => [id, path]));
}

function isWhole(documents: ModelDocuments): boolean {
  return Object.values(documents).every((text) => !/[!?]/.test(text));
}

/** Whether two contents mean the same: where an agent stands is no part of it. */
function same(a: ModelContent, b: ModelContent): boolean {
  return textOf(a) === textOf(b);
}

/** Agents as words, sorted. */
export function textOf({ agents }: ModelContent): string {
  return Object.entries(agents)
    .map(([id, { value, stale }]) => `${id}=${value}${stale === undefined ? "" : `!${stale}`}`)
    .sort().join(" ");
}

function changesText(before: ModelContent, after: ModelContent): string {
  const ids = [...new Set([...Object.keys(before.agents), ...Object.keys(after.agents)])].sort();
  return ids.flatMap((id) => {
    const [old, now] = [before.agents[id]?.value, after.agents[id]?.value];
    if (old === now) return [];
    return old === undefined ? [`+${id}`] : now === undefined ? [`-${id}`] : [`~${id}`];
  }).join(" ");
}
