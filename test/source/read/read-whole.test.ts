import { array, assert, asyncProperty, constantFrom, integer, record } from "fast-check";
import { describe, expect, test } from "vitest";
import type { FileStamp } from "../../../src/source/read/file-stamp.ts";
import type { FileState } from "../../../src/source/read/file-state.ts";
import { readWhole, type Sampler } from "../../../src/source/read/read-whole.ts";
import { times } from "../../times.ts";

/** Something a writer does at a time: leaves a text in a file with this inode, or no file. */
interface Step {
  readonly at: number;
  readonly text: string | undefined;
  readonly inode?: number;
}

const START = 1_000_000;
const QUIET_MS = 100;
const PATIENCE = { quietMs: QUIET_MS, maxWaitMs: 500 };

/** A file that is written to by a script, and a clock that only sleeping moves on. */
class ScriptedFile implements Sampler {
  readonly #steps: readonly Step[];
  readonly #skewMs: number;
  readonly #setBackAt: number;
  readonly #lateMs: (sleep: number) => number;
  #now = START;
  #sleeps = 0;

  constructor(
    steps: readonly Step[],
    { skewMs = 0, setBackAt = Infinity, lateMs = () => 0 }: {
      skewMs?: number;
      /** When somebody sets the clock back by an hour. */
      setBackAt?: number;
      lateMs?: (sleep: number) => number;
    } = {},
  ) {
    this.#steps = steps;
    this.#skewMs = skewMs;
    this.#setBackAt = setBackAt;
    this.#lateMs = lateMs;
  }

  get elapsedMs(): number {
    return this.#now - START;
  }

  now(): number {
    return this.#now;
  }

  date(): number {
    return this.#now - (this.elapsedMs >= this.#setBackAt ? 3_600_000 : 0);
  }

  sleep(ms: number): Promise<void> {
    this.#now += ms + this.#lateMs(this.#sleeps++);
    return Promise.resolve();
  }

  stamp(): Promise<FileStamp> {
    return Promise.resolve(this.#stampOf(this.#current()));
  }

  read(): Promise<FileState> {
    const step = this.#current();
    const stamp = this.#stampOf(step);
    if (step.text !== undefined) {
      const bytes = new TextEncoder().encode(step.text);
      return Promise.resolve({ type: "content", bytes, stamp, still: true, isProven: false });
    }
    const issue = { code: "file-missing", severity: "error", message: "", path: "f" } as const;
    return Promise.resolve({ type: "problem", issue, stamp });
  }

  #current(): Step {
    return this.#steps.findLast(({ at }) => at <= this.elapsedMs) ?? this.#steps[0]!;
  }

  #stampOf({ at, text, inode = 1 }: Step): FileStamp {
    if (text === undefined) return { key: "ENOENT", identity: "ENOENT", changedAt: 0 };
    const changedAt = START + at + this.#skewMs;
    return { key: `${inode}:${text.length}:${changedAt}`, identity: String(inode), changedAt };
  }
}

/** The text that is read, or the code of the issue. */
async function textRead(file: ScriptedFile, before?: string): Promise<string> {
  const bytes = before === undefined ? undefined : new TextEncoder().encode(before);
  const state = await readWhole(file, PATIENCE, bytes);
  return state.type === "problem" ? state.issue.code : new TextDecoder().decode(state.bytes);
}

/** name, what the writer does, what is read, and when at the latest */
const TABLE: readonly (readonly [string, readonly Step[], string, number])[] = [
  ["a file that has been quiet, at once", [{ at: -100, text: "a" }], "a", 0],
  ["a file that was just written, once it is quiet", [{ at: -40, text: "a" }], "a", 70],
  ["a missing file as it is, at once", [{ at: 0, text: undefined }], "file-missing", 0],
  ["an empty file once it is quiet", [{ at: 0, text: "" }], "", 110],
  [
    "all of what comes in pieces",
    [{ at: 0, text: "" }, { at: 50, text: "a" }, { at: 140, text: "ab" }, { at: 230, text: "abc" }],
    "abc",
    340,
  ],
  [
    "what is there after the file was gone for a while",
    [{ at: 0, text: "a" }, { at: 30, text: undefined }, { at: 90, text: "b", inode: 2 }],
    "b",
    200,
  ],
  [
    "nothing where it is gone for longer",
    [{ at: 0, text: "a" }, { at: 30, text: undefined }, { at: 290, text: "b", inode: 2 }],
    "file-missing",
    150,
  ],
  [
    "one of the contents of a writer that saves all the time",
    Array.from({ length: 1000 }, (_, k) => ({ at: k * 25, text: `whole ${k % 10}` })),
    "whole 1",
    100,
  ],
  [
    "one of the contents of a writer that renames all the time",
    Array.from({ length: 3000 }, (_, k) => ({ at: k * 7, text: `whole ${k % 10}`, inode: k })),
    "whole",
    100,
  ],
];

