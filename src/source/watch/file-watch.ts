import { clearTimeout, setTimeout } from "node:timers";
import { setTimeout as sleep } from "node:timers/promises";
import type { Issue } from "../../model/report/issue.ts";
import type { FileInput } from "../find/file-input.ts";
import type { ReadLog } from "../read/read-log.ts";
import type { SourceChange } from "../registry-source.ts";
import { type CheckRequest, comparison, union } from "./check-request.ts";
import { DirectoryWatch } from "./directory-watch.ts";
import type { FileCheck } from "./file-check.ts";
import { cpuMs, nextPollMs } from "./next-poll-ms.ts";
import { describeRefusal, toRefusal, type WatchRefusal } from "./watch-refusal.ts";
import { type Targets, WatchedFiles } from "./watched-files.ts";

/** How a {@linkcode FileWatch} works. */
export interface FileWatchOptions {
  readonly watchMode: "auto" | "poll";
  readonly pollMs: number;
  readonly maxBytes: number;
  readonly persistent: boolean;
}

/** Every so many polls the bytes are compared even if the stamps say that nothing changed. */
const COMPARE_EVERY = 5;
/** How long, in milliseconds, an event may lag behind the change that a poll has found. */
const EVENT_LAG_MS = 200;
/** How soon, in milliseconds, an event that names an unknown file leads to a check of all. */
const SWEEP_AFTER_MS = 100;
/** A check of all is not repeated before this many times as long as it took. */
const SWEEP_REST = 20;
/** How often in a row the directories to watch may change before the next poll goes on with it. */
const MAX_REARMS = 5;
/**
 * A watch of Deno that has gone silent may be blocked by a FIFO that is gone by now. Closing it, or opening
 * another, would block the whole process, so it is left alone until an event comes.
 */
const BLOCKS_WHEN_SILENT = "Deno" in globalThis;

/**
 * Watches files, and directories that hold some. Three layers, each there for what the one above misses:
 *
 * 1. **Events.** Directory watches say that something happened. What they say about it is only a hint.
 * 2. **Checks.** A hint is checked at the file itself, by stamp and, where that proves nothing, by bytes,
 *    or at the directory where a file may have appeared or disappeared. A hint that names something
 *    else leads to a check of all, a little later.
 * 3. **Polls.** Every `pollMs`, or less often where that would cost much, all is checked, also which
 *    directories are to be watched. That does not depend on the watcher in any way.
 *
 * The status is `polling` while the system refuses a watch, and after a poll has found a change that
 * no event announced though the watches were active; it is `events` again when that is over.
 */
export class FileWatch {
  readonly #name: string;
  readonly #files: WatchedFiles;
  readonly #options: FileWatchOptions;
  readonly #emit: (change: SourceChange) => void;
  readonly #directories: DirectoryWatch;
  readonly #end = new AbortController();
  #pending: CheckRequest[] = [];
  #running: Promise<void> | undefined;
  #polls = 0;
  #pollTimer: ReturnType<typeof setTimeout> | undefined;
  #sweepTimer: ReturnType<typeof setTimeout> | undefined;
  #sweepTookMs = 0;
  #lastHintAt = -Infinity;
  #refusal: WatchRefusal | undefined;
  #silent = false;
  #suspended = false;
  #reported = "";

