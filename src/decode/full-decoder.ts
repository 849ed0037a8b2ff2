import { deepFreeze } from "../model/deep-freeze.ts";
import type { Issue } from "../model/issue.ts";
import { ReadOnlyMap } from "../model/read-only-map.ts";
import type { Origin } from "../model/snapshot.ts";
import type { SourceReading } from "../model/source-reading.ts";
import type { AgentRules } from "./validate/agent-rules.ts";
import { crossCheck, knownNames } from "./validate/cross-check.ts";
import { type DecodedDocument, originOf } from "./decode-document.ts";
import type { DecodeSteps } from "./decoded-registry.ts";
import { detached } from "./detached.ts";
import { DocumentCache } from "./document-cache.ts";
import { settingsOf } from "./extract/file-settings.ts";
import {
  type Finding,
  issuesBy,
  issuesOf,
  type LocatedFinding,
  pointerTo,
} from "./report/finding.ts";
import type { Layout } from "./layout.ts";
import { lossIn, lostDocuments } from "./lost-documents.ts";
import { mergeAround } from "./extract/merge-around.ts";
import { tellApart } from "./tell-apart.ts";

/** Decodes all of a reading, but for the files that are the same as in the reading before. */
export class FullDecoder<A extends object> {
  readonly #rules: AgentRules;
  readonly #layout: Layout;
  readonly #cache: DocumentCache<A>;

  constructor(rules: AgentRules, layout: Layout) {
    this.#rules = rules;
    this.#layout = layout;
    this.#cache = new DocumentCache(layout);
  }

  /** Yields between entries and between files. */
  *decode(reading: SourceReading): DecodeSteps<A> {
    const { references, validatorFor } = this.#rules;
    const documents: DecodedDocument[] = [];
    for (const document of reading.documents) {
      documents.push(...yield* this.#cache.documentsOf(document));
      yield;
    }
    // Where some files are lost, the others are checked against what these said before: their agents
    // may still be served.
    const isLost = lossIn(reading, documents);
    const before = documents.every(({ path }) => isLost(path))
      ? []
      : this.#cache.goodBefore(isLost);
    const said = [
      ...before.flatMap(({ around }) => around),
      ...documents.map(({ around }) => around),
    ];
    const around = deepFreeze(detached(mergeAround(said)));
    const validator = validatorFor(around);
    const settings = documents.map(settingsOf);
    const lostIds = new Set(before.flatMap(({ ids }) => [...ids]));
    const { counting, repeated } = tellApart(documents, this.#layout.duplicates, lostIds);
    const agents = new Map<string, A>();
    const origins = new Map<string, Origin>();
    // Lists of lists: a file of junk has more findings than a call can take arguments.
    const found: LocatedFinding[][] = [];
    for (const [at, document] of documents.entries()) {
      const findings = [document.findings, settings[at]!.findings, repeated.get(document) ?? []];
      const made = this.#cache.agentsOf(document, validator);
      for (const [index, entry] of document.entries.entries()) {
        if (counting.get(entry.id) !== entry) continue;
        const { agent, findings: problems } = made(index);
        origins.set(entry.id, originOf(entry, document));
        if (agent !== undefined) agents.set(entry.id, agent);
        findings.push(problems.map((finding) => ({ ...finding, agent: entry.id })));
        yield;
      }
      found.push(inOrder(findings.flat(), document));
    }

    const known = knownNames(new Set([...lostIds, ...origins.keys()]), around);
    for (const document of documents) {
      const findings: Finding[] = [];
      for (const entry of document.entries) {
        if (counting.get(entry.id) !== entry) continue;
        yield;
        for (
          const { tokens, message } of crossCheck(agents.get(entry.id) ?? {}, references, known)
        ) {
          const path = [...entry.tokens, ...tokens];
          const place = { offset: document.offsetOf(path), pointer: pointerTo(...path) };
          findings.push({ code: "unknown-reference", severity: "warning", message, ...place });
        }
      }
      found.push(inOrder(findings, document));
      yield;
    }
    this.#cache.keep(reading.documents, counting, isLost);

    const all = found.flat();
    const errors = all.filter(([finding]) => finding.severity === "error");
    for (const [{ agent }] of errors) if (agent !== undefined) agents.delete(agent);
    const given = givenIssues(reading);
    const warnings = all.filter(([finding]) => finding.severity === "warning");
    return {
      agents,
      metadata: around,
      origins,
      errors: issuesOf(errors, [...given.errors, ...nothingToRead(reading, documents)]),
      warnings: issuesOf(warnings, given.warnings),
      broken: ReadOnlyMap.lazy(() => issuesBy(errors, ([{ agent }]) => agent)),
      lost: lostDocuments(errors, given.errors),
      incomplete: issuesBy(errors, ([{ unnamed }, { path }]) => unnamed && path),
      debounceMs: settings.findLast(({ debounceMs }) => debounceMs !== undefined)?.debounceMs,
      whole: true,
    };
  }
}

/** Copied and frozen: they may be a source's own. */
function givenIssues({ issues }: SourceReading): Record<"errors" | "warnings", readonly Issue[]> {
  const all = issues.map((issue) => Object.freeze({ ...issue }));
  return {
    errors: all.filter(({ severity }) => severity === "error"),
    warnings: all.filter(({ severity }) => severity === "warning"),
  };
}

/** An empty source is more likely a lost one than a registry without agents. */
function nothingToRead(
  { documents, issues }: SourceReading,
  decoded: readonly DecodedDocument[],
): readonly Issue[] {
  if (decoded.length + issues.length > 0) return [];
  const [message, path] = documents.length === 0
    ? ["The source holds no document", "(source)"]
    : ['No document is one that the option "documents" takes', documents[0]!.path];
  return [Object.freeze({ code: "missing-agents", severity: "error", message, path })];
}

function inOrder(findings: readonly Finding[], document: DecodedDocument): LocatedFinding[] {
  return findings
    .toSorted((a, b) => a.offset - b.offset)
    .map((finding) => [finding, document]);
}
