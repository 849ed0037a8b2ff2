import { clearTimeout, setTimeout } from "node:timers";
import { setTimeout as sleep } from "node:timers/promises";
import { basename } from "node:path";
import { Subject, type Subscription } from "rxjs";
import type { Issue } from "../model/issue.ts";
import { collectMap } from "../operators/collect-map.ts";
import { DirectoryWatch } from "./directory-watch.ts";
import { FileCheck, type WatchedFile } from "./file-check.ts";
import { inBatches } from "./in-batches.ts";
import type { ReadLog } from "./read-log.ts";
import type { SourceChange } from "./registry-source.ts";
import { hintFor, reasonOf } from "./watch-refusal.ts";
import { mergePlans, type WatchPlan, watchPlan } from "./watch-plan.ts";

/** How a {@linkcode FileWatch} works. */
export interface FileWatchOptions {
  readonly watchMode: "auto" | "poll";
  readonly pollMs: number;
  readonly maxBytes: number;
  readonly persistent: boolean;
}

/** A reason to look at some files. */
interface Job {
  readonly checks: readonly FileCheck[];
  /** Whether to compare bytes also where the stamp says that nothing changed. */
  readonly compare: boolean;
  readonly poll: boolean;
}

/** Every so many polls the bytes are compared even if the stamps say that nothing changed. */
const COMPARE_EVERY = 5;
/** How long, in milliseconds, an event may lag behind the change that a poll has found. */
const EVENT_LAG_MS = 200;
/** How soon, in milliseconds, a hint that names another file leads to a look at all. */
const SWEEP_AFTER_MS = 100;
/** A look at all is not repeated before this many times as long as it took. */
const SWEEP_REST = 20;
/** How often in a row the directories to watch may change before the next poll goes on with it. */
const MAX_REARMS = 5;
/** How many files are looked at side by side. */
const BATCH = 32;
/**
 * Deno's watcher opens what an event names, and waits for ever when that is a FIFO. To close or open
 * a watch then blocks the whole process, so one that has fallen silent is left alone until it speaks.
 */
const STUCK_WHEN_SILENT = "Deno" in globalThis;

/**
 * Watches files. Three layers, each there for what the one above it misses:
 *
 * 1. **Hints.** Directory watches say that something happened. What they say of it is not trusted.
 * 2. **Checks.** A hint is checked at the file itself, by stamp and, where that proves nothing, by
 *    bytes. A hint that names another file leads to a look at all files, a little later.
 * 3. **Polls.** A look at all every `pollMs`, and with it at which directories are to be watched. It
 *    does not depend on the watcher in any way.
 *
 * The status is `polling` while the system refuses a watch, and after a poll has found a change that
 * no hint announced though the watches were in force; it is `events` again when that is over.
 */
export class FileWatch {
  readonly #checks: readonly FileCheck[];
  readonly #options: FileWatchOptions;
  readonly #emit: (change: SourceChange) => void;
  readonly #directories: DirectoryWatch;
  readonly #plans = new Map<FileCheck, WatchPlan>();
  readonly #jobs = new Subject<Job>();
  readonly #rounds: Subscription;
  readonly #end = new AbortController();
  #round: Promise<void> = Promise.resolve();
  #polls = 0;
  #pollTimer: ReturnType<typeof setTimeout> | undefined;
  #sweepTimer: ReturnType<typeof setTimeout> | undefined;
  #sweepTookMs = 0;
  #lastHintAt = -Infinity;
  #refusal: string | undefined;
  #silent = false;
  #resting = false;
  #reported = "";

