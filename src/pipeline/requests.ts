import type { ReloadCause } from "../model/report/reload-event.ts";
import type { RegistrySnapshot } from "../model/snapshot/snapshot.ts";

/** A request to reload now, without waiting for quiet. */
export interface ReloadRequest {
  readonly type: "reload";
  readonly cause: Exclude<ReloadCause, "rollback">;
}

/** A request to serve an older snapshot again. */
export interface RollbackRequest<A> {
  readonly type: "rollback";
  readonly snapshot: RegistrySnapshot<A>;
}

/** A request to the pipeline. */
export type PipelineRequest<A> = ReloadRequest | RollbackRequest<A>;

/** One unit of work: a rollback, or one reload that answers several requests. */
export type Turn<A> =
  | RollbackRequest<A>
  | { readonly type: "reload"; readonly requests: readonly ReloadRequest[] };

/** Divides requests into turns, in order: reloads that follow each other are one. */
export function turnsOf<A>(requests: readonly PipelineRequest<A>[]): readonly Turn<A>[] {
  const turns: Turn<A>[] = [];
  let reloads: ReloadRequest[] | undefined;
  for (const request of requests) {
    if (request.type === "rollback") {
      turns.push(request);
      reloads = undefined;
    } else if (reloads === undefined) {
      reloads = [request];
      turns.push({ type: "reload", requests: reloads });
    } else reloads.push(request);
  }
  return turns;
}

/** The cause of a reload that answers these requests: that of whoever waits for it, if anybody does. */
export function causeOf(requests: readonly ReloadRequest[]): ReloadRequest["cause"] {
  const causes = new Set(requests.map(({ cause }) => cause));
  return causes.has("initial") ? "initial" : causes.has("manual") ? "manual" : "change";
}
