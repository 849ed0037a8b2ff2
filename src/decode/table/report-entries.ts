import { ISSUE_LIMIT } from "../../model/report/issue.ts";
import { PAUSE_AFTER } from "../../model/value/pause-after.ts";
import { ReadOnlyMap } from "../../model/snapshot/read-only-map.ts";
import type { SourceReading } from "../../model/report/source-reading.ts";
import { hintLayout } from "../extract/hint-layout.ts";
import { error, type Finding, issuesBy, issuesOf, type LocatedFinding } from "../report/finding.ts";
import { pointerTo } from "../report/pointer.ts";
import { crossCheck, type References } from "../validate/cross-check.ts";
import type { DecodedRegistry } from "../decoded-registry.ts";
import type { Layout } from "../layout.ts";
import type { ParseSteps } from "../parse/parsed-document.ts";
import type { DecodedFile, FilePart, TakenApart } from "../segments/decoded-file.ts";
import type { Entries } from "./entry-table.ts";
import { givenIssues, nothingToRead } from "./reading-issues.ts";
import { type PlacedSegment, segmentsOf, segmentsOfFile } from "./file-segments.ts";
import { FindingLocator, inFileOrder, type PlacedFinding } from "./locate-findings.ts";
import { lostFiles } from "../segments/lost-files.ts";
import { offsetInSegment } from "./offset-in-segment.ts";
import type { DocumentPlan } from "../segments/plan-document.ts";
import { type FilePlan, planWhole } from "../segments/plan-file.ts";
import type { Region } from "../segments/region.ts";
import type { Segment } from "../segments/segment.ts";
import type { Chunk } from "../segments/segment-list.ts";

/** What is to be reported about entries: an error keeps a reading from being served. */
export type Report = Pick<
  DecodedRegistry<unknown>,
  "errors" | "warnings" | "broken" | "lost" | "incomplete"
>;

/** What is only looked for in entries that count. */
const BY_VALIDATION: ReadonlySet<Finding["code"]> = new Set([
  "invalid-agent",
  "missing-field",
  "unknown-variable",
  "id-mismatch",
]);
/** What may come of agents that stand elsewhere than the layout says, or are named otherwise. */
const BY_LAYOUT: ReadonlySet<Finding["code"]> = new Set([
  "missing-agents",
  "invalid-agents",
  "invalid-agent",
  "missing-field",
]);
/** More names that name nothing are only counted: they would not be shown. */
const MAX_DANGLING = ISSUE_LIMIT;

/** A longer file, in bytes, is not worth the time that the search for a hint takes. */
const MAX_HINTED = 256 * 1024;

/** Reports what is wrong with entries and their files, in the order of the files. */
export function* reportEntries<A extends object>(
  entries: Entries<A>,
  reading: SourceReading,
  references: References,
  layout: Layout,
): ParseSteps<Report> {
  const located: LocatedFinding[] = [];
  const dangling: LocatedFinding[] = [];
  for (const file of entries.files) {
    const hasOwn = file.hasFindings || entries.winners.repeated.size > 0;
    if (!hasOwn && entries.dangling.size === 0) continue;
    const reporter = new FileReporter(file, entries, references, layout);
    if (hasOwn) { for (const one of yield* reporter.own()) located.push(one); }
    const room = MAX_DANGLING - dangling.length;
    for (const one of yield* reporter.dangling(room)) dangling.push(one);
  }
  const given = givenIssues(reading);
  const errors = located.filter(([{ severity }]) => severity === "error");
  const warnings = located.length === errors.length
    ? dangling
    : [...located.filter(([{ severity }]) => severity === "warning"), ...dangling];
  const notShown = sumOf(entries.dangling.values()) - dangling.length;
  const issues = {
    errors: yield* issuesOf(
      errors,
      [...given.errors, ...nothingToRead(reading, entries.files)],
      entries.isCut ? Infinity : 0,
    ),
    warnings: yield* issuesOf(warnings, given.warnings, notShown),
  };
  if (issues.errors.length === 0) {
    // Better no reading than half of one.
    if (entries.isCut) {
      throw new Error("Entries were left out, and no error says why: please report this");
    }
    return issues;
  }
  const lost = lostFiles(errors, given.errors);
  return {
    ...issues,
    broken: ReadOnlyMap.lazy(() => issuesBy(errors, ([{ agent }]) => agent)),
    ...(lost.size === 0 ? {} : { lost }),
    incomplete: issuesBy(errors, ([{ unnamed }, { path }]) => unnamed && path),
  };
}

type Part<A> = DecodedFile<A>["parts"][number];

class FileReporter<A extends object> {
  readonly #file: DecodedFile<A>;
  readonly #entries: Entries<A>;
  readonly #references: References;
  readonly #layout: Layout;
  readonly #locator: FindingLocator<A>;
  readonly #plan: FilePlan<A> | undefined;
  #byRegion: ReadonlyMap<Region<A>, readonly [Part<A>, TakenApart<Region<A>>]> | undefined;
  /** Parts that were parsed again. */
  readonly #whole = new Map<Part<A>, FilePart<DocumentPlan<A>>>();

  constructor(file: DecodedFile<A>, entries: Entries<A>, references: References, layout: Layout) {
    this.#file = file;
    this.#entries = entries;
    this.#references = references;
    this.#layout = layout;
    this.#plan = entries.plans.get(file.path);
    this.#locator = new FindingLocator(file);
  }

