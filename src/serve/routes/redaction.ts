import { type Issue, type IssueCode, summarizeIssues } from "../../model/report/issue.ts";
import { ReadOnlyMap } from "../../model/snapshot/read-only-map.ts";
import type { ReloadEvent } from "../../model/report/reload-event.ts";
import { type RegistrySnapshot, Snapshot } from "../../model/snapshot/snapshot.ts";

/** Issues of these kinds tell nothing of the values of fields. */
const SAFE_CODES: ReadonlySet<IssueCode> = new Set([
  "file-missing",
  "file-unreadable",
  "not-a-file",
  "too-large",
  "watch-failed",
  "missing-field",
  "missing-agents",
  "more-issues",
]);

const HIDDEN = "What is wrong is not told here, because fields are redacted: see the server's log";

/** Takes out of a registry what is not to leave the process. */
export class Redaction {
  readonly #fields: ReadonlySet<string>;
  readonly #frames: boolean;
  readonly #agents = new WeakMap<object, object>();

  /**
   * @param fields names of fields that are taken out, at whatever depth they stand
   * @param frames whether issues keep the lines of the file that they show
   */
  constructor(fields: readonly string[], frames: boolean) {
    this.#fields = new Set(fields);
    // A frame shows the lines around as well, and a value may be longer than its line.
    this.#frames = frames && fields.length === 0;
  }

  get #isNone(): boolean {
    return this.#frames && this.#fields.size === 0;
  }

  /**
   * A snapshot without what is taken out.
   *
   * @param before the one before it, redacted, with which it shares what did not change
   */
  snapshot<A extends object>(
    snapshot: RegistrySnapshot<A>,
    before: RegistrySnapshot<A> | undefined,
  ): RegistrySnapshot<A> {
    if (this.#isNone) return snapshot;
    const { stale, agents, origins } = Snapshot.contentOf(snapshot);
    const { warnings, document } = snapshot;
    return new Snapshot<A>({
      revision: snapshot.revision,
      loadedAt: snapshot.loadedAt,
      origins,
      agents: this.#fields.size === 0 ? agents : ReadOnlyMap.sharing(
        new Map([...agents].map(([id, agent]) => [id, this.#agent(agent)])),
        before === undefined ? new Map() : Snapshot.contentOf(before).agents,
      ),
      document: this.#without(document) as Readonly<Record<string, unknown>>,
      stale: new Map([...stale].map(([id, issues]) => [id, this.issues(issues)])),
      warnings: this.issues(warnings),
    });
  }

  /** Issues without frames, or without messages that may quote a value. */
  issues(issues: readonly Issue[]): readonly Issue[] {
    return this.#isNone ? issues : issues.map((issue) => this.#issue(issue));
  }

  /** The fields of an event, without what its issues may show. */
  event(event: ReloadEvent): ReloadEvent {
    if (this.#isNone || !("issues" in event)) return event;
    const issues = this.issues(event.issues);
    const error = summarizeIssues(issues.filter(({ severity }) => severity === "error"));
    return { ...event, issues, error };
  }

  #agent<A extends object>(agent: A): A {
    const known = this.#agents.get(agent) ?? this.#without(agent) as object;
    this.#agents.set(agent, known);
    return known as A;
  }

  #without(value: unknown): unknown {
    if (typeof value !== "object" || value === null || value instanceof Date) return value;
    if (Array.isArray(value)) return value.map((item) => this.#without(item));
    return Object.fromEntries(
      Object.entries(value)
        .filter(([field]) => !this.#fields.has(field))
        .map(([field, inner]) => [field, this.#without(inner)]),
    );
  }

  #issue(issue: Issue): Issue {
    const { frame: _, ...told } = issue;
    const kept = this.#frames ? issue : told;
    return this.#maySay(issue) ? kept : { ...kept, message: HIDDEN };
  }

  /** Messages say what was found: of a redacted field, or of a text that has no fields yet. */
  #maySay({ code, message, pointer }: Issue): boolean {
    if (this.#fields.size === 0 || SAFE_CODES.has(code)) return true;
    if (pointer === undefined) return false;
    const tokens = pointer.split("/").map((token) =>
      token.replaceAll("~1", "/").replaceAll("~0", "~")
    );
    return ![...this.#fields].some((field) => tokens.includes(field) || message.includes(field));
  }
}
