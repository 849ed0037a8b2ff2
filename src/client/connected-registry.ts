import type { Observable, Subscription } from "rxjs";
import { emptySnapshot } from "../model/snapshot/snapshot.ts";
import type { Issue } from "../model/report/issue.ts";
import type { ReloadEvent } from "../model/report/reload-event.ts";
import { type RegistryStatus, toStatus } from "../model/report/status.ts";
import type { Logger } from "../logging/logger.ts";
import { ReadSide } from "../registry/read-side.ts";
import type { RegistryView } from "../registry/registry-view.ts";
import { Follower } from "./follower.ts";

/** The one implementation of what `connectRegistry` gives. */
export class ConnectedRegistry<A extends object> extends ReadSide<A> implements RegistryView<A> {
  readonly #address: string;
  readonly #logger: Logger;
  readonly #follower: Follower<A>;
  #subscription: Subscription | undefined;
  #told: RegistryStatus;
  #isConnected = false;
  #wasLost = false;

  /** @param address is named where something is wrong; it must hold no secrets */
  constructor(address: string, logger: Logger) {
    const now = new Date();
    const snapshot = emptySnapshot<A>(now);
    const status = initialStatus(now);
    super(snapshot, status, (error) => {
      logger.error("A reload callback failed", { type: "callback-failed", err: error });
    });
    this.#address = address;
    this.#logger = logger;
    this.#follower = new Follower(snapshot);
    this.#told = status;
  }

  get history(): readonly ReloadEvent[] {
    return this.#follower.history;
  }

  /** Whether it was told everything once. */
  get hasState(): boolean {
    return this.#follower.hasState;
  }

  /** The id to go on from, if that is possible. */
  get lastEventId(): string | undefined {
    return this.#follower.lastEventId;
  }

  /** Keeps up a connection, which calls `take` and `lost`, until it is closed. */
  follow(connection$: Observable<unknown>): void {
    this.#subscription = connection$.subscribe();
  }

  close(): Promise<void> {
    this.#subscription?.unsubscribe();
    const { watching } = this.status;
    this.complete(
      watching === "stopped" ? this.status : toStatus({ ...this.status, watching: "stopped" }),
    );
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Takes a message of the server.
   * @throws {RefusedError} if it is none that this client knows, or does not go on from here
   */
  take(text: string): void {
    const news = this.#follower.take(text);
    if (!this.#isConnected && this.#wasLost) this.#logger.info(`Connected to ${this.#address}`);
    this.#isConnected = true;
    this.#told = news?.status ?? this.#told;
    const { snapshot } = this;
    this.publish(news ?? { snapshot, changes: undefined, status: this.#told, events: [] });
  }

  /** The server cannot be reached. */
  lost(reason: string): void {
    const issue: Issue = Object.freeze({
      code: "source-failed",
      severity: "error",
      message: `Not connected: ${reason}`,
      path: this.#address,
    });
    if (this.#isConnected || !this.#wasLost) {
      this.#logger.warn(`Not connected to ${this.#address}: ${reason}`);
    }
    this.#isConnected = false;
    this.#wasLost = true;
    const status = toStatus({
      ...this.#told,
      inSync: false,
      issues: [issue, ...this.#told.issues],
      watching: "disconnected",
    });
    this.publish({ snapshot: this.snapshot, changes: undefined, status, events: [] });
  }
}

function initialStatus(now: Date): RegistryStatus {
  return toStatus({
    revision: 0,
    servedSince: now,
    agentsCount: 0,
    staleAgents: 0,
    pinned: undefined,
    inSync: false,
    stalled: undefined,
    issues: [],
    lastReload: undefined,
    lastSuccess: undefined,
    consecutiveFailures: 0,
    watching: "disconnected",
  });
}
