import { changesBetween } from "../model/report/changes.ts";
import { deepFreeze } from "../model/value/deep-freeze.ts";
import type { ReloadEvent } from "../model/report/reload-event.ts";
import { type RegistrySnapshot, Snapshot } from "../model/snapshot/snapshot.ts";
import { type RegistryStatus, toStatus } from "../model/report/status.ts";
import { patchedSnapshot, snapshotFrom } from "../protocol/apply-message.ts";
import type { WireStatus } from "../protocol/messages.ts";
import type { ReadSideNews } from "../registry/read-side.ts";
import { KnownReloads } from "./known-reloads.ts";
import { type ReadMessage, readMessage } from "./read-message.ts";
import { RefusedError } from "./refused-error.ts";

/** Makes messages into snapshots, statuses and reload events again. */
export class Follower<A extends object> {
  #snapshot: RegistrySnapshot<A>;
  #reloads = new KnownReloads();
  #instance: string | undefined;
  #version = 0;
  #isLost = false;

  constructor(snapshot: RegistrySnapshot<A>) {
    this.#snapshot = snapshot;
  }

  /** Whether it was told everything once. */
  get hasState(): boolean {
    return this.#instance !== undefined;
  }

  /** The id to go on from, if that is possible. */
  get lastEventId(): string | undefined {
    if (this.#isLost || this.#instance === undefined) return undefined;
    return `${this.#instance}:${this.#snapshot.revision}`;
  }

  /** The latest reload events, as many as the history of the server holds. */
  get history(): readonly ReloadEvent[] {
    return this.#reloads.history;
  }

  /**
   * Takes a message: all of it, or nothing. After one that cannot be taken it has to be told everything.
   *
   * @returns what is new, `undefined` when nothing is
   * @throws {RefusedError} if it is none that this client knows, or does not go on from here
   */
  take(text: string): ReadSideNews<A> | undefined {
    try {
      return this.#take(readMessage(text));
    } catch (error) {
      this.#isLost = true;
      throw error instanceof RefusedError
        ? error
        : new RefusedError("expected a message that is whole");
    }
  }

  #take({ message, instance }: ReadMessage): ReadSideNews<A> | undefined {
    const isOther = instance !== this.#instance;
    if (!isOther && message.version <= this.#version) return undefined;
    const before = this.#snapshot;
    if ("from" in message && (isOther || message.from !== before.revision)) {
      throw new RefusedError("a message was missed");
    }
    const snapshot = !("from" in message)
      ? snapshotFrom(message.snapshot, before)
      : message.snapshot === undefined
      ? before
      : patchedSnapshot(message.snapshot, before);
    const { known, news } = this.#reloads.and(message, isOther);
    const status = statusFrom(message.status, known);
    const events = this.hasState ? news : [];
    this.#snapshot = snapshot;
    this.#reloads = known;
    this.#instance = instance;
    this.#version = message.version;
    this.#isLost = false;
    const changes = snapshot === before ? undefined : changesBetween(
      Snapshot.contentOf(before).agents,
      Snapshot.contentOf(snapshot).agents,
    );
    return { snapshot, changes, status, events };
  }
}

function statusFrom(
  { lastReload, lastSuccess, servedSince, pinned, ...status }: WireStatus,
  { last }: KnownReloads,
): RegistryStatus {
  return toStatus({
    ...deepFreeze(status),
    pinned,
    servedSince: new Date(servedSince),
    lastSuccess: lastSuccess === undefined ? undefined : new Date(lastSuccess),
    lastReload: last?.number === lastReload ? last?.event : undefined,
  });
}
