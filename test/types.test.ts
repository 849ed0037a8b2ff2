import { Type } from "@sinclair/typebox";
import { type } from "arktype";
import type { Observable } from "rxjs";
import * as v from "valibot";
import { expectTypeOf, test } from "vitest";
import * as z from "zod";
import {
  type Agent,
  type AgentFilter,
  type AgentOf,
  type AgentRegistry,
  AgentSchema,
  AnyAgentSchema,
  type AppliedEvent,
  fileSource,
  type Guard,
  type Issue,
  type IssueCode,
  maxRemoved,
  memorySource,
  openRegistry,
  type PartialEvent,
  type RegistryOptions,
  type RegistrySnapshot,
  type RegistrySource,
  type RegistryState,
  registryState$,
  type ReloadEvent,
  type ReloadOptions,
  type SchemaOption,
  type StandardSchemaV1,
} from "../mod.ts";

// What is checked here is checked by tsc; running it only shows that nothing throws.

const Model = Type.Object({ model: Type.String(), limits: Type.Array(Type.Number()) });
type ModelAgent = AgentOf<typeof Model>;

/** Only to be type-checked: never calls. */
function onlyChecked(_call: () => unknown): void {}

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
      case "partial":
        expectTypeOf(event).toEqualTypeOf<PartialEvent>();
        return event.changes.added.length + event.issues.length;
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

test("reload events are told apart by success", () => {
  const read = (event: ReloadEvent): string => {
    if (event.success) {
      expectTypeOf(event.error).toEqualTypeOf<undefined>();
      // @ts-expect-error -- nothing is wrong
      return event.issues;
    }
    expectTypeOf(event.issues).toEqualTypeOf<readonly Issue[]>();
    return event.error;
  };
  expectTypeOf(read).returns.toBeString();
});

test("agents of a schema that is not AgentSchema itself have its fields", () => {
  const _more = Type.Composite([AgentSchema, Model]);
  expectTypeOf<AgentOf<typeof _more>["model"]>().toEqualTypeOf<string>();
  expectTypeOf<AgentOf<typeof _more>["owner"]>().toEqualTypeOf<string>();
  const _less = Type.Pick(AgentSchema, ["name", "owner"]);
  expectTypeOf<AgentOf<typeof _less>>().branded.toEqualTypeOf<
    { readonly id: string; readonly name: string; readonly owner: string }
  >();
  expectTypeOf<AgentOf<typeof AgentSchema>>().toEqualTypeOf<Agent>();
});

test("a guard knows the agents of the schema that it is given with", () => {
  const open = (guard: Guard<ModelAgent>) => openRegistry("x", { schema: Model, guard });
  expectTypeOf(open).returns.resolves.toEqualTypeOf<AgentRegistry<ModelAgent>>();
  onlyChecked(() =>
    openRegistry("x", { schema: Model, guard: ({ agents }) => agents.get("a")?.model ?? true })
  );
  // @ts-expect-error -- made for other agents
  onlyChecked(() => openRegistry("x", { guard: null! as Guard<ModelAgent> }));
  expectTypeOf(maxRemoved).returns.toExtend<Guard<ModelAgent>>();
});

test("a registry tells its history, goes back to it, and says what is stale and pinned", () => {
  const use = (registry: AgentRegistry<Agent>) => {
    expectTypeOf(registry.history).toEqualTypeOf<readonly ReloadEvent[]>();
    expectTypeOf(registry.rollback).toEqualTypeOf<(revision: number) => Promise<ReloadEvent>>();
    expectTypeOf(registry.reload).parameter(0).toEqualTypeOf<ReloadOptions | undefined>();
    expectTypeOf(registry.unpin).toEqualTypeOf<() => Promise<ReloadEvent>>();
    expectTypeOf(registry.status.pinned).toEqualTypeOf<number | undefined>();
    expectTypeOf(registry.status.staleAgents).toBeNumber();
    expectTypeOf(registry.status.servedSince).toEqualTypeOf<Date>();
    expectTypeOf(registry.snapshot.stale).toEqualTypeOf<ReadonlyMap<string, readonly Issue[]>>();
    // @ts-expect-error -- read-only
    registry.history.pop();
  };
  expectTypeOf(use).toBeFunction();
});

