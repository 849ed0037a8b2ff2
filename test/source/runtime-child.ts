import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import process from "node:process";
import { oneModule } from "../one-module.ts";

/** A program in a process of its own, on the runtime of the test, that talks by lines. */
export interface RuntimeChild extends Disposable {
  readonly process: ChildProcess;
  /** Resolves with the next line that starts so, or that came since the last one that was awaited. */
  line(start: string, withinMs?: number): Promise<string>;
  /** Resolves with the exit code, or the signal, once it has ended by itself. */
  ended(withinMs?: number): Promise<number | string>;
}

const mod = new URL("../../mod.ts", import.meta.url).href;
const followed = new URL("./followed.ts", import.meta.url).href;

/** Runs a module, whose text can use `mod`, `follow`, `say` and `file`. */
export function runChild(body: string, file: string, shell = 'exec "$@"'): RuntimeChild {
  const code = `
    import process from "node:process";
    import { readdirSync, readFileSync, writeSync } from "node:fs";
    const mod = await import(${JSON.stringify(mod)});
    const { follow } = await import(${JSON.stringify(followed)});
    const file = ${JSON.stringify(file)};
    const say = (...words) => writeSync(1, words.join(" ") + "\\n");
    const handles = () => {
      const fds = readdirSync("/proc/self/fd");
      const info = (fd) => { try { return readFileSync("/proc/self/fdinfo/" + fd, "utf8"); } catch { return ""; } };
      return { fds: fds.length, watches: fds.map(info).join("").split("inotify wd:").length - 1 };
    };
    ${body}`;
  const runtime = process.env["EXPECT_RUNTIME"] ?? "node";
  const args = runtime === "deno"
    ? ["run", "-A", "--no-check", "-"]
    : runtime === "bun"
    ? ["run", "-"]
    : ["--input-type=module", "-"];
  const child = spawn("sh", ["-c", shell, "sh", process.execPath, ...args], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdio: ["pipe", "pipe", "pipe"],
  });
  const lines: string[] = [];
  let rest = "";
  let errors = "";
  const text = runtime === "node" ? oneModule(code) : Promise.resolve(code);
  text.then((text) => child.stdin.end(text), (error: unknown) => {
    errors += error;
    child.kill("SIGKILL");
  });
  let status: number | string | undefined;
  let wake = (): void => {};
  child.stdout.on("data", (chunk) => {
    rest += chunk;
    const parts = rest.split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
    wake();
  });
  child.stderr.on("data", (chunk) => errors += chunk);
  child.on("close", (code, signal) => {
    status = code ?? String(signal);
    wake();
  });
  const until = async <T>(what: string, withinMs: number, get: () => T | undefined): Promise<T> => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      wake();
    }, withinMs);
    try {
      for (;;) {
        const got = get();
        if (got !== undefined) return got;
        if (late) throw new Error(`The child did not say or do ${what} in time: ${errors}`);
        await new Promise<void>((resolve) => wake = resolve);
      }
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    process: child,
    line: (start, withinMs = 15_000) =>
      until(start, withinMs, () => {
        const at = lines.findIndex((line) => line.startsWith(start));
        if (at >= 0) return lines.splice(0, at + 1)[at];
        if (status !== undefined) throw new Error(`The child ended with ${status}: ${errors}`);
        return undefined;
      }),
    ended: (withinMs = 10_000) => until("an end", withinMs, () => status),
    [Symbol.dispose]: () => void child.kill("SIGKILL"),
  };
}
