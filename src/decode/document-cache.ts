import type { SourceDocument } from "../model/source-reading.ts";
import { runToCompletion } from "../model/run-to-completion.ts";
import type { AgentValidator } from "./validate/agent-validator.ts";
import { type DecodedDocument, decodeDocuments } from "./decode-document.ts";
import { detached } from "./detached.ts";
import { type Finding, pointerTo } from "./report/finding.ts";
import type { Layout } from "./layout.ts";
import type { LineIndex } from "./report/line-index.ts";
import { sameContent } from "./same-reading.ts";
import type { Entry } from "./extract/take-entries.ts";
import { type MadeAgent, toAgent } from "./validate/to-agent.ts";

interface KnownFile {
  readonly content: SourceDocument["content"];
  readonly documents: readonly KnownDocument[];
}

/** What a file said when it could last be read. */
export interface GoodFile {
  readonly around: readonly Readonly<Record<string, unknown>>[];
  /** The ids of its agents, as far as they counted. */
  readonly ids: ReadonlySet<string>;
}

interface MadeAgents<A> {
  readonly validator: AgentValidator;
  readonly byIndex: Map<number, MadeAgent<A>>;
}

/**
 * The files of the latest reading, taken apart and validated: of a thousand files one has changed, so
 * the others need not be parsed again. Syntax trees are not kept, they take many times what the text
 * takes; a place that is asked for later has its file parsed anew.
 */
export class DocumentCache<A extends object> {
  readonly #layout: Layout;
  readonly #files = new Map<string, KnownFile>();
  readonly #made = new WeakMap<DecodedDocument, MadeAgents<A>>();
  readonly #good = new Map<string, GoodFile>();

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /** The documents of a file, those that are known when its content is. Yields as decoding does. */
  *documentsOf(
    source: SourceDocument,
  ): Generator<undefined, readonly DecodedDocument[], undefined> {
    const known = this.#files.get(source.path);
    if (known !== undefined && sameContent(known.content, source.content)) return known.documents;
    const decode = () => decodeDocuments(source, this.#layout);
    const documents = (yield* decode()).map((document, at) =>
      new KnownDocument(document, () => runToCompletion(decode())[at]!)
    );
    this.#files.set(source.path, { content: source.content, documents });
    return documents;
  }

  /** Gives the agents of a document by the index of their entry, validated when they are asked for. */
  agentsOf(document: DecodedDocument, validator: AgentValidator): (index: number) => MadeAgent<A> {
    const known = this.#made.get(document);
    // Another validator knows other names for the same enumerations.
    const made = known?.validator === validator ? known : { validator, byIndex: new Map() };
    this.#made.set(document, made);
    return (index) => {
      const before = made.byIndex.get(index);
      if (before !== undefined) return before;
      const entry = document.entries[index]!;
      // What an agent was made of is frozen with it, and outlives the file.
      const value = detached(entry.value);
      const agent = toAgent<A>({ ...entry, value }, document, validator);
      made.byIndex.set(index, agent);
      return agent;
    };
  }

  /** What files said that are lost now, if they could be read before. */
  goodBefore(isLost: (path: string) => boolean): readonly GoodFile[] {
    return [...this.#good].filter(([path]) => isLost(path)).map(([, file]) => file);
  }

  /**
   * Forgets all files but these, and the syntax trees of these.
   *
   * @param counting which entry counts of those of one id
   */
  keep(
    sources: readonly SourceDocument[],
    counting: ReadonlyMap<string, Entry>,
    isLost: (path: string) => boolean,
  ): void {
    const paths = new Set(sources.map(({ path }) => path));
    for (const path of this.#good.keys()) {
      if (!isLost(path) && !paths.has(path)) this.#good.delete(path);
    }
    for (const [path, { documents }] of this.#files) {
      for (const document of documents) document.letGo();
      if (!paths.has(path)) this.#files.delete(path);
      else if (!isLost(path)) {
        const ids = documents.flatMap(({ entries }) =>
          entries.filter((entry) => counting.get(entry.id) === entry).map(({ id }) => id)
        );
        this.#good.set(path, { around: documents.map(({ around }) => around), ids: new Set(ids) });
      }
    }
  }
}

/** A document that can do without its syntax tree. */
class KnownDocument implements DecodedDocument {
  readonly path: string;
  readonly lines: LineIndex;
  readonly entries: readonly Entry[];
  readonly around: Readonly<Record<string, unknown>>;
  readonly findings: readonly Finding[];
  readonly #offsets = new Map<string, number>();
  readonly #decode: () => DecodedDocument;
  #decoded: DecodedDocument | undefined;

  /** @param decode decodes it anew */
  constructor(decoded: DecodedDocument, decode: () => DecodedDocument) {
    ({
      path: this.path,
      lines: this.lines,
      entries: this.entries,
      around: this.around,
      findings: this.findings,
    } = decoded);
    this.#decoded = decoded;
    this.#decode = decode;
  }

  offsetOf(tokens: readonly string[]): number {
    const pointer = pointerTo(...tokens);
    const known = this.#offsets.get(pointer);
    if (known !== undefined) return known;
    this.#decoded ??= this.#decode();
    const offset = this.#decoded.offsetOf(tokens);
    this.#offsets.set(pointer, offset);
    return offset;
  }

  letGo(): void {
    this.#decoded = undefined;
  }
}
