import { commonPrefix } from "../../model/value/bytes.ts";
import { sameValue } from "../../model/value/same-value.ts";
import { deepFreeze } from "../../model/value/deep-freeze.ts";
import type { SourceReading } from "../../model/report/source-reading.ts";
import { mergeMetadata } from "../extract/merge-metadata.ts";
import type { DecoderMode } from "../decoded-registry.ts";
import type { Layout } from "../layout.ts";
import type { ParseSteps } from "../parse/parsed-document.ts";
import type { AgentRules } from "../validate/agent-rules.ts";
import { type DecodedFile, documentsOf, type TakenApart } from "./decoded-file.ts";
import { IssueBudget } from "./issue-budget.ts";
import { isOfFile, lossOf } from "./lost-files.ts";
import { bytesOf, surrogateProblem } from "./file-text.ts";
import { type FilePlan, hasKnown, passOver, planFile } from "./plan-file.ts";
import { readFile, type ReadOptions, type Replaced } from "./read-file.ts";

/** All files of a reading, decoded. */
export interface ReadFiles<A> {
  readonly files: readonly DecodedFile<A>[];
  /** How the entries of files differ from those that were known, where they were compared. */
  readonly replaced: ReadonlyMap<DecodedFile<A>, Replaced<A>>;
  /** The plans of the files that were read just now, by their paths. */
  readonly plans: ReadonlyMap<string, FilePlan<A>>;
  /** What all documents say around their agents, together. The same object as long as they say the same. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly isLost: (path: string) => boolean;
  /** The files that are lost, as they were when they could last be read. */
  readonly lostBefore: readonly DecodedFile<A>[];
  /** Whether there were so many errors that the rest was not read. */
  readonly isCut: boolean;
}

