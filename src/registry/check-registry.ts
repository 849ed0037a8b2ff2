import { concatMap, firstValueFrom, map } from "rxjs";
import type { AgentOf, SchemaOption } from "../model/agent/agent-of.ts";
import type { AgentSchema } from "../model/agent/agent-schema.ts";
import { type Issue, toIssues } from "../model/report/issue.ts";
import { kindOf } from "../model/report/option-names.ts";
import { SOURCE_PATH } from "../model/report/source-issue.ts";
import type { SourceDocument } from "../model/report/source-reading.ts";
import { emptySnapshot, type RegistrySnapshot } from "../model/snapshot/snapshot.ts";
import { runToCompletion } from "../model/value/run-to-completion.ts";
import { isDocument } from "../pipeline/check-reading.ts";
import { decodeReading$ } from "../pipeline/decode-reading.ts";
import { guarded$ } from "../pipeline/guard.ts";
import { outcomeOf } from "../pipeline/outcome.ts";
import { pipelineSettings } from "./options/pipeline-settings.ts";
import { checkOptions, type RegistryOptions } from "./registry-options.ts";

/** What opening some documents as a registry would give. */
export interface RegistryCheck<A> {
  /** Whether everything in the documents would be served: none of the issues is an error. */
  readonly ok: boolean;
  /**
   * The agents that would be served: none where the documents are refused, those that are valid with
   * `onInvalid: "isolate"`.
   */
  readonly agents: ReadonlyMap<string, A>;
  /** What would be served, as a whole: revision 1; revision 0, which is empty, where it is refused. */
  readonly snapshot: RegistrySnapshot<A>;
  /** What is wrong, at most a hundred errors, then as many warnings. None when all is well. */
  readonly issues: readonly Issue[];
}

/**
 * Checks documents without opening them: no files, nothing to close. For deploy hooks, editors and forms, also
 * in a browser: from `@agent-registry/rx/browser` it brings nothing of Node with it.
 *
 * It decides as {@linkcode openRegistry} does for its first load, by the same options. Those that are about
 * following (`watch`, `debounceMs`, `maxWaitMs`, `history`, `required`, `cache`, `logger`, `signal`, `files`,
 * `http`) have no meaning here and may be there.
 *
 * @param documents texts, or bytes in UTF-8, by the paths that name them in issues; the extension says the format
 * @param options see {@linkcode RegistryOptions}
 * @returns the agents and the issues; what is wrong with a document is never thrown
 * @throws {TypeError} if the documents or an option are not of their type
 * @throws {RangeError} if an option is out of its range
 *
 * @example
 * ```ts
 * import { checkRegistry } from "@agent-registry/rx";
 *
 * const { ok, issues } = await checkRegistry({ "agents.yaml": "agents: { planner: { name: Planner } }" });
 * console.assert(!ok && issues[0]?.code === "missing-field" && issues[0].line === 1);
 * ```
 */
export async function checkRegistry<S extends SchemaOption = typeof AgentSchema>(
  documents: Readonly<Record<string, string | Uint8Array>> | readonly SourceDocument[],
  options: RegistryOptions<S> = {},
): Promise<RegistryCheck<AgentOf<S>>> {
  checkOptions(options);
  const settings = pipelineSettings(options);
  const { guard, onInvalid = "reject" } = settings;
  const reading = { documents: toDocuments(documents), issues: [] };
  const paths = reading.documents.map(({ path }) => path);
  const timestamp = new Date();
  const before = emptySnapshot<AgentOf<S>>(timestamp);
  return await firstValueFrom(
    decodeReading$(reading, new Map(), settings).pipe(
      concatMap((decoded) => {
        const attempt = { cause: "initial", durationMs: 0, documents: paths } as const;
        const outcome = runToCompletion(
          outcomeOf(before, { ...attempt, paths, timestamp, decoded }, onInvalid, new Map()),
        );
        return guarded$(outcome, before, guard, paths[0] ?? SOURCE_PATH).pipe(
          map(({ snapshot, issues }) => ({
            ok: issues.length === 0,
            agents: snapshot.agents,
            snapshot,
            issues: toIssues([...issues, ...decoded.warnings]),
          })),
        );
      }),
    ),
    // Both emit once: never used.
    { defaultValue: { ok: false, agents: before.agents, snapshot: before, issues: [] } },
  );
}

function toDocuments(given: unknown): readonly SourceDocument[] {
  const list: unknown = typeof given !== "object" || given === null || Array.isArray(given)
    ? given
    : Object.entries(given).map(([path, content]) => ({ path, content }));
  if (Array.isArray(list) && list.every(isDocument)) return list;
  throw new TypeError(
    "Expected documents to be texts or bytes by their paths, or a list of { path, content }, got " +
      (Array.isArray(list) ? "others" : kindOf(list)),
  );
}
