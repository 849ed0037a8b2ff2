import { Type } from "@sinclair/typebox";
import type { Observable } from "rxjs";
import { expectTypeOf, test } from "vitest";
import {
  type Agent,
  type AgentFilter,
  type AgentOf,
  type AgentRegistry,
  type AgentSchema,
  type AppliedEvent,
  fileSource,
  type IssueCode,
  memorySource,
  openRegistry,
  type RegistryOptions,
  type RegistrySnapshot,
  type RegistrySource,
  type RegistryState,
  registryState$,
  type ReloadEvent,
} from "../mod.ts";

// What is checked here is checked by tsc; running it only shows that nothing throws.

const Model = Type.Object({ model: Type.String(), limits: Type.Array(Type.Number()) });
type ModelAgent = AgentOf<typeof Model>;

test("openRegistry types agents by their schema, and by AgentSchema without one", () => {
  expectTypeOf(openRegistry<typeof AgentSchema>).returns.resolves.toEqualTypeOf<
    AgentRegistry<Agent>
  >();
  const open = () => openRegistry("x", { schema: Model });
  expectTypeOf(open).returns.resolves.toEqualTypeOf<AgentRegistry<ModelAgent>>();
  const state$ = registryState$(memorySource(), { schema: Model, watch: false });
  expectTypeOf(state$).toEqualTypeOf<Observable<RegistryState<ModelAgent>>>();
});

test("an agent is read-only to the bottom and has an id", () => {
  expectTypeOf<ModelAgent["id"]>().toEqualTypeOf<string>();
  expectTypeOf<ModelAgent["limits"]>().toEqualTypeOf<readonly number[]>();
  const write = (agent: Agent) => {
    // @ts-expect-error -- agents are frozen
    agent.name = "x";
    // @ts-expect-error -- and so is what is in them
    agent.tags?.push("x");
  };
  expectTypeOf(write).toBeFunction();
});

test("fields with defaults are always there, optional ones may be missing", () => {
  expectTypeOf<Agent["deprecated"]>().toEqualTypeOf<boolean>();
  expectTypeOf<Agent["status"]>().toEqualTypeOf<
    "active" | "deprecated" | "experimental" | "archived"
  >();
  expectTypeOf<Agent["description"]>().toEqualTypeOf<string | undefined>();
  expectTypeOf<"research">().toExtend<Agent["category"]>();
  expectTypeOf<Agent["category"]>().toExtend<string>();
  expectTypeOf<Agent["environment"]>().toExtend<string>();
});

test("a filter takes values of the field's type, or members of a list", () => {
  const filters: AgentFilter<Agent>[] = [
    { category: "production", tags: ["memory"], deprecated: false },
    { tags: "memory" },
    (agent) => agent.owner === "core",
    // @ts-expect-error -- not a boolean
    { deprecated: "no" },
    // @ts-expect-error -- not a field
    { colour: "red" },
    // @ts-expect-error -- not a member
    { tags: [1] },
  ];
  expectTypeOf(filters).toBeArray();
});

test("reload events are told apart by type", () => {
  const read = (event: ReloadEvent): number => {
    switch (event.type) {
      case "applied":
        expectTypeOf(event).toEqualTypeOf<AppliedEvent>();
        return event.changes.added.length;
      case "rejected":
        return event.issues.length;
      case "unchanged":
        // @ts-expect-error -- nothing changed
        return event.changes;
    }
  };
  expectTypeOf(read).returns.toBeNumber();
  expectTypeOf<"no-such-code">().not.toExtend<IssueCode>();
});

test("options and snapshots say what they take and give", () => {
  const options: RegistryOptions[] = [
    {},
    { debounceMs: 1, files: { watchMode: "poll" }, logger: false },
    // @ts-expect-error -- a number of milliseconds
    { debounceMs: "1s" },
    { watch: undefined, logger: undefined, files: { pollMs: undefined } },
  ];
  expectTypeOf(options).toBeArray();
  const use = (snapshot: RegistrySnapshot<Agent>) => {
    expectTypeOf(snapshot.get("a")).toEqualTypeOf<Agent | undefined>();
    // @ts-expect-error -- a read-only map
    snapshot.agents.set("a", snapshot.get("a"));
  };
  expectTypeOf(use).toBeFunction();
  expectTypeOf(fileSource).returns.toExtend<RegistrySource>();
});
