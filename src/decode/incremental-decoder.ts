import { Buffer } from "node:buffer";
import { asBuffer, overlap } from "../model/bytes.ts";
import { comparing, isEmpty } from "../model/changes.ts";
import { ReadOnlyMap } from "../model/read-only-map.ts";
import type { SourceDocument } from "../model/source-reading.ts";
import { type AgentEntry, AgentMap } from "./agent-map.ts";
import type { AgentRules } from "./validate/agent-rules.ts";
import type { ValidatorFor } from "./validate/agent-validator.ts";
import { knownNames, type References } from "./validate/cross-check.ts";
import type { DecodedRegistry } from "./decoded-registry.ts";
import { findingsOfEntries, originsOfEntries } from "./entry-issues.ts";
import { EntryList, type Sized } from "./entry-list.ts";
import { issuesBy, issuesOf } from "./report/finding.ts";
import { IdIndex } from "./id-index.ts";
import { MAX_ALIASED_NODES } from "./inspect-yaml.ts";
import { KeyMemory } from "./key-memory.ts";
import { type EntryRules, type KnownEntry, withNamesChecked } from "./known-entry.ts";
import { planReload, type ReadFile } from "./plan-reload.ts";
import {
  changesOf,
  countNames,
  idsAfter,
  indexAfter,
  keepAgent,
  type KnownFile,
  otherNamesMatter,
  replaceEntries,
} from "./replace-entries.ts";

/**
 * Decodes a file by what differs from the last good one, and gives what decoding the whole of it
 * would give. See `splitEntries` for why the parts add up to the whole, and `planReload` for which
 * parts are looked at. An agent whose bytes are the same, or whose new bytes mean the same, stays the
 * same object.
 *
 * Whatever is out of the ordinary is left to the full decoder: `decode` then gives undefined. The
 * latest file that had no error is kept, and is what the next one is compared with.
 */
export class IncrementalDecoder<A extends object> {
  readonly #references: References;
  readonly #validatorFor: ValidatorFor;
  readonly #key: string | undefined;
  #known: KnownFile<A> | undefined;

  /** @param key what the agents stand below; undefined when they are the whole document */
  constructor({ references, validatorFor }: AgentRules, key?: string) {
    this.#key = key;
    this.#references = references;
    this.#validatorFor = validatorFor;
  }

  /**
   * Yields at every entry that it looks at. Whoever stops there has changed nothing.
   *
   * @param served the agents that the result is to be compared with; by default those it gave last
   * @param release is called once the content is needed no longer, if it ever was needed for longer
   */
  *decode(
    { path, content }: SourceDocument,
    served: ReadonlyMap<string, A> | undefined,
    release?: () => void,
  ): Generator<undefined, DecodedRegistry<A> | undefined, undefined> {
    const known = this.#known?.path === path && !isGivenBack(this.#known) ? this.#known : undefined;
    const bytes = toBuffer(content);
    yield;
    const plan = bytes && (yield* planReload(known, bytes, this.#key));
    if (bytes === undefined || plan === undefined) return undefined;
    const { outline, shape, start } = plan;
    const rules: EntryRules = {
      references: this.#references,
      validator: this.#validatorFor(outline.around),
      shape,
      keys: new KeyMemory(),
      anchors: outline.anchors,
    };
    const base = served ?? known?.agents[0] ?? new Map<string, A>();
    const replacement = yield* replaceEntries(known, bytes, plan, rules, base);
    if (replacement === undefined) return undefined;

    const names = knownNames(idsAfter(known, plan, replacement), outline.around);
    const check = (entry: KnownEntry<A>, at: number): KnownEntry<A> =>
      withNamesChecked(entry, names, rules, bytes, at);
    const replaced: KnownEntry<A>[] = [];
    for (const [at, entry] of replacement.entries.entries()) {
      yield;
      const same = replacement.old.get(entry.id) === entry;
      replaced.push(same ? entry : check(entry, plan.pieces[at]!.start));
    }
    yield;
    let entries = known?.entries.splice(plan.from, plan.to, replaced) ?? EntryList.of(replaced);
    if (known !== undefined && otherNamesMatter(known, plan, replacement)) {
      entries = yield* entries.mapping((entry, at) => check(entry, start + at));
    }
    const aliased = entries.aliased + (outline.anchors?.aliasedInHead ?? 0);
    if (aliased > MAX_ALIASED_NODES) return undefined;
    yield;
    const direct = known !== undefined && known.agents.includes(base);
    if (!direct && base.size > 0) {
      entries = yield* entries.mapping((entry) => keepAgent(entry, base));
    }

    const file = { path, bytes, start, lines: outline.lines, shape, entries };
    const found = findingsOfEntries(file, names, this.#references);
    // What is merged from before the agents stands where no entry is.
    if (found.some(([{ offset }]) => offset < 0)) return undefined;
    const wrong = found.filter(([{ severity }]) => severity === "error");
    const errors = issuesOf(wrong);
    const decoded = {
      metadata: outline.around,
      origins: originsOfEntries(file),
      errors,
      warnings: issuesOf(found.filter(([{ severity }]) => severity === "warning")),
      debounceMs: outline.debounceMs,
    };
    if (errors.length > 0) {
      const broken = ReadOnlyMap.lazy(() => issuesBy(wrong, ([{ agent }]) => agent));
      return { ...decoded, agents: validAgents(entries), broken };
    }

    yield;
    const index = (direct ? indexAfter(known, replacement, entries, replaced) : undefined) ??
      (yield* IdIndex.building(entries.slice(), entries.length));
    const agents = ReadOnlyMap.lazy(() => mapOf(entries, index));
    const changes = direct ? changesOf(replacement) : yield* comparing(base, agents);
    yield;
    this.#keep({
      ...{ path, bytes, release, start, shape, outline, entries, rules, index },
      named: countNames(known?.named ?? new Map<string, number>(), replacement),
      // Without a change the base stays in service.
      agents: isEmpty(changes) ? [agents, base] : [agents],
    });
    return { ...decoded, agents, since: { agents: base, changes } };
  }

  #keep(file: KnownFile<A>): void {
    const before = this.#known;
    this.#known = file;
    // A source may give the same bytes twice.
    if (before !== undefined && !overlap(before.bytes, file.bytes)) giveBack(before);
  }
}

/** Whether others have released the bytes: with agents in it a file is not empty. */
function isGivenBack({ bytes }: ReadFile<Sized>): boolean {
  return bytes.length === 0;
}

/** A source of somebody's own may fail: it keeps its memory then, and the reload is none the worse. */
function giveBack<A>({ release }: KnownFile<A>): void {
  try {
    const result: unknown = release?.();
    if (result instanceof Promise) result.catch(() => undefined);
  } catch {
    // As above.
  }
}

/** The content as bytes, or undefined for text that UTF-8 cannot say. */
function toBuffer(content: string | Uint8Array): Buffer | undefined {
  if (typeof content !== "string") return asBuffer(content) as Buffer;
  return content.isWellFormed() ? Buffer.from(content) : undefined;
}

function validAgents<A>(entries: EntryList<KnownEntry<A>>): ReadonlyMap<string, A> {
  const agents = new Map<string, A>();
  for (const { id, agent } of entries.slice()) if (agent !== undefined) agents.set(id, agent);
  return agents;
}

/** To be asked only when no entry has an error: then each has its agent. */
function mapOf<A>(
  entries: EntryList<KnownEntry<A>>,
  index: IdIndex<KnownEntry<A>>,
): ReadonlyMap<string, A> {
  return new AgentMap(entries as EntryList<AgentEntry<A>>, index as IdIndex<AgentEntry<A>>);
}
