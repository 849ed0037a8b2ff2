import { Buffer } from "node:buffer";
import fc from "fast-check";
import { expect, test } from "vitest";
import { EntryList, type Sized } from "../../src/decode/entry-list.ts";
import { planReload, type ReadFile, type ReloadPlan } from "../../src/decode/plan-reload.ts";
import { runToCompletion } from "../../src/model/run-to-completion.ts";

const COUNT = 100;

/** A registry of agents, each of so many lines. */
function registry(sizes: readonly number[]): string {
  const agents = sizes.map((size, at) =>
    `  agent_${at}:\n    name: Agent ${at}\n${"    # more\n".repeat(size)}`
  );
  return `version: 1\nagents:\n${agents.join("")}`;
}

function sized({ pieces }: ReloadPlan): EntryList<Sized> {
  return EntryList.of(
    pieces.map(({ start, end, lines }) => ({ bytes: end - start, lines, problems: 0, aliased: 0 })),
  );
}

function planOf(text: string, known?: ReadFile<Sized>): ReloadPlan {
  return runToCompletion(planReload(known, Buffer.from(text), "agents"))!;
}

function read(text: string): ReadFile<Sized> {
  const { start, shape, outline, ...plan } = planOf(text);
  const entries = sized({ start, shape, outline, ...plan });
  return { bytes: Buffer.from(text), start, shape, outline, entries };
}

/** An edit of lines between the first agent and the end. */
const edit = fc.record({
  at: fc.nat(),
  over: fc.nat(40),
  text: fc.constantFrom("", "x", "    k: v\n", "  new:\n    k: v\n", "\n\n", "  # note\n"),
});

test("planReload looks at the entries that an edit touches, and gives what a look at all gives", () => {
  const sizes = fc.array(fc.nat(3), { minLength: COUNT, maxLength: COUNT });
  let joined = 0;
  fc.assert(
    fc.property(sizes, edit, (sizes, { at, over, text }) => {
      const before = registry(sizes);
      const start = before.indexOf("  agent_0:");
      const from = start + at % (before.length - start);
      const after = before.slice(0, from) + text + before.slice(from + over);
      const whole = runToCompletion(planReload<Sized>(undefined, Buffer.from(after), "agents"));
      // What cannot be split as a whole is not split in part either, unless it lies elsewhere.
      if (whole === undefined) return;
      const known = read(before);
      const plan = planOf(after, known);
      expect([...known.entries.splice(plan.from, plan.to, [...sized(plan).slice()]).slice()])
        .toEqual([...sized(whole).slice()]);
      if (plan.to === COUNT) return;
      joined++;
      // As many as forty characters reach over, and one on each side.
      expect(plan.pieces.length).toBeLessThan(8);
    }),
    { numRuns: 500 },
  );
  expect(joined).toBeGreaterThan(120);
});

test("planReload plans nothing when nothing differs", () => {
  const text = registry(Array(COUNT).fill(1));
  expect(planOf(text, read(text))).toMatchObject({ pieces: [], from: 0, to: 0 });
});

test("planReload yields at each entry, so that who plans can let others have their turn", () => {
  const steps = planReload(undefined, Buffer.from(registry(Array(COUNT).fill(1))), "agents");
  let count = 0;
  while (steps.next().done !== true) count++;
  expect(count).toBeGreaterThanOrEqual(COUNT);
});