  constructor(
    files: readonly WatchedFile[],
    log: ReadLog,
    options: FileWatchOptions,
    emit: (change: SourceChange) => void,
  ) {
    this.#checks = files.map((file) => new FileCheck(file, log, options.maxBytes));
    this.#options = options;
    this.#emit = emit;
    this.#directories = new DirectoryWatch({
      hint: (directory, name) => this.#hint(directory, name),
      failed: (error) => this.#refusal = reasonOf(error),
    }, options.persistent);
    this.#rounds = this.#jobs
      .pipe(collectMap((jobs) => this.#round = this.#look(jobs)))
      .subscribe();
    this.#poll();
  }

  /** Ends watching. Resolves when every handle is released. */
  async close(): Promise<void> {
    this.#end.abort();
    this.#rounds.unsubscribe();
    clearTimeout(this.#pollTimer);
    clearTimeout(this.#sweepTimer);
    await this.#directories.close();
    await this.#round;
    // The round that was under way may have armed a watch meanwhile.
    await this.#directories.close();
  }

  get #closed(): boolean {
    return this.#end.signal.aborted;
  }

  #hint(directory: string, name: string | undefined): void {
    this.#lastHintAt = performance.now();
    this.#silent = false;
    const meant = this.#checks.filter((check) => {
      const names = this.#plans.get(check)?.get(directory)?.names;
      return names !== undefined &&
        (name === undefined || names.has(name) || name === basename(directory));
    });
    if (meant.length > 0) this.#jobs.next({ checks: meant, compare: true, poll: false });
    else this.#sweepSoon();
  }

  #sweepSoon(): void {
    if (this.#sweepTimer !== undefined || this.#closed) return;
    this.#sweepTimer = this.#later(Math.max(SWEEP_AFTER_MS, this.#sweepTookMs * SWEEP_REST), () => {
      this.#sweepTimer = undefined;
      this.#jobs.next({ checks: this.#checks, compare: false, poll: false });
    });
  }

  #poll(): void {
    const compare = this.#polls++ % COMPARE_EVERY === 0;
    this.#jobs.next({ checks: this.#checks, compare, poll: true });
  }

  #later(ms: number, run: () => void): ReturnType<typeof setTimeout> {
    const timer = setTimeout(run, ms);
    if (!this.#options.persistent) timer.unref();
    return timer;
  }

  async #look(jobs: readonly Job[]): Promise<void> {
    const compared = new Set(jobs.filter(({ compare }) => compare).flatMap(({ checks }) => checks));
    const checks = [...new Set(jobs.flatMap(({ checks }) => checks))];
    const poll = jobs.some((job) => job.poll);
    const started = performance.now();
    try {
      const changed = await this.#check(checks, (check) => compared.has(check));
      // Without arming watches, which takes long, but only once.
      if (checks.length === this.#checks.length) this.#sweepTookMs = performance.now() - started;
      if (this.#options.watchMode === "auto") await this.#watch(checks, poll, changed, started);
    } catch (error) {
      // Whatever a watcher may throw, the next poll comes.
      this.#refusal = reasonOf(error);
    }
    if (this.#closed) return;
    this.#report();
    if (poll) this.#pollTimer = this.#later(this.#options.pollMs, () => this.#poll());
  }

  /** Looks at files, says which have changed, and whether any has. */
  async #check(
    checks: readonly FileCheck[],
    compare: (check: FileCheck) => boolean,
  ): Promise<boolean> {
    const flags = await inBatches(checks, BATCH, (check) => check.hasChanged(compare(check)));
    const paths = checks.filter((_, at) => flags[at]).map(({ file }) => file.name);
    if (paths.length > 0 && !this.#closed) this.#emit({ type: "changed", paths });
    return paths.length > 0;
  }

  /** Brings the watches in line with where the files are now. */
  async #watch(
    checks: readonly FileCheck[],
    poll: boolean,
    changed: boolean,
    started: number,
  ): Promise<void> {
    if (poll) await this.#judge(checks, changed, started);
    if (this.#resting) return;
    let moved = checks;
    for (let round = 0; round < MAX_REARMS && !this.#closed; round++) {
      await this.#planFor(moved);
      const plan = mergePlans(this.#plans.values());
      if (this.#directories.follows(plan)) return;
      if (poll && this.#directories.hasLost(plan)) return await this.#rest();
      this.#refusal = undefined;
      await this.#directories.follow(plan);
      // Writes that came before the new watches were in force gave no hint.
      if (!this.#closed) await this.#check(this.#checks, () => true);
      moved = this.#checks;
    }
  }

  /** At a poll: tries refused watches again, and notices when no events come. */
  async #judge(checks: readonly FileCheck[], changed: boolean, started: number): Promise<void> {
    this.#resting = STUCK_WHEN_SILENT && this.#silent;
    if (this.#resting) return;
    if (this.#refusal !== undefined) await this.#directories.close();
    if (!changed || this.#directories.size === 0 || this.#lastHintAt > started - 1_000) return;
    await this.#planFor(checks);
    if (!this.#directories.follows(mergePlans(this.#plans.values()))) return;
    await sleep(EVENT_LAG_MS, undefined, { signal: this.#end.signal, ref: false }).catch(() => {});
    if (this.#lastHintAt > started - 1_000 || this.#closed) return;
    this.#silent = true;
    if (STUCK_WHEN_SILENT) return;
    await this.#rest();
  }

  /**
   * Deno and Bun share one handle among all who watch a path. Letting go of a dead one until the next
   * poll gives the others time to do the same, after which the next to come gets a new one.
   */
  async #rest(): Promise<void> {
    this.#resting = true;
    await this.#directories.close();
  }

  async #planFor(checks: readonly FileCheck[]): Promise<void> {
    const memo = new Map();
    await inBatches(checks, BATCH, async (check) => {
      this.#plans.set(check, await watchPlan(check.file.path, memo));
    });
  }

  #report(): void {
    const why = this.#refusal !== undefined
      ? `The system refuses to watch (${this.#refusal})${hintFor(this.#refusal)}`
      : this.#silent
      ? "The file system reports no changes"
      : "";
    const by = this.#options.watchMode === "poll" || why !== "" ? "polling" : "events";
    if (this.#reported === by + why) return;
    this.#reported = by + why;
    this.#emit({ type: "watching", by, issues: why === "" ? [] : [this.#watchFailed(why)] });
  }

  #watchFailed(why: string): Issue {
    const message = `${why}: changes are found every ${this.#options.pollMs} ms by polling`;
    const path = this.#checks[0]?.file.name ?? "";
    return Object.freeze({ code: "watch-failed", severity: "warning", message, path });
  }
}
