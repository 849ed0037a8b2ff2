/**
 * Metrics of a registry by OpenTelemetry. Needs `@opentelemetry/api`, which is an optional peer: nothing
 * else of this package does.
 *
 * @example
 * ```ts
 * import { openRegistry } from "@agent-registry/rx";
 * import { instrumentRegistry } from "@agent-registry/rx/otel";
 *
 * await using registry = await openRegistry("examples/agent_registry.yaml");
 * instrumentRegistry(registry);
 * ```
 *
 * @module @agent-registry/rx/otel
 */

import {
  type Attributes,
  type BatchObservableResult,
  type Meter,
  metrics,
  type ObservableGauge,
} from "@opentelemetry/api";
import type { AgentRegistry, RegistrySnapshot, ReloadEvent } from "../../mod.ts";
import { VERSION } from "../version.ts";

/** What of a registry is measured. */
export interface InstrumentedRegistry
  extends Pick<AgentRegistry<unknown>, "status" | "status$" | "reload$"> {
  /** What is served now. */
  readonly snapshot: Pick<RegistrySnapshot<unknown>, "revision" | "agents" | "stale">;
}

/** How a registry is measured. */
export interface InstrumentOptions {
  /**
   * Tells registries of one process apart: becomes the attribute `name` of every measurement. Without
   * names, two registries on one meter would overwrite each other's gauges.
   * @default no such attribute
   */
  readonly name?: string | undefined;
}

/** Removes the instruments of a registry, when called or disposed of. Twice is once. */
export interface Instrumentation extends Disposable {
  (): void;
}

/** Bounds of the histogram's buckets, in seconds: from a reload that finds nothing new to a hanging one. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Measures a registry by OpenTelemetry metrics.
 *
 * | instrument | kind | unit | attributes |
 * |---|---|---|---|
 * | `agent_registry.reloads` | counter | `{reload}` | `type`, `cause` |
 * | `agent_registry.reload.duration` | histogram | `s` | `type`, `cause` |
 * | `agent_registry.agents` | gauge | `{agent}` | |
 * | `agent_registry.stale_agents` | gauge | `{agent}` | |
 * | `agent_registry.revision` | gauge | `{revision}` | |
 * | `agent_registry.last_success` | gauge | `s`, since 1970 | |
 * | `agent_registry.in_sync` | gauge | `1`, 0 or 1 | |
 * | `agent_registry.issues` | gauge | `{issue}` | `code` |
 *
 * `type` and `cause` are those of `ReloadEvent`, `code` is that of `Issue`: all from closed sets. No id
 * and no path becomes an attribute, so the number of series does not grow with the registry.
 *
 * The initial load is over before a registry can be had. It is counted all the same, as long as no other
 * reload has come since; other reloads count from now on. The gauges tell what `snapshot` and `status`
 * tell whenever metrics are collected. A code that was reported once is reported as 0 when it is gone.
 *
 * Ends by itself when the registry is closed. What an SDK exports of an instrument that has ended is the
 * SDK's: the one of JavaScript repeats the last value of a gauge to cumulative readers, as Prometheus is.
 *
 * @param registry an open registry
 * @param meter where the instruments are made.
 *   @default the global meter provider's, named "\@agent-registry/rx", which does nothing until an SDK is set up
 * @param options see {@linkcode InstrumentOptions}
 * @returns a function that removes it all, and can be disposed of by `using`
 *
 * @example
 * ```ts
 * import { openRegistry } from "@agent-registry/rx";
 * import { instrumentRegistry } from "@agent-registry/rx/otel";
 * import { metrics } from "@opentelemetry/api";
 *
 * await using registry = await openRegistry("examples/agent_registry.yaml");
 * using _ = instrumentRegistry(registry, metrics.getMeter("my-app"), { name: "agents" });
 * ```
 */
export function instrumentRegistry(
  registry: InstrumentedRegistry,
  meter: Meter = metrics.getMeter("@agent-registry/rx", VERSION),
  options: InstrumentOptions = {},
): Instrumentation {
  const common: Attributes = options.name === undefined ? {} : { name: options.name };
  const reloads = meter.createCounter("agent_registry.reloads", {
    description: "Reloads, by what came of them and what made them happen",
    unit: "{reload}",
  });
  const durations = meter.createHistogram("agent_registry.reload.duration", {
    description: "How long reading, decoding and validating took",
    unit: "s",
    advice: { explicitBucketBoundaries: BUCKETS },
  });
  const gauge = (name: string, unit: string, description: string): ObservableGauge =>
    meter.createObservableGauge(`agent_registry.${name}`, { unit, description });
  const agents = gauge("agents", "{agent}", "Agents that are served");
  const stale = gauge("stale_agents", "{agent}", "Agents kept at their last good version");
  const revision = gauge("revision", "{revision}", "The revision that is served");
  const lastSuccess = gauge("last_success", "s", "When a reload last succeeded, since 1970");
  const inSync = gauge("in_sync", "1", "1 while what is served is what the source says, else 0");
  const issues = gauge("issues", "{issue}", "What is wrong now, by code");
  const gauges = [agents, stale, revision, lastSuccess, inSync, issues];
  const codes = new Set<string>();

  const observe = (result: BatchObservableResult): void => {
    const { snapshot, status } = registry;
    result.observe(agents, snapshot.agents.size, common);
    result.observe(stale, snapshot.stale.size, common);
    result.observe(revision, snapshot.revision, common);
    result.observe(inSync, status.inSync ? 1 : 0, common);
    if (status.lastSuccess !== undefined) {
      result.observe(lastSuccess, status.lastSuccess.getTime() / 1_000, common);
    }
    const counts = new Map<string, number>();
    for (const { code } of status.issues) counts.set(code, (counts.get(code) ?? 0) + 1);
    for (const code of counts.keys()) codes.add(code);
    for (const code of codes) {
      result.observe(issues, counts.get(code) ?? 0, { ...common, code });
    }
  };
  const count = ({ type, cause, durationMs }: ReloadEvent): void => {
    const attributes = { ...common, type, cause };
    reloads.add(1, attributes);
    durations.record(durationMs / 1_000, attributes);
  };

  const { lastReload } = registry.status;
  if (lastReload?.cause === "initial") count(lastReload);
  const counting = registry.reload$.subscribe(count);
  meter.addBatchObservableCallback(observe, gauges);
  const remove = (): void => {
    counting.unsubscribe();
    meter.removeBatchObservableCallback(observe, gauges);
  };
  counting.add(registry.status$.subscribe({ complete: remove }));
  return Object.assign(remove, { [Symbol.dispose]: remove });
}
