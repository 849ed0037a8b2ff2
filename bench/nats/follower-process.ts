import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { filter, firstValueFrom, fromEvent, map, merge, type Observable } from "rxjs";
import { RUNTIMES } from "../each-runtime.ts";
import type { Following, Line } from "./lines.ts";

/** A process of followers, and what it says. */
export interface FollowerProcess {
  /** Resolves with the next line of a step; rejects when the process has ended. */
  next<S extends Line["step"]>(step: S): Promise<Extract<Line, { step: S }>>;
  /** Lets it begin with what comes next: to follow, or to end. */
  go(): void;
  readonly ended: Promise<unknown>;
}

/** Starts some followers in a process of their own. */
export function startFollowers(
  following: Following,
  count: number,
  servers: readonly string[],
): FollowerProcess {
  const [command, ...args] = RUNTIMES["Node"]!;
  const program = fileURLToPath(new URL("followers.ts", import.meta.url));
  const child = spawn(command!, ["--max-old-space-size=6000", ...args, program], {
    env: {
      ...process.env,
      FOLLOWING: following,
      FOLLOW_COUNT: String(count),
      FOLLOW_SERVERS: servers.join(","),
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const text$ = fromEvent(createInterface(child.stdout), "line") as Observable<string>;
  const line$ = text$.pipe(map((text) => JSON.parse(text) as Line));
  const exit$ = fromEvent(child, "exit").pipe(map((): Line => {
    throw new Error(`followers have ended with ${child.exitCode ?? child.signalCode}`);
  }));
  return {
    next: <S extends Line["step"]>(step: S) =>
      firstValueFrom(
        merge(line$, exit$).pipe(
          filter((line): line is Extract<Line, { step: S }> => line.step === step),
        ),
      ),
    go: () => child.stdin.write("\n"),
    ended: new Promise((resolve) => child.once("close", resolve)),
  };
}
