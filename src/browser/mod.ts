/**
 * What of the package a browser can have: to check registry documents, in an editor, a form or a test, and to
 * show what is wrong with them. Nothing of Node is in it, and no file watcher. To follow a registry that a
 * server has, there is `@agent-registry/rx/client`.
 *
 * @example
 * ```ts
 * import { checkRegistry, formatIssue } from "@agent-registry/rx/browser";
 *
 * const { ok, issues } = await checkRegistry({ "agents.yaml": "agents: [" });
 * console.assert(!ok && formatIssue(issues[0]!).startsWith("agents.yaml:1:"));
 * ```
 *
 * @module @agent-registry/rx/browser
 */

export type { AgentRegistry, ReloadOptions, ServedDocuments } from "../registry/agent-registry.ts";
export { checkRegistry } from "../registry/check-registry.ts";
export type { RegistryCheck } from "../registry/check-registry.ts";
export type { RegistryView } from "../registry/registry-view.ts";
export type { Guard, Verdict } from "../pipeline/guard.ts";
export { maxRemoved } from "../registry/max-removed.ts";
export type { OnInvalid } from "../pipeline/outcome.ts";
export type { RegistryInput, RegistryOptions } from "../registry/registry-options.ts";
export type {
  DocumentFilter,
  LayoutOptions,
  TextFormat,
  Variables,
} from "../decode/layout-options.ts";
export type { RegistryState } from "../pipeline/status-of.ts";
export type { LogFields, Logger } from "../logging/logger.ts";
export { AgentSchema } from "../model/agent/agent-schema.ts";
export type { Agent, AgentFields, OpenName } from "../model/agent/agent-schema.ts";
export { AnyAgentSchema } from "../model/agent/any-agent-schema.ts";
export type { AgentOf, SchemaOption } from "../model/agent/agent-of.ts";
export type { DeepReadonly } from "../model/value/deep-readonly.ts";
export type { StandardSchemaV1 } from "../model/agent/standard-schema.ts";
export type { AgentFilter, FieldFilter } from "../model/agent/agent-filter.ts";
export type { Changes } from "../model/report/changes.ts";
export { diffSnapshots } from "../model/snapshot/diff-snapshots.ts";
export type { FieldChange, SnapshotDiff } from "../model/snapshot/diff-snapshots.ts";
export { formatIssue } from "../model/report/issue.ts";
export type { Issue, IssueCode } from "../model/report/issue.ts";
export type {
  AppliedEvent,
  PartialEvent,
  RejectedEvent,
  ReloadCause,
  ReloadCommon,
  ReloadEvent,
  UnchangedEvent,
} from "../model/report/reload-event.ts";
export type {
  Origin,
  RegistrySnapshot,
  SearchOptions,
  SnapshotJson,
} from "../model/snapshot/snapshot.ts";
export { registryJsonSchema } from "../model/agent/registry-json-schema.ts";
export type { JsonSchema, RegistryJsonSchemaOptions } from "../model/agent/registry-json-schema.ts";
export type { RegistryStatistics } from "../model/snapshot/statistics.ts";
export type { RegistryStatus, Stalled, Watching } from "../model/report/status.ts";
export { AgentNotFoundError } from "../model/agent/agent-not-found-error.ts";
export { RegistryLoadError } from "../model/report/registry-load-error.ts";
export type { FileSourceOptions } from "../source/file-source.ts";
export type { HttpSourceOptions } from "../source/http-source.ts";
export type { HttpHeaders } from "../source/http/http-check.ts";
export { memorySource } from "../source/memory-source.ts";
export type { MemorySource } from "../source/memory-source.ts";
export type { ReadRequest, RegistrySource, SourceChange } from "../source/registry-source.ts";
export type { SourceDocument, SourceReading } from "../model/report/source-reading.ts";
