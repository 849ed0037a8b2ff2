import { basename, dirname, join } from "node:path";
import type { FoundFile } from "../find/directory-walk.ts";
import { FileCheck } from "./file-check.ts";
import type { FileInput } from "../find/file-input.ts";
import { mayBeFound, mergeFound } from "../find/find-files.ts";
import { inBatches } from "../find/in-batches.ts";
import { InputCheck } from "./input-check.ts";
import type { ReadLog } from "../read/read-log.ts";
import { ANY_NAME, type Memo, mergePlans, type WatchPlan, watchPlan } from "./watch-plan.ts";

/** What to look at. */
export interface Targets {
  readonly inputs: readonly InputCheck[];
  readonly files: readonly FileCheck[];
}

/** How many files are looked at side by side. */
const BATCH = 32;

/** All that a watch looks at: the inputs, the files that they mean at present, and where those are. */
export class WatchedFiles {
  readonly #inputs: readonly InputCheck[];
  readonly #log: ReadLog;
  readonly #maxBytes: number;
  readonly #files = new Map<string, { readonly check: FileCheck; by: FoundFile["by"] }>();
  readonly #plans = new Map<InputCheck | FileCheck, WatchPlan>();
  /** The directories that an input was searched for in: real path -> paths that lead there. */
  readonly #searched = new Map<InputCheck, ReadonlyMap<string, readonly string[]>>();
  readonly #unplanned = new Set<InputCheck | FileCheck>();

  constructor(inputs: readonly FileInput[], log: ReadLog, maxBytes: number) {
    this.#inputs = inputs.map((input) => new InputCheck(input, log));
    this.#log = log;
    this.#maxBytes = maxBytes;
  }

  /** What a hint is about; nothing, when it names what is not known to matter. */
  meant(directory: string, name: string | undefined): Targets {
    const vague = name === undefined || name === basename(directory);
    const files = new Set<FileCheck>();
    for (const { check } of this.#files.values()) {
      const names = this.#plans.get(check)?.get(directory)?.names;
      if (names !== undefined && (vague || names.has(name))) files.add(check);
    }
    const inputs = this.#inputs.filter((check) => {
      const names = this.#plans.get(check)?.get(directory)?.names;
      if (names === undefined) return false;
      const listed = this.#listed(this.#searched.get(check)?.get(directory) ?? [], vague, name);
      listed.forEach((file) => files.add(file));
      return vague || listed.length > 0 || names.has(name) ||
        (names.has(ANY_NAME) && mayBeFound(check.input, name));
    });
    return { inputs, files: [...files] };
  }

  /** Looks at these, or at all, and gives the names of what has changed. */
  async changed(
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
    const turned = this.#inputs.filter(({ isFile, input }) => isFile && paths.has(input.path));
    names.push(...changed.map(({ name }) => name), ...await this.#find(turned));
    files.forEach((check) => this.#unplanned.add(check));
    return [...new Set(names)];
  }

  /**
   * Which directories are to be watched.
   *
   * @param anew whether to find that out again for all, not just for what was looked at since
   */
  async plan(anew: boolean): Promise<WatchPlan> {
    const memo: Memo = new Map();
    const due = <T extends InputCheck | FileCheck>(checks: readonly T[]) =>
      checks.filter((check) => anew || this.#unplanned.has(check));
    const inputs = due(this.#inputs);
    // What is listed in a directory is watched with it.
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
    const searched = new Map<string, string[]>();
    const plans = await inBatches(check.found?.looked ?? [], BATCH, async ({ path, inside }) => {
      const plan = await watchPlan(path, memo, inside);
      for (const [real, { names }] of plan) {
        if (inside && names.has(ANY_NAME)) searched.set(real, [...searched.get(real) ?? [], path]);
      }
      return plan;
    });
    this.#plans.set(check, mergePlans(plans));
    this.#searched.set(check, searched);
  }

  /** The files of directories; of a certain name only, unless the hint is vague. */
  #listed(
    directories: readonly string[],
    vague: boolean,
    name: string | undefined,
  ): readonly FileCheck[] {
    if (directories.length === 0) return [];
    if (!vague) {
      return directories.flatMap((path) => this.#files.get(join(path, name ?? ""))?.check ?? []);
    }
    return [...this.#files.values()].map(({ check }) => check)
      .filter(({ file }) => directories.includes(dirname(file.path)));
  }

  /** Finds out anew what inputs mean, and gives the names of those that mean something else. */
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
