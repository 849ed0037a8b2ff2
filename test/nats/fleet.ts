import { Type } from "@sinclair/typebox";
import type { NatsConnection } from "@nats-io/transport-node";
import {
  type AgentRegistry,
  memorySource,
  openRegistry,
  type RegistryStatus,
  type ReloadEvent,
} from "../../mod.ts";
import {
  natsSource,
  type NatsSourceOptions,
  type PublishOptions,
  publishRegistry,
  type RegistryPublication,
} from "../../src/nats/mod.ts";
import { type Content, content, meaningOf } from "../source/content.ts";
import { until } from "../until.ts";

/** The bucket of all tests: each has a server of its own. */
export const BUCKET = "agents";

const schema = Type.Object({ label: Type.Optional(Type.String()) });
const quiet = { schema, debounceMs: 0, logger: false, required: false } as const;
/** So long that what is noticed was not noticed by looking now and then. */
export const NO_POLL_MS = 600_000;

/** A registry that a test writes to, and that is published. */
export interface Publisher extends AsyncDisposable {
  readonly registry: AgentRegistry<object>;
  readonly publication: RegistryPublication;
  /** Writes a content whose every agent bears this label. */
  write(label: string, agents?: number): void;
  writeText(text: string): void;
  /** Resolves when the state of now is in the bucket. */
  published(withinMs?: number): Promise<void>;
}

/** Starts a publisher with the label `0`. */
export async function startPublisher(
  connection: NatsConnection,
  options: Partial<PublishOptions> = {},
): Promise<Publisher> {
  const source = memorySource({ "a.yaml": stateOf("0").text });
  const registry: AgentRegistry<object> = await openRegistry(source, quiet);
  const settings = { bucket: BUCKET, checkMs: NO_POLL_MS, ...options };
  const publication = publishRegistry(registry, connection, settings);
  return {
    registry,
    publication,
    write: (label, agents) => source.write("a.yaml", stateOf(label, agents).text),
    writeText: (text) => source.write("a.yaml", text),
    async published(withinMs) {
      await registry.reload();
      const { revision } = registry.snapshot;
      await until(
        publication.publish$,
        (event) => event.type === "published" && event.revision === revision,
        withinMs,
      );
    },
    async [Symbol.asyncDispose]() {
      await publication.close();
      await registry.close();
    },
  };
}

/** A registry that follows the bucket. */
export interface Follower extends AsyncDisposable {
  readonly registry: AgentRegistry<object>;
  readonly events: readonly ReloadEvent[];
  /** What was served, the first first: labels, or `a mixture`. */
  readonly labels: readonly string[];
  /** Resolves when it serves the content of a label. */
  serves(label: string, withinMs?: number, agents?: number): Promise<void>;
  is(so: (status: RegistryStatus) => boolean, withinMs?: number): Promise<RegistryStatus>;
}

/** Starts a follower. */
export async function startFollower(
  connection: NatsConnection,
  options: Partial<NatsSourceOptions> = {},
): Promise<Follower> {
  const source = natsSource(connection, { bucket: BUCKET, pollMs: NO_POLL_MS, ...options });
  const registry: AgentRegistry<object> = await openRegistry(source, quiet);
  const events: ReloadEvent[] = [];
  const labels: string[] = [];
  registry.reload$.subscribe((event) => events.push(event));
  registry.snapshot$.subscribe((snapshot) => {
    if (snapshot.revision > 0) labels.push(labelOf(meaningOf(snapshot), snapshot.agents.size));
  });
  return {
    registry,
    events,
    labels,
    async serves(label, withinMs, agents) {
      const { meaning } = stateOf(label, agents);
      await until(registry.snapshot$, (snapshot) => meaningOf(snapshot) === meaning, withinMs);
    },
    is: (so, withinMs) => until(registry.status$, so, withinMs),
    [Symbol.asyncDispose]: () => registry.close(),
  };
}

/** The text of a state with half a megabyte of comments behind it, the same ones for every label. */
export function largeText(label: string): string {
  const pad = Array.from({ length: 4_000 }, (_, at) => `# ${at} ${"-".repeat(120)}\n`);
  return stateOf(label).text + pad.join("");
}

/** A registry whose every agent bears this label, which may be a number. */
export function stateOf(label: string, agents?: number): Content {
  return content(`v${label}`, agents);
}

function labelOf(meaning: string, agents: number): string {
  const label = /=v(\S*)/.exec(meaning)?.[1] ?? "";
  return meaning === stateOf(label, agents).meaning ? label : "a mixture";
}