describe("readWhole gives", () => {
  test.each(TABLE)("%s", async (_name, steps, text, withinMs) => {
    const file = new ScriptedFile(steps);
    expect(await textRead(file)).toContain(text);
    expect(file.elapsedMs).toBeLessThanOrEqual(withinMs);
  });

  test.each([["behind", -3_600_000], ["ahead of", 3_600_000]])(
    "a file whose clock is %s ours, once it is quiet",
    async (_name, skewMs) => {
      const file = new ScriptedFile([{ at: 0, text: "a" }], { skewMs });
      expect(await textRead(file)).toBe("a");
      expect(file.elapsedMs).toBeLessThanOrEqual(QUIET_MS + 10);
    },
  );

  test.each([0, 40])(
    "a file, once it is quiet, though the clock is set back at %i ms",
    async (at) => {
      const file = new ScriptedFile([{ at: 0, text: "a" }], { setBackAt: at });
      expect(await textRead(file)).toBe("a");
      expect(file.elapsedMs).toBeLessThanOrEqual(QUIET_MS + 10);
    },
  );

  /** what was read last, what a writer leaves that pauses for long, what it goes on to */
  const pausing: readonly (readonly [string, string, string])[] = [
    ["a: 1\nb: 2\nc: 3\n", "a: 1\nb: 2", "a: 1\nb: 2\nd: 3\n"],
    ["a: 1\nb: 2\nc: 3\n", "", "a: 1\n"],
    ["a: 1\nb: 2345", "a: 1\nc: 9\nd: 10\nb: 23", "a: 1\nc: 9\nd: 10\nb: 2345"],
    ['{"a": 1, "b": 2}', '{"a": 1', '{"a": 1, "b": 3}'],
  ];
  test.each(pausing)("after %j not %j, but %j", async (before, half, whole) => {
    const steps = [{ at: 0, text: half }, { at: 550, text: whole }];
    expect(await textRead(new ScriptedFile(steps), before)).toBe(whole);
  });

  test.each([
    ["a: 1\nb: 2\n", "a: 1\n"],
    ["a: 1\nb: 2", "a: 1\nc: 3\nb: 2"],
    ["a: 1\nb: 2", "a: 1\nc: 3"],
    ["a: 1\nb: 2\n", "a: 1\nb: 2\nc: 3"],
  ])("after %j what looks whole, %j, without waiting longer", async (before, text) => {
    const file = new ScriptedFile([{ at: 0, text }]);
    expect(await textRead(file, before)).toBe(text);
    expect(file.elapsedMs).toBeLessThanOrEqual(QUIET_MS + 10);
  });

  test("what looks cut short, if it stays so", async () => {
    const file = new ScriptedFile([{ at: 0, text: "a: 1" }]);
    expect(await textRead(file, "a: 1\nb: 2\n")).toBe("a: 1");
    expect(file.elapsedMs).toBeLessThanOrEqual(QUIET_MS + 510);
  });

  test("up, as not still, a file that only ever grows", async () => {
    const steps = Array.from({ length: 2000 }, (_, k) => ({ at: k * 20, text: "x".repeat(k) }));
    const file = new ScriptedFile(steps);
    expect(await readWhole(file, PATIENCE)).toMatchObject({ type: "content", still: false });
    expect(file.elapsedMs).toBeLessThan(6_000);
  });

  test("nothing half, whatever a writer in pieces does, on a machine that stalls", async () => {
    const piece = record({
      pauseMs: integer({ min: 1, max: QUIET_MS - 15 }),
      size: integer({ min: 1, max: 5 }),
    });
    const save = record({
      pieces: array(piece, { minLength: 1, maxLength: 6 }),
      how: constantFrom("in place", "anew"),
      // What is whole stays so for a moment: see readWhole on writers that do not.
      restMs: integer({ min: 31, max: 90 }),
    });
    const stalls = array(constantFrom(0, 0, 0, 15, 60, 150), { minLength: 1, maxLength: 9 });
    await assert(
      asyncProperty(array(save, { minLength: 1, maxLength: 12 }), stalls, async (saves, lateMs) => {
        const steps: Step[] = [{ at: -1000, text: "w0!" }];
        const wholes = ["w0!"];
        let at = 0;
        saves.forEach(({ pieces, how, restMs }, k) => {
          const inode = how === "anew" ? k + 2 : steps.at(-1)!.inode ?? 1;
          let text = "";
          steps.push({ at, text, inode });
          for (const { pauseMs, size } of pieces) {
            text += `${k}`.repeat(size);
            steps.push({ at, text, inode });
            at += pauseMs;
          }
          steps.push({ at, text: `${text}!`, inode });
          wholes.push(`${text}!`);
          at += restMs;
        });
        const file = new ScriptedFile(steps, { lateMs: (k) => lateMs[k % lateMs.length]! });
        expect(wholes).toContain(await textRead(file));
      }),
      { numRuns: times(500) },
    );
  });
});