test("options and snapshots say what they take and give", () => {
  const options: RegistryOptions[] = [
    {},
    { onInvalid: "isolate", guard: maxRemoved(0.5), history: 0 },
    {
      guard: async (next, previous, { removed }) =>
        await Promise.resolve(next.get("a")?.owner === previous.get("a")?.owner || removed[0]!),
    },
    // @ts-expect-error -- true or a reason, not false
    { guard: () => false },
    // @ts-expect-error -- one of two words
    { onInvalid: "ignore" },
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

test("of a Standard Schema agents have the output type, read-only to the bottom", () => {
  type Expected = {
    readonly model: string;
    readonly limits: readonly number[];
    readonly retries: number;
    readonly since: Date;
    readonly nested?: { readonly list: readonly { readonly x: boolean }[] };
  };
  const _zod = z.object({
    model: z.string(),
    limits: z.array(z.number()),
    retries: z.coerce.number().default(3),
    since: z.coerce.date(),
    nested: z.object({ list: z.array(z.object({ x: z.boolean() })) }).exactOptional(),
  });
  const _valibot = v.object({
    model: v.string(),
    limits: v.array(v.number()),
    retries: v.optional(v.pipe(v.string(), v.transform(Number)), "3"),
    since: v.pipe(v.string(), v.transform((day) => new Date(day))),
    nested: v.exactOptional(v.object({ list: v.array(v.object({ x: v.boolean() })) })),
  });
  const _arktype = type({
    model: "string",
    limits: "number[]",
    retries: "number = 3",
    since: "string.date.parse",
    "nested?": { list: type({ x: "boolean" }).array() },
  });
  expectTypeOf<AgentOf<typeof _zod>>().branded.toEqualTypeOf<Expected & { readonly id: string }>();
  expectTypeOf<AgentOf<typeof _valibot>>().branded.toEqualTypeOf<
    Expected & { readonly id: string }
  >();
  expectTypeOf<AgentOf<typeof _arktype>>().branded.toEqualTypeOf<
    Expected & { readonly id: string }
  >();
  const open = () => openRegistry("x", { schema: _zod });
  expectTypeOf(open).returns.resolves.toEqualTypeOf<AgentRegistry<AgentOf<typeof _zod>>>();
});

test("an agent's id is text, whatever its schema says, and variants stay apart", () => {
  const _numbered = z.object({ id: z.coerce.number(), name: z.string() });
  expectTypeOf<AgentOf<typeof _numbered>["id"]>().toEqualTypeOf<string>();
  const _variants = z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("local"), command: z.string() }),
    z.object({ kind: z.literal("remote"), url: z.string() }),
  ]);
  const where = (agent: AgentOf<typeof _variants>): string =>
    agent.kind === "local" ? agent.command : agent.url;
  expectTypeOf(where).returns.toBeString();
  expectTypeOf<AgentOf<typeof _variants>["id"]>().toEqualTypeOf<string>();
});

test("an agent of AnyAgentSchema has an id, and fields nobody knows", () => {
  type Any = AgentOf<typeof AnyAgentSchema>;
  expectTypeOf<Any["id"]>().toEqualTypeOf<string>();
  expectTypeOf<Any["model"]>().toEqualTypeOf<unknown>();
  expectTypeOf(AnyAgentSchema).toExtend<SchemaOption>();
});

test("schemas of what is no object are refused", () => {
  const own: StandardSchemaV1<unknown, { model: string }> = z.object({ model: z.string() });
  const schemas: SchemaOption[] = [
    own,
    // @ts-expect-error -- text
    z.string(),
    // @ts-expect-error -- made text by a transform
    z.object({ name: z.string() }).transform(({ name }) => name),
    // @ts-expect-error -- a number
    v.number(),
    // @ts-expect-error -- text
    type("string"),
    // @ts-expect-error -- text
    Type.String(),
    // @ts-expect-error -- a description of a schema, and none
    { type: "object" },
  ];
  expectTypeOf(schemas).toBeArray();
  // @ts-expect-error -- text
  const open = () => openRegistry("x", { schema: z.string() });
  expectTypeOf(open).toBeFunction();
});
