import { changesBetween } from "../model/report/changes.ts";
import { deepFreeze } from "../model/value/deep-freeze.ts";
import { type ReloadEvent, reloadEventOf } from "../model/report/reload-event.ts";
import type { RegistrySnapshot } from "../model/snapshot/snapshot.ts";
import { type RegistryStatus, toStatus } from "../model/report/status.ts";
import { patchedSnapshot, snapshotFrom } from "../protocol/apply-message.ts";
import { parseEventId } from "../protocol/event-id.ts";
import {
  type ChangeMessage,
  PROTOCOL,
  type StateMessage,
  type WireReload,
  type WireStatus,
} from "../protocol/messages.ts";
import type { ReadSideNews } from "../registry/read-side.ts";
import { RefusedError } from "./refused-error.ts";

/** Makes messages into snapshots, statuses and reload events again. */
export class Follower<A extends object> {
  #snapshot: RegistrySnapshot<A>;
  #status: RegistryStatus;
  #instance: string | undefined;
  #version = 0;
  #isLost = false;
  #lastReload: { readonly number: number; readonly event: ReloadEvent } | undefined;
  #history: readonly ReloadEvent[] = Object.freeze([]);

  constructor(snapshot: RegistrySnapshot<A>, status: RegistryStatus) {
    this.#snapshot = snapshot;
    this.#status = status;
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
    return this.#history;
  }

  /**
   * Takes a message.
   *
   * @returns what is new, `undefined` when nothing is
   * @throws {RefusedError} if it is none that this client knows, or does not go on from here
   */
  take(text: string): ReadSideNews<A> | undefined {
    const message = messageFrom(text);
    const { instance } = parseEventId(message.id) ?? {};
    if (instance === undefined) throw new RefusedError("expected a message of a registry");
    const isOther = instance !== this.#instance;
    if (!isOther && message.version <= this.#version) return undefined;
    const before = this.#snapshot;
    if ("from" in message) {
      if (isOther || message.from !== before.revision) {
        this.#isLost = true;
        throw new RefusedError("a message was missed");
      }
      if (message.snapshot !== undefined) {
        this.#snapshot = patchedSnapshot(message.snapshot, before);
      }
    } else this.#snapshot = snapshotFrom(message.snapshot, before);
    const events = this.#takeReloads(message, isOther);
    this.#isLost = false;
    this.#instance = instance;
    this.#version = message.version;
    this.#status = statusFrom(message.status, this.#lastReload);
    const isNew = this.#snapshot !== before;
    return {
      snapshot: this.#snapshot,
      changes: isNew ? changesBetween(before.agents, this.#snapshot.agents) : undefined,
      status: this.#status,
      events,
    };
  }

  /** Another run of a server counts anew: what it tells is news if it is later than what is known. */
  #takeReloads(
    { reloads, history }: StateMessage | ChangeMessage,
    isOther: boolean,
  ): readonly ReloadEvent[] {
    const last = this.#lastReload;
    const isFirst = this.#instance === undefined;
    const unknown = reloads
      .filter(({ number }) => isOther || last === undefined || number > last.number)
      .map((reload) => ({ number: reload.number, event: eventFrom(reload) }));
    const kept = isOther ? [] : this.#history;
    const all = [...kept, ...unknown.map(({ event }) => event)];
    this.#history = Object.freeze(history === 0 ? [] : all.slice(-history));
    this.#lastReload = unknown.at(-1) ?? last;
    const since = last?.event.timestamp.getTime() ?? -Infinity;
    return unknown
      .filter(({ event }) => !isFirst && (!isOther || event.timestamp.getTime() > since))
      .map(({ event }) => event);
  }
}

function messageFrom(text: string): StateMessage | ChangeMessage {
  const message = JSON.parse(text) as StateMessage | ChangeMessage;
  const { protocol } = message ?? {};
  if (protocol === PROTOCOL) return message;
  throw new RefusedError(
    typeof protocol === "number"
      ? `the server speaks version ${protocol} of the protocol, this client version ${PROTOCOL}: ` +
        `update @agent-registry/rx ${protocol > PROTOCOL ? "here" : "at the server"}`
      : "expected a message of a registry",
  );
}

function eventFrom(reload: WireReload): ReloadEvent {
  const { number: _, type, success: __, error: ___, changes, issues = [], ...facts } = deepFreeze(
    reload,
  );
  const common = { ...facts, timestamp: new Date(facts.timestamp) };
  const changed = changes ?? { added: [], updated: [], removed: [] };
  return reloadEventOf(type, common, changed, issues);
}

function statusFrom(
  { lastReload, lastSuccess, servedSince, pinned, ...status }: WireStatus,
  last: { readonly number: number; readonly event: ReloadEvent } | undefined,
): RegistryStatus {
  return toStatus({
    ...deepFreeze(status),
    pinned,
    servedSince: new Date(servedSince),
    lastSuccess: lastSuccess === undefined ? undefined : new Date(lastSuccess),
    lastReload: last?.number === lastReload ? last?.event : undefined,
  });
}
