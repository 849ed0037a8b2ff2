import { type FSWatcher, watch } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { isMissing } from "../find/error-code.ts";
import { fifosIn, openWriters } from "./deno-fifo.ts";
import { FIFO_REFUSAL } from "./watch-refusal.ts";
import { type PlannedDirectory, refusalOf, type WatchPlan } from "./watch-plan.ts";

/** What a {@linkcode DirectoryWatch} reports. */
export interface DirectoryListener {
  /** Something happened in a directory; the name, where there is one, is a guess. */
  hint(directory: string, name: string | undefined): void;
  /** A directory cannot be watched. */
  failed(directory: string, error: unknown): void;
}

/** How long, in milliseconds, runtimes take to release a watch that was closed. */
const RELEASE_MS = 5;

interface OpenWatch {
  readonly identity: string;
  /** Undefined where the system refuses it. */
  readonly watcher: FSWatcher | undefined;
}

/**
 * Keeps a set of directories watched, without descending: one watch a directory, however many files it
 * holds. Not with chokidar: it shares one handle among all who watch a path, and whoever watches again
 * after the directory was replaced gets the dead one as long as another holds it.
 */
export class DirectoryWatch {
  readonly #watches = new Map<string, OpenWatch>();
  readonly #listener: DirectoryListener;
  readonly #persistent: boolean;

  constructor(listener: DirectoryListener, persistent: boolean) {
    this.#listener = listener;
    this.#persistent = persistent;
  }

  /** How many directories are watched. */
  get size(): number {
    return this.#watches.size;
  }

  /** Whether the plan is what is watched. */
  follows(plan: WatchPlan): boolean {
    return plan.size === this.#watches.size &&
      [...plan].every(([path, planned]) => this.#isWatched(path, planned));
  }

  /** Whether a directory that is watched was replaced by another, without an event. */
  hasLost(plan: WatchPlan): boolean {
    return [...this.#watches].some(([path, { identity }]) =>
      plan.has(path) && plan.get(path)?.identity !== identity
    );
  }

  /**
   * Releases everything if a FIFO was made in a directory that is watched, and may block the watcher.
   * Returns whether it did: what cannot be unblocked is not touched.
   */
  async closeIfFifo(): Promise<boolean> {
    const fifos = await this.#fifos(this.#watches.keys());
    if (fifos.length === 0) return false;
    const writers = await openWriters(fifos);
    try {
      if (writers.includes(undefined)) return false;
      await this.close();
      return true;
    } finally {
      await closeAll(writers);
    }
  }

  /** Watches what the plan says, and nothing else. */
  async follow(plan: WatchPlan): Promise<void> {
    await this.#release(
      [...this.#watches.keys()].filter((path) => !this.#isWatched(path, plan.get(path))),
    );
    for (const [path, planned] of plan) {
      if (!this.#isWatched(path, planned)) await this.#open(path, planned.identity);
    }
  }

  /** Releases everything. */
  async close(): Promise<void> {
    await this.#release([...this.#watches.keys()]);
  }

  #isWatched(path: string, planned: PlannedDirectory | undefined): boolean {
    return planned !== undefined && this.#watches.get(path)?.identity === planned.identity;
  }

  async #open(directory: string, identity: string): Promise<void> {
    const fifos = await fifosIn(directory);
    const refusal = refusalOf(identity) ?? (fifos.length > 0 ? FIFO_REFUSAL : undefined);
    if (refusal !== undefined) {
      this.#watches.set(directory, { identity, watcher: undefined });
      this.#listener.failed(directory, Object.assign(new Error(refusal), { code: refusal }));
      return;
    }
    try {
      const watcher = watch(directory, { persistent: this.#persistent }, (_event, name) => {
        this.#listener.hint(directory, name || undefined);
      });
      watcher.on("error", (error) => this.#listener.failed(directory, error));
      // Deno keeps a process alive without this.
      if (!this.#persistent) watcher.unref();
      this.#watches.set(directory, { identity, watcher });
    } catch (error) {
      if (!isMissing(error)) this.#listener.failed(directory, error);
    }
  }

  async #release(directories: readonly string[]): Promise<void> {
    if (directories.length === 0) return;
    const writers = await openWriters(await this.#fifos(directories));
    try {
      for (const path of directories) {
        this.#watches.get(path)?.watcher?.close();
        this.#watches.delete(path);
      }
      // Bun attaches a watch that is opened in the same turn to the handle that was closed, and Deno
      // lets the end of a directory's old watch take along the one on the directory made in its place.
      await sleep(RELEASE_MS);
    } finally {
      await closeAll(writers);
    }
  }

  async #fifos(directories: Iterable<string>): Promise<readonly string[]> {
    const watched = [...directories].filter((path) => this.#watches.get(path)?.watcher);
    return (await Promise.all(watched.map(fifosIn))).flat();
  }
}

async function closeAll(handles: readonly (FileHandle | undefined)[]): Promise<void> {
  await Promise.all(handles.map((handle) => handle?.close()));
}
