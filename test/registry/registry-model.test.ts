import fc from "fast-check";
import { expect, test } from "vitest";
import type { ReloadEvent } from "../../mod.ts";
import { isRefused, type ModelEvent, RegistryModel, textOf } from "./registry-model.ts";
import { openToys, type Toy } from "../toy-registry.ts";
import { times } from "../times.ts";
import { until } from "../until.ts";
import type { RegistrySnapshot } from "../../src/model/snapshot/snapshot.ts";

const ids = ["a", "b", "c", "d"];
const paths = ["x", "y"];

type Step =
  | { readonly type: "write"; readonly path: string; readonly text: string }
  | { readonly type: "remove"; readonly path: string }
  | { readonly type: "rollback"; readonly back: number }
  | { readonly type: "rewrite"; readonly path: string }
  | { readonly type: "reload" | "unpin" };

// Few values, so that contents come again.
const word = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom("=1", "=2", "=3") },
  { weight: 2, arbitrary: fc.constantFrom("!bad", "!worse") },
  { weight: 1, arbitrary: fc.constant("=9") },
);
const path = fc.constantFrom(...paths);
const text = fc.oneof(
  { weight: 8, arbitrary: fc.subarray(ids).chain(textWith) },
  { weight: 1, arbitrary: fc.constant("?") },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant("write" as const), path, text }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom("remove" as const), path }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constantFrom("rewrite" as const), path }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("rollback" as const),
      back: fc.integer({ min: 0, max: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom("reload" as const, "unpin") }) },
);

/** An agent may be in one document or the other, and so move between them, but not in both. */
function withoutThoseIn(
  documents: Readonly<Record<string, string>>,
  path: string,
  text: string,
): string {
  const others = Object.entries(documents).flatMap(([other, words]) => other === path ? [] : words);
  return text.split(" ").filter((word) => word === "?" || !others.join(" ").includes(word[0]!))
    .join(" ");
}

function textWith(chosen: readonly string[]): fc.Arbitrary<string> {
  return fc.tuple(...chosen.map((id) => word.map((value) => `${id}${value}`)))
    .map((words) => words.join(" "));
}

test.each(["reject", "isolate"] as const)(
  "a registry does what a plain model of one does, whatever comes: %s",
  async (onInvalid) => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 30 }),
        fc.constantFrom(0, 2, 5, 50, 50, 50),
        async (steps, history) => {
          await follow(steps, history, onInvalid, seen);
        },
      ),
      { numRuns: times(240), endOnFailure: false },
    );
    // What never happened was not tried.
    for (const type of ["applied", "rejected", "unchanged", "pinned", "held", "kept"]) {
      expect(seen.get(type) ?? 0, type).toBeGreaterThan(10);
    }
    expect(seen.get("partial") ?? 0).toBeGreaterThan(onInvalid === "isolate" ? 10 : -1);
  },
  600_000,
);