  constructor(
    inputs: readonly FileInput[],
    log: ReadLog,
    options: FileWatchOptions,
    emit: (change: SourceChange) => void,
  ) {
    this.#name = inputs[0]?.name ?? "";
    this.#files = new WatchedFiles(inputs, log, options.maxBytes);
    this.#options = options;
    this.#emit = emit;
    this.#directories = new DirectoryWatch({
      hint: (directory, name) => this.#hint(directory, name),
      failed: (directory, error) => this.#refusal = toRefusal(directory, error),
    }, options.persistent);
    this.#poll();
  }

  /** Ends watching. Resolves when every handle is released. */
  async close(): Promise<void> {
    this.#end.abort();
    clearTimeout(this.#pollTimer);
    clearTimeout(this.#sweepTimer);
    await this.#directories.close();
    await this.#running;
    // The check that was running may have opened a watch meanwhile.
    await this.#directories.close();
  }

  get #closed(): boolean {
    return this.#end.signal.aborted;
  }

  #hint(directory: string, name: string | undefined): void {
    this.#lastHintAt = performance.now();
    this.#silent = false;
    const targets = this.#files.targetsOf(directory, name);
    if (targets.files.length === 0) this.#sweepSoon();
    if (targets.files.length + targets.inputs.length === 0) return;
    this.#request({ targets, compare: true, isPoll: false });
  }

  #sweepSoon(): void {
    if (this.#sweepTimer !== undefined || this.#closed) return;
    this.#sweepTimer = this.#later(Math.max(SWEEP_AFTER_MS, this.#sweepTookMs * SWEEP_REST), () => {
      this.#sweepTimer = undefined;
      this.#request({ targets: "all", compare: false, isPoll: false });
    });
  }

  #poll(): void {
    const compare = this.#polls++ % COMPARE_EVERY === 0;
    this.#request({ targets: "all", compare, isPoll: true });
  }

  #later(ms: number, run: () => void): ReturnType<typeof setTimeout> {
    const timer = setTimeout(run, ms);
    if (!this.#options.persistent) timer.unref();
    return timer;
  }

  /** Checks one after the other; what is requested while one runs is done together after it. */
  #request(check: CheckRequest): void {
    this.#pending.push(check);
    this.#running ??= this.#runPending();
  }

  async #runPending(): Promise<void> {
    while (this.#pending.length > 0 && !this.#closed) {
      const checks = this.#pending;
      this.#pending = [];
      await this.#run(checks);
    }
    this.#running = undefined;
  }

  async #run(checks: readonly CheckRequest[]): Promise<void> {
    const all = checks.some(({ targets }) => targets === "all");
    const isPoll = checks.some((check) => check.isPoll);
    const started = performance.now();
    const startedCpu = cpuMs();
    try {
      const changed = await this.#check(all ? "all" : union(checks), comparison(checks));
      // Without opening watches, which takes long, but only once.
      if (all) this.#sweepTookMs = performance.now() - started;
      if (this.#options.watchMode === "auto") await this.#watch(isPoll, changed, started);
    } catch (error) {
      // Whatever a watcher may throw, the next poll comes.
      this.#refusal = toRefusal(this.#name, error);
    }
    if (this.#closed) return;
    this.#report();
    if (isPoll) {
      this.#pollTimer = this.#later(this.#restMs(started, startedCpu), () => this.#poll());
    }
  }

  #restMs(started: number, startedCpu: number): number {
    const { pollMs } = this.#options;
    // The process may have done other things meanwhile; a poll keeps hardly more than two cores busy.
    const tookMs = Math.min(2 * (performance.now() - started), cpuMs() - startedCpu);
    if (this.#polls === 1 || this.#isPolling) return pollMs;
    return nextPollMs({ pollMs, tookMs });
  }

  /** Reports what has changed, and returns whether anything has. */
  async #check(targets: Targets | "all", compare: (check: FileCheck) => boolean): Promise<boolean> {
    const paths = await this.#files.findChanged(targets, compare);
    if (paths.length > 0 && !this.#closed) this.#emit({ type: "changed", paths });
    return paths.length > 0;
  }

  /** Watches the directories where the files are now. */
  async #watch(isPoll: boolean, changed: boolean, started: number): Promise<void> {
    if (isPoll) await this.#checkWatchHealth(changed, started);
    if (this.#suspended) return;
    for (let round = 0; round < MAX_REARMS && !this.#closed; round++) {
      const plan = await this.#files.plan(isPoll && round === 0);
      if (this.#directories.follows(plan)) return;
      if (isPoll && round === 0 && this.#directories.hasLost(plan)) {
        return await this.#suspendWatches();
      }
      this.#refusal = undefined;
      await this.#directories.follow(plan);
      // Writes before the new watches were active gave no event.
      if (!this.#closed) await this.#check("all", () => true);
    }
  }

  /** At a poll: retries refused watches, and notices when no events come. */
  async #checkWatchHealth(changed: boolean, started: number): Promise<void> {
    this.#suspended = BLOCKS_WHEN_SILENT && this.#silent;
    if (this.#suspended) return;
    if (this.#refusal !== undefined) await this.#directories.close();
    await this.#directories.closeIfFifo();
    if (!changed || this.#directories.size === 0 || this.#lastHintAt > started - 1_000) return;
    if (!this.#directories.follows(await this.#files.plan(true))) return;
    await sleep(EVENT_LAG_MS, undefined, { signal: this.#end.signal, ref: false }).catch(() => {});
    if (this.#lastHintAt > started - 1_000 || this.#closed) return;
    this.#silent = true;
    if (BLOCKS_WHEN_SILENT) return;
    await this.#suspendWatches();
  }

  /**
   * Deno and Bun share one handle among all watchers of a path. Releasing a dead one until the next poll
   * gives the others time to do the same, after which the first to watch again gets a new one.
   */
  async #suspendWatches(): Promise<void> {
    this.#suspended = true;
    await this.#directories.close();
  }

  /** Whether changes are found by polling only. */
  get #isPolling(): boolean {
    return this.#options.watchMode === "poll" || this.#refusal !== undefined || this.#silent ||
      this.#suspended;
  }

  #report(): void {
    const why = this.#refusal !== undefined
      ? describeRefusal(this.#refusal)
      : this.#silent
      ? "The file system sends no events"
      : "";
    const by = this.#options.watchMode === "poll" || why !== "" ? "polling" : "events";
    if (this.#reported === by + why) return;
    this.#reported = by + why;
    this.#emit({ type: "watching", by, issues: why === "" ? [] : [this.#watchFailed(why)] });
  }

  #watchFailed(why: string): Issue {
    const message = `${why}: changes are found every ${this.#options.pollMs} ms by polling`;
    return Object.freeze({ code: "watch-failed", severity: "warning", message, path: this.#name });
  }
}
