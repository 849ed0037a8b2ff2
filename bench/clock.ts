import process from "node:process";

/**
 * The clock of all measurements, in milliseconds: that on the wall, or with `--cpu` the processor time of
 * this process, all its threads together, for machines on which others work, too.
 */
export const clock: () => number = process.env["BENCH_CPU"] === undefined
  ? () => performance.now()
  : () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  };