  /** What is wrong with the file and with each of its entries by itself. */
  *own(): ParseSteps<readonly LocatedFinding[]> {
    const { parts, refusals } = this.#file;
    const found: PlacedFinding[] = refusals.map(({ finding, text }) =>
      this.#locator.at(finding, text)
    );
    for (const [part, document] of documentsOfParts(parts)) {
      const own: PlacedFinding[] = [];
      for (const one of this.#findingsIn(document)) {
        if (own.push(one) % PAUSE_AFTER === 0) yield;
      }
      const hint = own.length === 0 ? "" : yield* this.#hintFor(part, document);
      const first = own.findIndex(({ located: [finding] }) => isByLayout(finding));
      for (const [index, one] of own.entries()) {
        found.push(index === first ? withHint(one, hint) : one);
      }
    }
    return found.length === 0 ? [] : inFileOrder(found);
  }

  *#findingsIn(document: TakenApart<Region<A>>): Generator<PlacedFinding> {
    for (const finding of document.findings) yield this.#locator.around(finding, document);
    if (this.#file.refusals.length > 0) return;
    for (const region of document.regions) {
      const isRepeated = this.#entries.winners.repeated.size > 0;
      const isWanted = (chunk: Chunk<A>): boolean => isRepeated || chunk.hasFindings;
      for (const placed of segmentsOf(region, isWanted)) {
        for (const finding of this.#findingsOf(placed.segment)) {
          yield this.#locator.in(finding, placed);
        }
      }
    }
  }

  /** Which options would find agents in a document in which none was found. */
  *#hintFor(part: Part<A>, document: TakenApart<Region<A>>): ParseSteps<string> {
    const { regions, findings } = document;
    const chunks = regions.flatMap(({ segments }) => segments.chunks);
    const isMissed = chunks.every(({ segments }) =>
      segments.every(({ agent }) => agent === undefined)
    );
    const isElsewhere = isMissed && (findings.some(isByLayout) ||
      chunks.some(({ segments }) =>
        segments.some((one) => one.findings.some((own) => own.pointer === "" && isByLayout(own)))
      ));
    if (!isElsewhere || this.#file.bytes.length > MAX_HINTED) return "";
    const plan = yield* this.#wholeOf(part, document);
    return plan === undefined ? "" : hintLayout(plan.parsed, this.#layout, this.#file.path);
  }

  /**
   * The first names in its entries that name nothing.
   *
   * @param most after how many nothing more is looked for
   */
  *dangling(most: number): ParseSteps<readonly LocatedFinding[]> {
    const { dangling, known } = this.#entries;
    if (dangling.size === 0 || most <= 0) return [];
    const found: PlacedFinding[] = [];
    const isWanted = ({ segments }: Chunk<A>): boolean => segments.some((one) => dangling.has(one));
    for (const placed of segmentsOfFile(this.#file, isWanted)) {
      const { segment } = placed;
      if (!dangling.has(segment)) continue;
      if (found.length >= most) break;
      yield;
      const findings = known.get(segment) ?? (yield* this.#danglingIn(placed));
      known.set(segment, findings);
      for (const finding of findings) found.push(this.#locator.in(finding, placed));
    }
    return inFileOrder(found).map(([{ agent: _, ...finding }, text]) => [finding, text]);
  }

  /** A document parsed in one piece. Syntax trees are not kept: what was not read just now is parsed again. */
  *#wholeOf(
    part: Part<A>,
    document: TakenApart<Region<A>>,
  ): ParseSteps<DocumentPlan<A> | undefined> {
    const at = part.documents.indexOf(document);
    const planned = this.#plan?.parts[this.#file.parts.indexOf(part)]?.documents[at];
    if (planned?.regions.every(({ type }) => type === "whole") === true) return planned;
    const whole = this.#whole.get(part) ?? (yield* planWhole<A>(this.#file, part, this.#layout));
    this.#whole.set(part, whole);
    return whole.documents[at];
  }

  #findingsOf(segment: Segment<A>): readonly Finding[] {
    const { repeated, losers } = this.#entries.winners;
    const twice = repeated.get(segment);
    const own = losers.has(segment)
      ? segment.findings.filter(({ code }) => !BY_VALIDATION.has(code))
      : segment.findings;
    return twice === undefined ? own : [twice, ...own];
  }

  /** In which document each region is. */
  get #documents(): ReadonlyMap<Region<A>, readonly [Part<A>, TakenApart<Region<A>>]> {
    return this.#byRegion ??= new Map(
      [...documentsOfParts(this.#file.parts)].flatMap((place) =>
        place[1].regions.map((region) => [region, place] as const)
      ),
    );
  }

  *#danglingIn(placed: PlacedSegment<A>): ParseSteps<readonly Finding[]> {
    const findings: Finding[] = [];
    const { agent = {} } = placed.segment;
    const problems = crossCheck(agent, this.#references, this.#entries.names);
    const { region } = placed;
    const [part, document] = this.#documents.get(region)!;
    const whole = region.shape === undefined ? yield* this.#wholeOf(part, document) : undefined;
    for (const { tokens, message } of problems) {
      yield;
      const offset = yield* offsetInSegment(this.#file.bytes, document, whole, placed, tokens);
      // Not kept as a function: that would hold on to the names of this reading.
      const finding = error("unknown-reference", offset, yield* message(), pointerTo(...tokens));
      findings.push({ ...finding, severity: "warning" });
    }
    return findings;
  }
}

/** The documents of a file, each with the part that it is in. */
function* documentsOfParts<A>(
  parts: readonly Part<A>[],
): Generator<readonly [Part<A>, TakenApart<Region<A>>]> {
  for (const part of parts) for (const document of part.documents) yield [part, document];
}

function sumOf(counts: Iterable<number>): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}

function isByLayout({ code }: Finding): boolean {
  return BY_LAYOUT.has(code);
}

function withHint({ located: [finding, text], start }: PlacedFinding, hint: string): PlacedFinding {
  const { message } = finding;
  const said = (): string => `${typeof message === "string" ? message : message()}${hint}`;
  return { located: [{ ...finding, message: said }, text], start };
}
