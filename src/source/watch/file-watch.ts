import { clearTimeout, setTimeout } from "node:timers";
import { setTimeout as sleep } from "node:timers/promises";
import { Subject, type Subscription } from "rxjs";
import type { Issue } from "../../model/issue.ts";
import { collectMap } from "../../operators/collect-map.ts";
import { DirectoryWatch } from "./directory-watch.ts";
import type { FileCheck } from "./file-check.ts";
import type { FileInput } from "../find/file-input.ts";
import type { ReadLog } from "../read/read-log.ts";
import type { SourceChange } from "../registry-source.ts";
import { hintFor, reasonOf } from "./watch-refusal.ts";
import { type Targets, WatchedFiles } from "./watched-files.ts";

/** How a {@linkcode FileWatch} works. */
export interface FileWatchOptions {
  readonly watchMode: "auto" | "poll";
  readonly pollMs: number;
  readonly maxBytes: number;
  readonly persistent: boolean;
}

/** A reason to look. */
interface Job {
  readonly targets: Targets | "all";
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
/**
 * Deno's watcher opens what an event names, and waits for ever when that is a FIFO. To close or open
 * a watch then blocks the whole process, so one that has fallen silent is left alone until it speaks.
 */
const STUCK_WHEN_SILENT = "Deno" in globalThis;

/**
 * Watches files, and directories that hold some. Three layers, each there for what the one above it misses:
 *
 * 1. **Hints.** Directory watches say that something happened. What they say of it is not trusted.
 * 2. **Checks.** A hint is checked at the file itself, by stamp and, where that proves nothing, by
 *    bytes, or at the directory that it came to or went from. A hint that names something else leads
 *    to a look at all, a little later.
 * 3. **Polls.** A look at all every `pollMs`, and with it at which directories are to be watched. It
 *    does not depend on the watcher in any way.
 *
 * The status is `polling` while the system refuses a watch, and after a poll has found a change that
 * no hint announced though the watches were in force; it is `events` again when that is over.
 */
export class FileWatch {
  readonly #name: string;
  readonly #files: WatchedFiles;
  readonly #options: FileWatchOptions;
  readonly #emit: (change: SourceChange) => void;
  readonly #directories: DirectoryWatch;
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
    const targets = this.#files.meant(directory, name);
    if (targets.files.length === 0) this.#sweepSoon();
    if (targets.files.length + targets.inputs.length === 0) return;
    this.#jobs.next({ targets, compare: true, poll: false });
  }

  #sweepSoon(): void {
    if (this.#sweepTimer !== undefined || this.#closed) return;
    this.#sweepTimer = this.#later(Math.max(SWEEP_AFTER_MS, this.#sweepTookMs * SWEEP_REST), () => {
      this.#sweepTimer = undefined;
      this.#jobs.next({ targets: "all", compare: false, poll: false });
    });
  }

  #poll(): void {
    const compare = this.#polls++ % COMPARE_EVERY === 0;
    this.#jobs.next({ targets: "all", compare, poll: true });
  }

  #later(ms: number, run: () => void): ReturnType<typeof setTimeout> {
    const timer = setTimeout(run, ms);
    if (!this.#options.persistent) timer.unref();
    return timer;
  }

  async #look(jobs: readonly Job[]): Promise<void> {
    const all = jobs.some(({ targets }) => targets === "all");
    const poll = jobs.some((job) => job.poll);
    const started = performance.now();
    try {
      const changed = await this.#check(all ? "all" : union(jobs), comparison(jobs));
      // Without arming watches, which takes long, but only once.
      if (all) this.#sweepTookMs = performance.now() - started;
      if (this.#options.watchMode === "auto") await this.#watch(poll, changed, started);
    } catch (error) {
      // Whatever a watcher may throw, the next poll comes.
      this.#refusal = reasonOf(error);
    }
    if (this.#closed) return;
    this.#report();
    if (poll) this.#pollTimer = this.#later(this.#options.pollMs, () => this.#poll());
  }

  /** Looks, tells what has changed, and says whether anything has. */
  async #check(targets: Targets | "all", compare: (check: FileCheck) => boolean): Promise<boolean> {
    const paths = await this.#files.changed(targets, compare);
    if (paths.length > 0 && !this.#closed) this.#emit({ type: "changed", paths });
    return paths.length > 0;
  }

  /** Brings the watches in line with where the files are now. */
  async #watch(poll: boolean, changed: boolean, started: number): Promise<void> {
    if (poll) await this.#judge(changed, started);
    if (this.#resting) return;
    for (let round = 0; round < MAX_REARMS && !this.#closed; round++) {
      const plan = await this.#files.plan(poll && round === 0);
      if (this.#directories.follows(plan)) return;
      if (poll && round === 0 && this.#directories.hasLost(plan)) return await this.#rest();
      this.#refusal = undefined;
      await this.#directories.follow(plan);
      // Writes that came before the new watches were in force gave no hint.
      if (!this.#closed) await this.#check("all", () => true);
    }
  }

  /** At a poll: tries refused watches again, and notices when no events come. */
  async #judge(changed: boolean, started: number): Promise<void> {
    this.#resting = STUCK_WHEN_SILENT && this.#silent;
    if (this.#resting) return;
    if (this.#refusal !== undefined) await this.#directories.close();
    if (!changed || this.#directories.size === 0 || this.#lastHintAt > started - 1_000) return;
    if (!this.#directories.follows(await this.#files.plan(true))) return;
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
    return Object.freeze({ code: "watch-failed", severity: "warning", message, path: this.#name });
  }
}

function union(jobs: readonly Job[]): Targets {
  const targets = jobs.flatMap(({ targets }) => targets === "all" ? [] : [targets]);
  return {
    inputs: [...new Set(targets.flatMap(({ inputs }) => inputs))],
    files: [...new Set(targets.flatMap(({ files }) => files))],
  };
}

/** Says of which files the bytes are to be compared. */
function comparison(jobs: readonly Job[]): (check: FileCheck) => boolean {
  const comparing = jobs.filter(({ compare }) => compare);
  const files = new Set(union(comparing).files);
  const all = comparing.some(({ targets }) => targets === "all");
  return (check) => all || files.has(check);
}
