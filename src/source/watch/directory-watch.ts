import { watch as watchWithChokidar } from "chokidar";
import { watch } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isMissing } from "../find/error-code.ts";
import { fifosIn, openWriters } from "./deno-fifo.ts";
import { FIFO_REFUSAL } from "./watch-refusal.ts";
import { identityOf, type PlannedDirectory, refusalOf, type WatchPlan } from "./watch-plan.ts";

/** What a {@linkcode DirectoryWatch} reports. */
export interface DirectoryListener {
  /** Something happened in a directory; the name, where there is one, is a guess. */
  hint(directory: string, name: string | undefined): void;
  /** A directory cannot be watched. */
  failed(directory: string, error: unknown): void;
}

/** How long, in milliseconds, runtimes take to release a watch that was closed. */
const RELEASE_MS = 5;
/**
 * How long FIFOs are held open, in milliseconds, after a watch beside them was closed. Deno's watcher may take
 * up an event so late, and opens what it names: without a writer that would block the process for good.
 */
const FIFO_RELEASE_MS = 250;
/** How often, in milliseconds, to see whether a directory that is not ready is there at all. */
const STILL_THERE_MS = 50;

interface OpenWatch {
  readonly identity: string;
  /** Undefined where the system refuses it. */
  readonly watcher: { close(): Promise<void> | void } | undefined;
  /** Ends the wait for `ready`, which a watcher that is closed before never emits. */
  readonly giveUp?: () => void;
}

/**
 * Keeps a set of directories watched with chokidar, without descending and without looking at the files
 * in them: one watch a directory, however many files it holds.
 */
export class DirectoryWatch {
  readonly #watches = new Map<string, OpenWatch>();
  /** What was watched before: it is another directory now, or its watch had died. */
  readonly #known = new Set<string>();
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
    const fresh = [...plan].filter(([path, planned]) => !this.#isWatched(path, planned));
    await Promise.all(fresh.map(([path, { identity }]) => this.#open(path, identity)));
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
    if (!this.#persistent || this.#known.has(directory)) this.#openAlone(directory, identity);
    else await this.#openWithChokidar(directory, identity);
    this.#known.add(directory);
  }

  /** Resolves when the watch is in force, or is not going to be. */
  async #openWithChokidar(directory: string, identity: string): Promise<void> {
    const watcher = watchWithChokidar(directory, {
      depth: 0,
      ignoreInitial: true,
      followSymlinks: false,
      atomic: false,
      usePolling: false,
      // Nothing in it is looked at: what the directory's own watch says is enough, and a watch on a
      // file would be opened even on a FIFO, where Deno's watcher then hangs.
      ignored: (path) => resolve(path) !== directory,
    });
    watcher.on("raw", (_event, name) => this.#listener.hint(directory, name || undefined));
    await new Promise<void>((ready) => {
      let isWaiting = true;
      const giveUp = (): void => {
        isWaiting = false;
        ready();
      };
      this.#watches.set(directory, { identity, watcher, giveUp });
      watcher.once("ready", giveUp);
      // chokidar is never ready with a directory that it cannot list, or that is gone meanwhile.
      watcher.on("error", (error) => {
        this.#listener.failed(directory, error);
        giveUp();
      });
      void (async () => {
        while (isWaiting) {
          await sleep(STILL_THERE_MS);
          if (isWaiting && await identityOf(directory) !== identity) giveUp();
        }
      })();
    });
  }

  /**
   * Watches with a handle of its own. chokidar shares one among all who watch a path: whoever watches
   * again after the directory was replaced gets the dead one as long as another holds it. And without
   * `persistent` it keeps a process alive on Deno all the same.
   */
  #openAlone(directory: string, identity: string): void {
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
      const closing = directories.map((path) => {
        const open = this.#watches.get(path);
        this.#watches.delete(path);
        open?.giveUp?.();
        return open?.watcher?.close();
      });
      await Promise.all(closing);
      // Bun attaches a watch that is opened in the same turn to the handle that was closed, and Deno
      // lets the end of a directory's old watch take along the one on the directory made in its place.
      await sleep(writers.length > 0 ? FIFO_RELEASE_MS : RELEASE_MS);
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
