import type { TSchema } from "@sinclair/typebox";
import type { Changes } from "../model/changes.ts";
import { deepFreeze } from "../model/deep-freeze.ts";
import type { Issue } from "../model/issue.ts";
import type { Origin } from "../model/snapshot.ts";
import type { SourceReading } from "../model/source-reading.ts";
import { quote } from "../text/quote.ts";
import { agentValidators, type ValidatorFor } from "./agent-validator.ts";
import { crossCheck, knownNames, type References, referencesOf } from "./cross-check.ts";
import { type DecodedDocument, decodeDocument } from "./decode-document.ts";
import type { Entry } from "./decode-yaml.ts";
import { settingsOf } from "./file-settings.ts";
import { error, type Finding, issuesOf, type LocatedFinding, pointerTo } from "./finding.ts";
import { IncrementalDecoder } from "./incremental-decoder.ts";
import { sameReading } from "./same-reading.ts";
import { toAgent } from "./to-agent.ts";

/** What a reading says, all of it; to be applied only when there are no `errors`. */
export interface DecodedRegistry<A> {
  readonly agents: ReadonlyMap<string, A>;
  /** What stands around the agents, frozen. */
  readonly around: Readonly<Record<string, unknown>>;
  readonly origins: ReadonlyMap<string, Origin>;
  readonly errors: readonly Issue[];
  readonly warnings: readonly Issue[];
  /** Entries that are there but not valid, by id in the order of the files: what is wrong with each. */
  readonly broken?: ReadonlyMap<string, readonly Issue[]>;
  /** Documents of which nothing could be read, by path: why. Their entries are not known. */
  readonly lost?: ReadonlyMap<string, readonly Issue[]>;
  /** The quiet time that the documents themselves ask for, in milliseconds. */
  readonly debounceMs: number | undefined;
  /** Whether it took a parse of the whole, during which nothing else can run. */
  readonly whole?: true;
  /** What `agents` were compared with, and how they differ from it, when the decoder knows. */
  readonly since?: { readonly agents: ReadonlyMap<string, A>; readonly changes: Changes };
}

/** Decoding in steps: to be gone on with until it returns, or to be dropped at any of them. */
export type DecodeSteps<A> = Generator<undefined, DecodedRegistry<A>, undefined>;

/** Turns readings into agents. */
export interface Decoder<A> {
  /** @param served the agents that are in service: those that stay as they are stay the same objects */
  (reading: SourceReading, served?: ReadonlyMap<string, A>): DecodedRegistry<A>;
  /** The same in steps, which take less than a millisecond each, but for a parse of a whole file. */
  steps?(reading: SourceReading, served?: ReadonlyMap<string, A>): DecodeSteps<A>;
}

/**
 * Makes a decoder for agents of a schema. It remembers what it read last: equal bytes are not read
 * again, be it those of single agents or, where agents cannot be told apart, all of them.
 */
export function createDecoder<A extends object>(schema: TSchema): Decoder<A> {
  const references = referencesOf(schema);
  const validatorFor = agentValidators(schema);
  const incremental = new IncrementalDecoder<A>(schema, references, validatorFor);
  let last: { reading: SourceReading; decoded: DecodedRegistry<A> } | undefined;

  function* steps(reading: SourceReading, served?: ReadonlyMap<string, A>): DecodeSteps<A> {
    const { documents: [document, another], issues } = reading;
    if (document !== undefined && another === undefined && issues.length === 0) {
      const decoded = yield* incremental.decode(document, served);
      if (decoded !== undefined) return decoded;
    }
    if (last !== undefined && sameReading(last.reading, reading)) return last.decoded;
    const decoded = decode<A>(reading, schema, references, validatorFor);
    last = { reading, decoded };
    return decoded;
  }

  return Object.assign(
    (reading: SourceReading, served?: ReadonlyMap<string, A>) => {
      const running = steps(reading, served);
      for (;;) {
        const { done, value } = running.next();
        if (done === true) return value;
      }
    },
    { steps },
  );
}

