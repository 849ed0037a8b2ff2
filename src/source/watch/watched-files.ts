import { basename, dirname, join } from "node:path";
import type { FoundFile } from "../find/directory-walk.ts";
import type { FileInput } from "../find/file-input.ts";
import { mayMatch, mergeFound } from "../find/find-files.ts";
import { inBatches } from "../find/in-batches.ts";
import type { ReadLog } from "../read/read-log.ts";
import { FileCheck } from "./file-check.ts";
import { InputCheck } from "./input-check.ts";
import {
  ANY_NAME,
  foldName,
  type Memo,
  mergePlans,
  type WatchPlan,
  watchPlan,
} from "./watch-plan.ts";

/** What to check. */
export interface Targets {
  readonly inputs: readonly InputCheck[];
  readonly files: readonly FileCheck[];
}

/** How many files are checked side by side. */
const BATCH = 32;

/** All that a watch checks: the inputs, the files that they mean at present, and where those are. */
export class WatchedFiles {
  readonly #inputs: readonly InputCheck[];
  readonly #log: ReadLog;
  readonly #maxBytes: number;
  readonly #files = new Map<string, { readonly check: FileCheck; by: FoundFile["by"] }>();
  readonly #plans = new Map<InputCheck | FileCheck, WatchPlan>();
  /** The directories that were listed for an input: real path -> paths that lead there. */
  readonly #listed = new Map<InputCheck, ReadonlyMap<string, readonly string[]>>();
  readonly #unplanned = new Set<InputCheck | FileCheck>();

  constructor(inputs: readonly FileInput[], log: ReadLog, maxBytes: number) {
    this.#inputs = inputs.map((input) => new InputCheck(input, log));
    this.#log = log;
    this.#maxBytes = maxBytes;
  }

  /** What an event may concern; nothing, when it names what is not known to matter. */
  targetsOf(directory: string, name: string | undefined): Targets {
    const isVague = name === undefined || name === basename(directory);
    const folded = isVague ? ANY_NAME : foldName(name);
    const files = new Set<FileCheck>();
    for (const { check } of this.#files.values()) {
      const names = this.#plans.get(check)?.get(directory)?.names;
      if (names !== undefined && (isVague || names.has(folded))) files.add(check);
    }
    const inputs = this.#inputs.filter((check) => {
      const names = this.#plans.get(check)?.get(directory)?.names;
      if (names === undefined) return false;
      const paths = this.#listed.get(check)?.get(directory) ?? [];
      const listed = this.#filesIn(paths, isVague ? undefined : name);
      listed.forEach((file) => files.add(file));
      return isVague || listed.length > 0 || names.has(folded) ||
        (names.has(ANY_NAME) && mayMatch(check.input, name));
    });
    return { inputs, files: [...files] };
  }

  /** Checks these, or all, and returns the names of what has changed. */
  async findChanged(
    targets: Targets | "all",
    compare: (check: FileCheck) => boolean,
  ): Promise<readonly string[]> {
    const all = targets === "all";
    const names = [
      ...await this.#find(all ? this.#inputs.filter(({ isFile }) => !isFile) : targets.inputs),
    ];
    const files = all ? [...this.#files.values()].map(({ check }) => check) : targets.files;
    const flags = await inBatches(files, BATCH, (check) => check.hasChanged(compare(check)));
    const changed = files.filter((_, at) => flags[at]).map(({ file }) => file);
    const paths = new Set(changed.map(({ path }) => path));
    // There may be a directory now where a file was.
    const replaced = this.#inputs.filter(({ isFile, input }) => isFile && paths.has(input.path));
    names.push(...changed.map(({ name }) => name), ...await this.#find(replaced));
    files.forEach((check) => this.#unplanned.add(check));
    return [...new Set(names)];
  }

  /**
   * Which directories are to be watched.
   *
   * @param all whether to find that out again for all files, not just for those checked since
   */
  async plan(all: boolean): Promise<WatchPlan> {
    const memo: Memo = new Map();
    const due = <T extends InputCheck | FileCheck>(checks: readonly T[]) =>
      checks.filter((check) => all || this.#unplanned.has(check));
    const inputs = due(this.#inputs);
    // Files that are listed in a directory are watched with it.
    const files = due(
      [...this.#files.values()].filter(({ by }) => by !== "listed").map(({ check }) => check),
    );
    this.#unplanned.clear();
    for (const check of inputs) await this.#planInput(check, memo);
    await inBatches(files, BATCH, async (check) => {
      this.#plans.set(check, await watchPlan(check.file.path, memo));
    });
    return mergePlans(this.#plans.values());
  }

  async #planInput(check: InputCheck, memo: Memo): Promise<void> {
    const directories = new Map<string, string[]>();
    const visited = check.found?.visited ?? [];
    const plans = await inBatches(visited, BATCH, async ({ path, listed }) => {
      const plan = await watchPlan(path, memo, listed);
      for (const [real, { names }] of listed ? plan : []) {
        if (names.has(ANY_NAME)) directories.set(real, [...directories.get(real) ?? [], path]);
      }
      return plan;
    });
    this.#plans.set(check, mergePlans(plans));
    this.#listed.set(check, directories);
  }

  /** The known files in these directories; those of this name, if there is one. */
  #filesIn(directories: readonly string[], name: string | undefined): readonly FileCheck[] {
    if (directories.length === 0) return [];
    if (name !== undefined) {
      return directories.flatMap((path) => this.#files.get(join(path, name))?.check ?? []);
    }
    return [...this.#files.values()].map(({ check }) => check)
      .filter(({ file }) => directories.includes(dirname(file.path)));
  }

  /** Finds out again what inputs mean, and returns the names of those that mean something else. */
  async #find(inputs: readonly InputCheck[]): Promise<readonly string[]> {
    if (inputs.length === 0) return [];
    const flags = await inBatches(inputs, BATCH, (check) => check.hasChanged());
    inputs.forEach((check) => this.#unplanned.add(check));
    const found = mergeFound(this.#inputs.flatMap(({ found }) => found ?? []));
    for (const [path, { check }] of this.#files) {
      if (found.has(path)) continue;
      this.#files.delete(path);
      this.#plans.delete(check);
    }
    for (const [path, { name, by }] of found) {
      const known = this.#files.get(path);
      if (known?.by === by) continue;
      const check = known?.check ?? new FileCheck({ path, name }, this.#log, this.#maxBytes);
      this.#files.set(path, { check, by });
      if (by === "listed") this.#plans.delete(check);
      else this.#unplanned.add(check);
    }
    return inputs.filter((_, at) => flags[at]).map(({ input }) => input.name);
  }
}
