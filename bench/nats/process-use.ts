import { readFileSync } from "node:fs";

/** How many ticks a second `/proc` counts processor time in. */
const TICKS = 100;

/** What a process holds and has used. */
export interface ProcessUse {
  /** Resident memory, in bytes. */
  readonly memory: number;
  /** Processor time so far, in milliseconds. */
  readonly cpuMs: number;
}

/** What a process of this machine holds and has used; Linux only. */
export function useOf(pid: number): ProcessUse {
  const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))!;
  // The name of the program, in brackets, may have spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { memory: Number(kib) * 1024, cpuMs: ticks * 1_000 / TICKS };
}
