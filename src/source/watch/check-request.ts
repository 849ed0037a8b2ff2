import type { FileCheck } from "./file-check.ts";
import type { Targets } from "./watched-files.ts";

/** A request to check files. */
export interface CheckRequest {
  readonly targets: Targets | "all";
  /** Whether to compare bytes also where the stamp says that nothing changed. */
  readonly compare: boolean;
  readonly isPoll: boolean;
}

/** What several requests name, each once. */
export function union(requests: readonly CheckRequest[]): Targets {
  const targets = requests.flatMap(({ targets }) => targets === "all" ? [] : [targets]);
  return {
    inputs: [...new Set(targets.flatMap(({ inputs }) => inputs))],
    files: [...new Set(targets.flatMap(({ files }) => files))],
  };
}

/** For which files the bytes are to be compared. */
export function comparison(requests: readonly CheckRequest[]): (check: FileCheck) => boolean {
  const comparing = requests.filter(({ compare }) => compare);
  const files = new Set(union(comparing).files);
  const all = comparing.some(({ targets }) => targets === "all");
  return (check) => all || files.has(check);
}
