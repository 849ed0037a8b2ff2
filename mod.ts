/**
 * Follow an agent registry file live: an Observable of snapshots, a stream of reload events, and error
 * recovery that keeps the last good value. For Node, Deno and Bun.
 *
 * @example
 * ```ts
 * import { openRegistry } from "@agent-registry/rx";
 *
 * await using registry = await openRegistry("examples/agent_registry.yaml");
 * registry.snapshot$.subscribe(({ revision, agents }) => console.log(revision, agents.size));
 * registry.reload$.subscribe((event) => console.log(String(event)));
 * ```
 *
 * @module @agent-registry/rx
 */

export { openRegistry, registryState$ } from "./src/registry/open-registry.ts";
export type {
  AgentRegistry,
  ReloadOptions,
  ServedDocuments,
} from "./src/registry/agent-registry.ts";
export { checkRegistry } from "./src/registry/check-registry.ts";
export type { RegistryCheck } from "./src/registry/check-registry.ts";
export type { RegistryView } from "./src/registry/registry-view.ts";
export type { Guard, Verdict } from "./src/pipeline/guard.ts";
export { maxRemoved } from "./src/registry/max-removed.ts";
export type { OnInvalid } from "./src/pipeline/outcome.ts";
export type { RegistryInput, RegistryOptions } from "./src/registry/registry-options.ts";
export type {
  DocumentFilter,
  LayoutOptions,
  TextFormat,
  Variables,
} from "./src/decode/layout-options.ts";
export type { RegistryState } from "./src/pipeline/status-of.ts";
export type { LogFields, Logger } from "./src/logging/logger.ts";

export { AgentSchema } from "./src/model/agent/agent-schema.ts";
export type { Agent, AgentFields, OpenName } from "./src/model/agent/agent-schema.ts";
export { AnyAgentSchema } from "./src/model/agent/any-agent-schema.ts";
export type { AgentOf, SchemaOption } from "./src/model/agent/agent-of.ts";
export type { DeepReadonly } from "./src/model/value/deep-readonly.ts";
export type { StandardSchemaV1 } from "./src/model/agent/standard-schema.ts";
export type { AgentFilter, FieldFilter } from "./src/model/agent/agent-filter.ts";
export type { Changes } from "./src/model/report/changes.ts";
export { diffSnapshots } from "./src/model/snapshot/diff-snapshots.ts";
export type { FieldChange, SnapshotDiff } from "./src/model/snapshot/diff-snapshots.ts";
export { formatIssue } from "./src/model/report/issue.ts";
export type { Issue, IssueCode } from "./src/model/report/issue.ts";
export type {
  AppliedEvent,
  PartialEvent,
  RejectedEvent,
  ReloadCause,
  ReloadCommon,
  ReloadEvent,
  UnchangedEvent,
} from "./src/model/report/reload-event.ts";
export type {
  Origin,
  RegistrySnapshot,
  SearchOptions,
  SnapshotJson,
} from "./src/model/snapshot/snapshot.ts";
export { registryJsonSchema } from "./src/model/agent/registry-json-schema.ts";
export type {
  JsonSchema,
  RegistryJsonSchemaOptions,
} from "./src/model/agent/registry-json-schema.ts";
export type { RegistryStatistics } from "./src/model/snapshot/statistics.ts";
export type { RegistryStatus, Stalled, Watching } from "./src/model/report/status.ts";
export { AgentNotFoundError } from "./src/model/agent/agent-not-found-error.ts";
export { RegistryLoadError } from "./src/model/report/registry-load-error.ts";

export { fileSource } from "./src/source/file-source.ts";
export type { FileSourceOptions } from "./src/source/file-source.ts";
export { httpSource } from "./src/source/http-source.ts";
export type { HttpSourceOptions } from "./src/source/http-source.ts";
export type { HttpHeaders } from "./src/source/http/http-check.ts";
export { memorySource } from "./src/source/memory-source.ts";
export type { MemorySource } from "./src/source/memory-source.ts";
export type { ReadRequest, RegistrySource, SourceChange } from "./src/source/registry-source.ts";
export type { SourceDocument, SourceReading } from "./src/model/report/source-reading.ts";
