import type { Changes } from "../model/report/changes.ts";
import type { Issue } from "../model/report/issue.ts";
import type { ReloadCommon, ReloadEvent } from "../model/report/reload-event.ts";
import type { RegistryStatus } from "../model/report/status.ts";

/**
 * The version of what stands in docs/protocol.md. It rises when an older client would take a message for
 * something else; fields that an older client may pass over leave it as it is.
 */
export const PROTOCOL = 1;

/** An agent as JSON carries it. */
export type WireAgent = Readonly<Record<string, unknown>> & { readonly id: string };

/** Where an agent stands: the number of its path in `paths`, line, column, JSON Pointer. */
export type WireOrigin = readonly [path: number, line: number, column: number, pointer: string];

/** A whole snapshot. `origins[n]` is that of `agents[n]`, `null` where it is not known. */
export interface WireSnapshot {
  readonly revision: number;
  readonly loadedAt: string;
  readonly agents: readonly WireAgent[];
  readonly document: Readonly<Record<string, unknown>>;
  readonly paths: readonly string[];
  readonly origins: readonly (WireOrigin | null)[];
  readonly stale: readonly (readonly [id: string, issues: readonly Issue[]])[];
  readonly warnings: readonly Issue[];
}

/** A stretch of the older order (first position, how many), or the id of an agent that is new. */
export type WireOrder = readonly (readonly [start: number, count: number] | string)[];

/**
 * Agents that only moved: of `count` agents from position `start` of the new order on, `lines` is added
 * to the line, and `items` to the number that the JSON Pointer ends in.
 */
export type WireMove = readonly [start: number, count: number, lines: number, items: number];

/** What differs from an older snapshot. What is left out is as it was. */
export interface WirePatch {
  readonly revision: number;
  readonly loadedAt: string;
  readonly order?: WireOrder;
  readonly agents?: readonly WireAgent[];
  readonly document?: Readonly<Record<string, unknown>>;
  readonly paths?: readonly string[];
  readonly origins?: readonly (readonly [id: string, origin: WireOrigin | null])[];
  readonly moved?: readonly WireMove[];
  readonly stale?: WireSnapshot["stale"];
  readonly warnings?: readonly Issue[];
}

/** A status. `lastReload` is the number of a reload. */
export type WireStatus =
  & Omit<RegistryStatus, "servedSince" | "lastSuccess" | "lastReload" | "pinned">
  & {
    readonly servedSince: string;
    readonly lastSuccess?: string;
    readonly lastReload?: number;
    readonly pinned?: number;
  };

/** A reload event with its number, which rises by one a reload for as long as the server runs. */
export interface WireReload extends Omit<ReloadCommon, "timestamp" | "toString"> {
  readonly number: number;
  readonly type: ReloadEvent["type"];
  readonly timestamp: string;
  readonly changes?: Changes;
  readonly issues?: readonly Issue[];
}

interface WireCommon {
  readonly protocol: number;
  /** `<instance>:<revision>`, the same as the id of the event. */
  readonly id: string;
  /** Rises with everything that the server has to tell. An older one than the last is no news. */
  readonly version: number;
  /** Within how many milliseconds something arrives, if only a comment. */
  readonly heartbeatMs: number;
  /** Whether the server takes `POST /reload` and `POST /rollback`. */
  readonly write: boolean;
  readonly status: WireStatus;
  /** Reloads, oldest first. The receiver passes over those whose number it knows. */
  readonly reloads: readonly WireReload[];
  /** How many of the latest reloads the history of the registry holds now. */
  readonly history: number;
}

/** The event `state`, and the answer to `GET /snapshot`: everything. */
export interface StateMessage extends WireCommon {
  readonly snapshot: WireSnapshot;
}

/** The event `change`: what differs from revision `from` of the same instance. */
export interface ChangeMessage extends WireCommon {
  readonly from: number;
  readonly snapshot?: WirePatch;
}
