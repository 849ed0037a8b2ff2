import { catchError, defer, from, map, type Observable, of } from "rxjs";
import type { Changes } from "../model/report/changes.ts";
import { errorText } from "../model/report/error-text.ts";
import type { Issue } from "../model/report/issue.ts";
import type { RegistrySnapshot } from "../model/snapshot/snapshot.ts";
import { type Outcome, refusedOutcome } from "./outcome.ts";

/** What a {@linkcode Guard} answers: `true`, or the reason why not. */
export type Verdict = true | string;

/**
 * Decides whether a reload may replace the served snapshot, the first load included (`previous` is then
 * the empty revision 0). `true` accepts it. A text refuses it, and becomes the message of an issue with
 * code `guard` in the `rejected` event. Any other value, an exception and a rejection refuse it too.
 *
 * It is not called for a reload that changes nothing, nor for a rollback, which was requested explicitly.
 * Nor is it called again for the bytes that it has refused, unless `reload` asks for it. All later
 * reloads wait for its answer, so it must not wait for a reload itself; after ten seconds
 * `status.stalled` reports it.
 *
 * @param next what would be served; the very snapshot that is, when it passes
 * @param previous what is served
 * @param changes how their agents differ
 */
export type Guard<A> = (
  next: RegistrySnapshot<A>,
  previous: RegistrySnapshot<A>,
  changes: Changes,
) => Verdict | Promise<Verdict>;

/**
 * Asks the guard, if there is one and something would change. Emits once; never errors.
 *
 * @param path stands in the issue for where the change comes from
 */
export function guarded$<A>(
  outcome: Outcome<A>,
  previous: RegistrySnapshot<A>,
  guard: Guard<A> | undefined,
  path: string,
): Observable<Outcome<A>> {
  const { snapshot, changes } = outcome;
  if (guard === undefined || snapshot === previous) return of(outcome);
  return defer(() => {
    const answer: unknown = guard(snapshot, previous, changes);
    // Resolved by hand: a thenable of any kind may throw when it is looked at.
    return typeof answer === "object" && answer !== null
      ? from(new Promise<unknown>((resolve) => resolve(answer)))
      : of(answer);
  }).pipe(
    map(reasonOf),
    catchError((error: unknown) => of(`The guard failed: ${errorText(error)}`)),
    map((reason) =>
      reason === undefined ? outcome : refusedOutcome(outcome, previous, guardIssue(reason, path))
    ),
  );
}

function reasonOf(answer: unknown): string | undefined {
  if (answer === true) return undefined;
  if (typeof answer === "string" && answer !== "") return answer;
  return `The guard refused without a reason: expected true or a text, got ${nameOf(answer)}`;
}

function nameOf(answer: unknown): string {
  if (answer === "") return "an empty text";
  return typeof answer === "object" && answer !== null || typeof answer === "function"
    ? `a value of type ${typeof answer}`
    : String(answer);
}

function guardIssue(message: string, path: string): Issue {
  return Object.freeze({ code: "guard", severity: "error", message, path });
}