/** Reads the files of readings, and remembers them: of a thousand files one has changed. */
export class FileReader<A extends object> {
  readonly #rules: AgentRules;
  readonly #layout: Layout;
  readonly #isWhole: boolean;
  readonly #givesUp: boolean;
  /** Each file as it was when it could last be read. */
  readonly #known = new Map<string, DecodedFile<A>>();
  #merged: {
    readonly parts: readonly object[];
    readonly metadata: Readonly<Record<string, unknown>>;
  } = { parts: [], metadata: Object.freeze({}) };

  constructor(rules: AgentRules, layout: Layout, mode: DecoderMode) {
    this.#rules = rules;
    this.#layout = layout;
    this.#isWhole = mode.isWhole === true;
    this.#givesUp = mode.givesUp === true;
  }

  /** @param served the agents that are in service */
  *read(reading: SourceReading, served: ReadonlyMap<string, unknown>): ParseSteps<ReadFiles<A>> {
    const drafts: Draft<A>[] = [];
    for (const source of reading.documents) {
      const { path } = source;
      const bytes = bytesOf(source);
      const known = this.#known.get(path);
      const isFound = source.found === true;
      const problem = surrogateProblem(source);
      const same = known === undefined ? 0 : commonPrefix(known.bytes, bytes);
      const isSame = known !== undefined && same === Math.max(known.bytes.length, bytes.length);
      if (isSame && problem === undefined) {
        drafts.push({ plan: undefined, known, file: known, isWhole: this.#isWhole, isFound });
        continue;
      }
      const options = { layout: this.#layout, isWhole: this.#isWhole };
      const before = known && { file: known, same };
      const planned = yield* planFile<A>(path, bytes, options, before, problem);
      const plan = isFound ? passOver(planned) : planned;
      drafts.push({ plan, known, file: undefined, isWhole: this.#isWhole, isFound });
      yield;
    }
    const given = reading.issues.filter(({ severity }) => severity === "error").map(({ path }) =>
      path
    );
    const refused = new Set<string>();
    const replaced = new Map<DecodedFile<A>, Replaced<A>>();
    const plans = new Map<string, FilePlan<A>>();
    for (;;) {
      const isLost = lossOf([...given, ...drafts.filter(isBroken).map(pathOf), ...refused]);
      // Where some files are lost, the others are checked against what these said before: their agents
      // may still be served.
      const lostBefore = drafts.every((draft) => isLost(pathOf(draft)))
        ? []
        : [...this.#known.values()].filter(({ path }) => isLost(path));
      const metadata = this.#metadataOf(
        drafts.filter((one) => !refused.has(pathOf(one))),
        lostBefore,
      );
      const validator = this.#rules.validatorFor(metadata);
      const budget = new IssueBudget(this.#givesUp, this.#layout);
      let isSame = true;
      for (const draft of drafts) {
        if (draft.file?.validator === validator || refused.has(pathOf(draft))) continue;
        const isPlannedAnew = yield* this.#readDraft(
          draft,
          { validator, served, budget },
          replaced,
          plans,
        );
        const isRefused = draft.file!.refusals.length > 0;
        if (isRefused) refused.add(pathOf(draft));
        isSame = isSame && !isPlannedAnew && !isRefused;
        yield;
      }
      // What a file says around its agents does not count when it turns out to be lost.
      if (!isSame) continue;
      const files = drafts.map(({ file }) => file!);
      return { files, replaced, plans, metadata, isLost, lostBefore, isCut: budget.isOver };
    }
  }

  /** Remembers files, but for those that are lost, and forgets all others. */
  keep({ files, isLost }: ReadFiles<A>): void {
    const paths = new Set(files.map(({ path }) => path));
    for (const path of this.#known.keys()) {
      if (!isLost(path) && !paths.has(path)) this.#known.delete(path);
    }
    for (const file of files) {
      // What was not looked for is looked for when there is less to report.
      if (!isLost(file.path) && !file.isBrief) this.#known.set(file.path, file);
    }
  }

  /** Says whether the file had to be planned anew, as a whole. */
  *#readDraft(
    draft: Draft<A>,
    by: Pick<ReadOptions, "validator" | "served" | "budget">,
    replaced: Map<DecodedFile<A>, Replaced<A>>,
    plans: Map<string, FilePlan<A>>,
  ): ParseSteps<boolean> {
    const { references } = this.#rules;
    const options = { ...by, layout: this.#layout, references };
    // What was validated by other rules is read again.
    const known = draft.known?.validator === by.validator ? draft.known : undefined;
    for (let isNew = false;; isNew = true) {
      const { path, bytes } = draft.plan ?? draft.known!;
      if (draft.plan === undefined || (known === undefined && hasKnown(draft.plan))) {
        const options = { layout: this.#layout, isWhole: draft.isWhole };
        const planned = yield* planFile<A>(path, bytes, options, undefined);
        draft.plan = draft.isFound ? passOver(planned) : planned;
      }
      const takeBack = options.budget.mark();
      const read = yield* readFile(draft.plan, known, options);
      if (read !== undefined) {
        draft.file = read.file;
        plans.set(path, draft.plan);
        if (read.replaced !== undefined) replaced.set(read.file, read.replaced);
        return isNew;
      }
      takeBack();
      draft.isWhole = true;
      draft.plan = undefined;
      draft.plan = yield* planFile(path, bytes, { layout: this.#layout, isWhole: true }, undefined);
    }
  }

  #metadataOf(
    drafts: readonly Draft<A>[],
    lostBefore: readonly DecodedFile<A>[],
  ): Readonly<Record<string, unknown>> {
    const parts: Readonly<Record<string, unknown>>[] = [];
    // Of a thousand files each takes as little as it can.
    for (const file of [...lostBefore, ...drafts.map(({ plan, known }) => plan ?? known!)]) {
      for (const { documents } of file.parts) {
        for (const { metadata } of documents) parts.push(metadata);
      }
    }
    const { parts: before } = this.#merged;
    const isSame = parts.length === before.length &&
      parts.every((part, at) => sameValue(part, before[at]));
    const metadata = isSame
      ? this.#merged.metadata
      : parts.length === 1
      ? parts[0]!
      : deepFreeze(mergeMetadata(parts));
    this.#merged = { parts, metadata };
    return metadata;
  }
}

/** A file on its way to be read. */
interface Draft<A> {
  plan: FilePlan<A> | undefined;
  readonly known: DecodedFile<A> | undefined;
  file: DecodedFile<A> | undefined;
  isWhole: boolean;
  /** Whether a search has found it. */
  readonly isFound: boolean;
}

function pathOf<A>({ plan, known }: Draft<A>): string {
  return (plan ?? known!).path;
}

function isBrokenDocument({ findings }: Pick<TakenApart<never>, "findings">): boolean {
  return findings.some(isOfFile);
}

/** Whether something is wrong with a file that is not about one agent. */
function isBroken<A>({ plan, known }: Draft<A>): boolean {
  if (plan === undefined) return known!.hasFindings && known!.documents.some(isBrokenDocument);
  return documentsOf(plan).some(isBrokenDocument);
}