async function follow(
  steps: readonly Step[],
  history: number,
  onInvalid: "reject" | "isolate",
  seen: Map<string, number>,
): Promise<void> {
  const note = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
  const documents: Record<string, string> = { x: "a=1 b=1", y: "d=1" };
  const model = new RegistryModel(onInvalid === "isolate", history);
  model.read(documents, true);
  const { registry, source } = await openToys({ x: "a=1 b=1", y: "d=1" }, {
    history,
    onInvalid,
    guard: (next) => isRefused(modelContentOf(next)) ? "no nines" : true,
  });
  const copies = new Map<RegistrySnapshot<Toy>, string>();
  const agents = new Map<string, (string | undefined)[]>(ids.map((id) => [id, []]));
  for (const id of ids) {
    registry.agent$(id).subscribe((agent) => agents.get(id)!.push(agent?.value));
  }
  let writes = 0;
  let last = registry.snapshot.revision;
  registry.snapshot$.subscribe((snapshot) => {
    expect(registry.snapshot).toBe(snapshot);
    if (copies.size > 0) expect(snapshot.revision).toBe(++last);
    copies.set(snapshot, JSON.stringify(snapshot));
    for (const id of snapshot.stale.keys()) expect(snapshot.agents.has(id)).toBe(true);
    expect([...snapshot.origins.keys()]).toEqual([...snapshot.agents.keys()]);
  });
  registry.reload$.subscribe((event) => {
    expect(registry.snapshot.revision).toBe(event.revision);
    expect(registry.history.at(-1)).toBe(history === 0 ? undefined : event);
    note(event.type);
  });

  try {
    for (const step of steps) {
      const { pinned } = registry.status;
      switch (step.type) {
        case "write":
        case "remove":
        case "rewrite": {
          const { path } = step;
          const wasEmpty = Object.keys(documents).length === 0;
          if (step.type === "write") documents[path] = withoutThoseIn(documents, path, step.text);
          if (step.type === "remove") delete documents[path];
          // No event tells of a reading that is the one before: that cannot be written in another way.
          if (wasEmpty && Object.keys(documents).length === 0) break;
          const event = until(registry.reload$);
          // Never the same bytes: the words are followed by more spaces each time.
          for (const [path, words] of Object.entries(documents)) {
            source.write(path, words + " ".repeat(++writes));
          }
          if (documents[path] === undefined) source.remove(path);
          await event;
          model.read(documents, false);
          if (pinned !== undefined) note(registry.status.pinned === undefined ? "edited" : "held");
          break;
        }
        case "reload":
        case "unpin":
          await registry[step.type]();
          model.read(documents, true);
          break;
        case "rollback": {
          const revision = registry.snapshot.revision - step.back;
          const event = await registry.rollback(revision).catch((error: unknown) => error);
          expect(event instanceof RangeError).toBe(!model.rollback(revision));
          note(event instanceof RangeError ? "not kept" : "kept");
        }
      }
      if (registry.status.pinned !== undefined) note("pinned");
      const { status } = registry;
      expect({
        served: textOf(modelContentOf(registry.snapshot)),
        events: registry.history.map(modelEventOf),
        status: [status.revision, status.pinned, status.inSync, status.consecutiveFailures],
        stale: status.staleAgents,
      }).toEqual({
        served: textOf(model.served),
        events: model.events,
        status: [model.revision, model.pinned, model.inSync, model.failures],
        stale: Object.values(model.served.agents).filter(({ stale }) => stale !== undefined).length,
      });
    }
    for (const [snapshot, copy] of copies) expect(JSON.stringify(snapshot)).toBe(copy);
    for (const [id, values] of agents) {
      expect(values.at(-1)).toBe(registry.snapshot.get(id)?.value);
      values.forEach((value, at) => expect(at > 0 && value === values[at - 1]).toBe(false));
    }
  } finally {
    await registry.close();
  }
}

function modelContentOf(
  snapshot: RegistrySnapshot<Toy>,
): { agents: RegistryModel["served"]["agents"] } {
  return {
    agents: Object.fromEntries(
      [...snapshot.agents].map(([id, { value }]) => {
        const path = snapshot.origins.get(id)?.path ?? "";
        const stale = snapshot.stale.get(id)?.[0]?.message;
        return [id, stale === undefined ? { value, path } : { value, path, stale }];
      }),
    ),
  };
}

function modelEventOf(event: ReloadEvent): ModelEvent {
  const { added, updated, removed } = "changes" in event
    ? event.changes
    : { added: [], updated: [], removed: [] };
  const marked = [
    ...added.map((id) => `+${id}`),
    ...updated.map((id) => `~${id}`),
    ...removed.map((id) => `-${id}`),
  ];
  const changes = marked.sort((a, b) => a.slice(1) < b.slice(1) ? -1 : 1).join(" ");
  return { type: event.type, revision: event.revision, changes };
}
