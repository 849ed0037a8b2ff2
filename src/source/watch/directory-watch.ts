import { watch } from "chokidar";
import { watch as watchAlone } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode } from "../find/error-code.ts";
import { identityOf, type PlannedDirectory, refusalOf, type WatchPlan } from "./watch-plan.ts";

/** What a {@linkcode DirectoryWatch} reports. */
export interface DirectoryListener {
  /** Something happened in a directory; the name, where there is one, is a guess. */
  hint(directory: string, name: string | undefined): void;
  /** A directory cannot be watched. */
  failed(error: Error): void;
}

/** How long, in milliseconds, runtimes take to release a watch that was closed. */
const RELEASE_MS = 5;
/** How often, in milliseconds, to check whether a directory that is not ready still exists. */
const STILL_THERE_MS = 50;

interface Armed {
  readonly identity: string;
  readonly watcher: { close(): Promise<void> | void };
  /** Ends the wait for `ready`, which a watcher that is closed before never emits. */
  readonly giveUp: () => void;
}

/**
 * Keeps a set of directories watched, with chokidar, without descending and without looking at the
 * files in them: one watch a directory, however many files it holds.
 */
export class DirectoryWatch {
  readonly #armed = new Map<string, Armed>();
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
    return this.#armed.size;
  }

  /** Whether the plan is what is watched. */
  follows(plan: WatchPlan): boolean {
    return plan.size === this.#armed.size &&
      [...plan].every(([path, { identity }]) => this.#armed.get(path)?.identity === identity);
  }

  /** Whether a directory that is watched has been replaced by another, unseen. */
  hasLost(plan: WatchPlan): boolean {
    return [...this.#armed].some(([path, { identity }]) =>
      plan.has(path) && plan.get(path)?.identity !== identity
    );
  }

  /** Watches what the plan says, and nothing else. Resolves when the new watches are active. */
  async follow(plan: WatchPlan): Promise<void> {
    const gone = [...this.#armed.keys()].filter((path) => !this.#isArmed(path, plan.get(path)));
    await this.#disarm(gone);
    const fresh = [...plan].filter(([path, planned]) => !this.#isArmed(path, planned));
    await Promise.all(fresh.map(([path, { identity }]) => this.#arm(path, identity)));
  }

  /** Releases everything. */
  async close(): Promise<void> {
    await this.#disarm([...this.#armed.keys()]);
  }

  #isArmed(path: string, planned: PlannedDirectory | undefined): boolean {
    return planned !== undefined && this.#armed.get(path)?.identity === planned.identity;
  }

  #arm(directory: string, identity: string): Promise<void> {
    const refusal = refusalOf(identity);
    if (refusal !== undefined) {
      // chokidar goes up from a directory that it may not see, and at the root never stops.
      this.#armed.set(directory, { identity, watcher: { close: () => {} }, giveUp: () => {} });
      this.#listener.failed(Object.assign(new Error(refusal), { code: refusal }));
      return Promise.resolve();
    }
    if (!this.#persistent || this.#known.has(directory)) return this.#armAlone(directory, identity);
    this.#known.add(directory);
    const watcher = watch(directory, {
      depth: 0,
      ignoreInitial: true,
      followSymlinks: false,
      atomic: false,
      usePolling: false,
      persistent: this.#persistent,
      // Nothing in it is looked at: the events of the directory are enough, and a watch a
      // file would be opened even on a FIFO, where Deno's watcher then hangs.
      ignored: (path) => resolve(path) !== directory,
    });
    watcher.on("raw", (_event, name) => this.#listener.hint(directory, name || undefined));
    watcher.on("error", (error) => this.#listener.failed(error as Error));
    return new Promise((ready) => {
      let waiting = true;
      const giveUp = (): void => {
        waiting = false;
        ready();
      };
      watcher.once("ready", giveUp);
      // chokidar is never ready with a directory that it cannot list, or that is gone meanwhile.
      watcher.once("error", giveUp);
      void (async () => {
        while (waiting) {
          await sleep(STILL_THERE_MS, undefined, { ref: this.#persistent });
          if (await identityOf(directory) !== identity) giveUp();
        }
      })();
      this.#armed.set(directory, { identity, watcher, giveUp });
    });
  }

  /**
   * Watches with a handle of its own, not by chokidar. That shares one handle among all who watch a
   * path: whoever arms it anew after the directory was replaced gets the dead one, as long as another
   * holds it. And without `persistent` it keeps a process alive on Deno all the same, and leaves
   * errors of the system to end the process.
   */
  // deno-lint-ignore require-await -- what it throws is to reject
  async #armAlone(directory: string, identity: string): Promise<void> {
    try {
      const watcher = watchAlone(directory, { persistent: this.#persistent }, (_event, name) => {
        this.#listener.hint(directory, name || undefined);
      });
      watcher.on("error", (error) => this.#listener.failed(error));
      if (!this.#persistent) watcher.unref();
      this.#armed.set(directory, { identity, watcher, giveUp: () => {} });
    } catch (error) {
      if (!["ENOENT", "ENOTDIR"].includes(errorCode(error))) this.#listener.failed(error as Error);
    }
  }

  async #disarm(directories: readonly string[]): Promise<void> {
    if (directories.length === 0) return;
    const closing = directories.map((directory) => {
      const armed = this.#armed.get(directory);
      this.#armed.delete(directory);
      armed?.giveUp();
      return armed?.watcher.close();
    });
    await Promise.all(closing);
    // Bun attaches a watch that is opened in the same turn to the handle that was closed, and Deno
    // lets the end of a directory's old watch take along the one on the directory made in its place.
    await sleep(RELEASE_MS);
  }
}
