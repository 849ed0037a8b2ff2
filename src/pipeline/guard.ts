import { catchError, defer, from, map, type Observable, of } from "rxjs";
import type { Changes } from "../model/changes.ts";
import { errorText } from "../model/error-text.ts";
import type { Issue } from "../model/issue.ts";
import type { RegistrySnapshot } from "../model/snapshot.ts";
import { type Outcome, refusedOutcome } from "./outcome.ts";

/** What a {@linkcode Guard} answers: `true`, or the reason why not. */
export type Verdict = true | string;

/**
 * Has the last word before a reload makes a new snapshot the served one, the first included (`previous`
 * is then the empty revision 0). `true` lets it pass; a text refuses it, and is the reason that the
 * event, `rejected` with an issue of code `guard`, gives. So does whatever else is answered or thrown.
 *
 * It is not asked about a reload that changes nothing, nor about a rollback, which is somebody's express
 * wish for something that was served before. All other reloads wait for the answer: a guard must give
 * one in the end, and must not wait for a reload itself.
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
