// Programs as strangers would write them, for the rehearsal of publishing.

export const TYPED = `
  import { openRegistry, type ReloadEvent } from "@agent-registry/rx";

  const registry = await openRegistry("agent_registry.yaml");
  const agent = registry.agent("planner");
  export const owner: string = agent.owner;
  export const problems = (event: ReloadEvent) => event.success ? [] : event.issues;
  await registry[Symbol.asyncDispose]();
`;

export const METRICS = `
  import { openRegistry } from "@agent-registry/rx";
  import { instrumentRegistry } from "@agent-registry/rx/otel";
  import { createNoopMeter } from "@opentelemetry/api";

  const registry = await openRegistry("agent_registry.yaml", { watch: false });
  const meter = createNoopMeter();
  meter.createCounter = (name) => ({
    add: (value, { type }) => console.log(name, value, type),
  });
  instrumentRegistry(registry, meter);
`;

// Reads YAML that is good and YAML that is not, and JSON: with every parser that is in the bundle.
export const BUNDLED = `
  import { memorySource, openRegistry } from "@agent-registry/rx";

  const registry = await openRegistry(process.argv[2]);
  console.log(registry.snapshot.agents.size);
  await registry.close();
  const documents = { "broken.yaml": "agents: [", "empty.json": "{ \\"agents\\": {} }" };
  for (const [path, text] of Object.entries(documents)) {
    const source = memorySource({ [path]: text });
    const { status } = await openRegistry(source, { watch: false, required: false, logger: false });
    console.log(path, status.issues.map(({ code }) => code).join());
  }
`;

// From either name; with a text that only the parser which is loaded later can say something about.
export const IN_BROWSER = (name) => `
  import { checkRegistry, formatIssue } from "${name}";

  for (const text of ["agents: {}", "agents: ["]) {
    const { ok, issues } = await checkRegistry({ "a.yaml": text });
    console.log(ok, issues.map((issue) => formatIssue(issue).split(":")[0]).join());
  }
`;

// The formats of the user's TypeBox are those that the package knows.
export const FORMATS = `
  import { FormatRegistry, Type } from "@sinclair/typebox";
  import { AgentSchema, openRegistry } from "@agent-registry/rx";

  FormatRegistry.Set("team", (text) => text.startsWith("team-"));
  for (const owner of [Type.String(), Type.String({ format: "team" })]) {
    const schema = Type.Composite([Type.Omit(AgentSchema, ["owner"]), Type.Object({ owner })]);
    const options = { schema, watch: false, required: false, logger: false };
    const { snapshot, status } = await openRegistry("agent_registry.yaml", options);
    console.log(snapshot.agents.size, status.issues[0]?.pointer);
  }
`;