/** Makes a decoder that decodes all of every reading: what the incremental one must be equal to. */
export function createFullDecoder<A extends object>(schema: TSchema): Decoder<A> {
  const references = referencesOf(schema);
  const validatorFor = agentValidators(schema);
  return (reading) => decode<A>(reading, schema, references, validatorFor);
}

function decode<A extends object>(
  reading: SourceReading,
  schema: TSchema,
  references: References,
  validatorFor: ValidatorFor,
): DecodedRegistry<A> {
  const documents = reading.documents.map(decodeDocument);
  const around = deepFreeze(
    Object.fromEntries(documents.flatMap((document) => Object.entries(document.around))),
  );
  const validator = validatorFor(around);
  const settings = documents.map(settingsOf);
  const agents = new Map<string, A>();
  const origins = new Map<string, Origin>();
  // Lists of lists: a file of junk has more findings than a call can take arguments.
  const found: LocatedFinding[][] = [];

  for (const [at, document] of documents.entries()) {
    const findings = [document.findings, settings[at]!.findings];
    for (const entry of document.entries) {
      const first = origins.get(entry.id);
      if (first !== undefined) {
        findings.push([duplicateOf(entry, first)]);
        continue;
      }
      origins.set(entry.id, originOf(entry, document));
      const made = toAgent<A>(entry, document, schema, validator);
      if (made.agent !== undefined) agents.set(entry.id, made.agent);
      findings.push(made.findings);
    }
    found.push(inOrder(findings.flat(), document));
  }

  const known = knownNames(new Set(origins.keys()), around);
  for (const document of documents) {
    const findings = document.entries.flatMap((entry) =>
      crossCheck(agents.get(entry.id) ?? {}, references, known).map(({ tokens, message }) => {
        const path = [...entry.tokens, ...tokens];
        const place = { offset: document.offsetOf(path), pointer: pointerTo(...path) };
        return { code: "unknown-reference", severity: "warning", message, ...place } as const;
      })
    );
    found.push(inOrder(findings, document));
  }

  // Copied and frozen: they may be a source's own.
  const givenIssues = (severity: Issue["severity"]): readonly Issue[] =>
    reading.issues
      .filter((issue) => issue.severity === severity)
      .map((issue) => Object.freeze({ ...issue }));
  const all = found.flat();
  const errors = all.filter(([finding]) => finding.severity === "error");
  const warnings = all.filter(([finding]) => finding.severity === "warning");
  return {
    agents,
    around,
    origins,
    errors: issuesOf(errors, [...givenIssues("error"), ...nothingToRead(reading)]),
    warnings: issuesOf(warnings, givenIssues("warning")),
    debounceMs: settings.find(({ debounceMs }) => debounceMs !== undefined)?.debounceMs,
    whole: true,
  };
}

/** An empty source is more likely a lost one than a registry without agents. */
function nothingToRead({ documents, issues }: SourceReading): readonly Issue[] {
  if (documents.length + issues.length > 0) return [];
  const message = "The source holds no document";
  return [Object.freeze({ code: "missing-agents", severity: "error", message, path: "(source)" })];
}

function originOf({ offset }: Entry, { path, lines }: DecodedDocument): Origin {
  return Object.freeze({ path, ...lines.positionAt(offset) });
}

function duplicateOf({ id, offset, tokens }: Entry, first: Origin): Finding {
  const place = `${first.path}:${first.line}:${first.column}`;
  const message = `Agent ${quote(id)}: stands already at ${place}`;
  return error("duplicate-agent", offset, message, pointerTo(...tokens));
}

function inOrder(findings: readonly Finding[], document: DecodedDocument): LocatedFinding[] {
  return findings
    .toSorted((a, b) => a.offset - b.offset)
    .map((finding) => [finding, document]);
}
