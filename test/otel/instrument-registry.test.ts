import { createServer } from "node:http";
import { metrics } from "@opentelemetry/api";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { expect, onTestFinished, test } from "vitest";
import {
  type Agent,
  type AgentRegistry,
  memorySource,
  openRegistry,
  type RegistryOptions,
} from "../../mod.ts";
import { instrumentRegistry } from "../../src/otel/instrument-registry.ts";
import { registryText } from "../registry-text.ts";
import { until } from "../until.ts";

/** What Prometheus would get: each series, as it is written, with its value. */
type Scrape = ReadonlyMap<string, number>;

/** An SDK with the Prometheus exporter, to be scraped over HTTP. */
async function prometheus() {
  const exporter = new PrometheusExporter({
    preventServerStart: true,
    withoutScopeInfo: true,
    withoutTargetInfo: true,
  });
  const provider = new MeterProvider({ readers: [exporter] });
  const server = createServer((request, response) => {
    exporter.getMetricsRequestHandler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    await provider.shutdown();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port");
  const text = async (): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${address.port}/metrics`);
    expect(response.status).toBe(200);
    return await response.text();
  };
  const scrape = async (): Promise<Scrape> => {
    const lines = (await text()).split("\n").filter((line) => /^agent_registry/.test(line));
    return new Map(lines.map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }));
  };
  return { provider, meter: provider.getMeter("test"), text, scrape };
}

async function open(text: string, options: RegistryOptions = {}) {
  const source = memorySource({ "agents.yaml": text });
  const registry = await openRegistry(source, { debounceMs: 0, logger: false, ...options });
  onTestFinished(() => registry.close());
  const write = async (next: string): Promise<void> => {
    const event = until(registry.reload$);
    source.write("agents.yaml", next);
    await event;
  };
  return { registry, write };
}

function withoutBuckets(scrape: Scrape): Record<string, number> {
  return Object.fromEntries([...scrape].filter(([series]) => !series.includes("duration")));
}

test("instrumentRegistry tells Prometheus how a registry is doing", async () => {
  const { meter, scrape } = await prometheus();
  const { registry, write } = await open(registryText(["a", "b"]));
  instrumentRegistry(registry, meter);
  const { lastSuccess } = registry.status;

  expect(withoutBuckets(await scrape())).toEqual({
    'agent_registry_reloads_total{type="applied",cause="initial"}': 1,
    "agent_registry_agents": 2,
    "agent_registry_stale_agents": 0,
    "agent_registry_revision": 1,
    "agent_registry_in_sync": 1,
    "agent_registry_last_success": lastSuccess!.getTime() / 1_000,
  });

  await write(registryText(["a", "b", "c"]));
  await write(registryText({ a: { owner: 7 }, b: { owner: 8 } }));
  await registry.reload();
  const broken = await scrape();
  expect(withoutBuckets(broken)).toEqual({
    'agent_registry_reloads_total{type="applied",cause="initial"}': 1,
    'agent_registry_reloads_total{type="applied",cause="change"}': 1,
    'agent_registry_reloads_total{type="rejected",cause="change"}': 1,
    'agent_registry_reloads_total{type="rejected",cause="manual"}': 1,
    "agent_registry_agents": 3,
    "agent_registry_stale_agents": 0,
    "agent_registry_revision": 2,
    "agent_registry_in_sync": 0,
    "agent_registry_last_success": registry.status.lastSuccess!.getTime() / 1_000,
    'agent_registry_issues{code="invalid-agent"}': 2,
  });
  const count = 'agent_registry_reload_duration_count{type="rejected",cause="manual"}';
  expect(broken.get(count)).toBe(1);

  await write(registryText(["a", "b", "c"]));
  const well = await scrape();
  expect(well.get('agent_registry_reloads_total{type="unchanged",cause="change"}')).toBe(1);
  expect(well.get("agent_registry_in_sync")).toBe(1);
  expect(well.get('agent_registry_issues{code="invalid-agent"}')).toBe(0);
});

test("agent_registry.reload.duration is a histogram of seconds, with bounds that fit a reload", async () => {
  const { meter, scrape, text } = await prometheus();
  const { registry } = await open(registryText(["a"]));
  instrumentRegistry(registry, meter);
  const series = await scrape();
  const bounds = [...series.keys()].flatMap((name) => /le="([^"]+)"/.exec(name)?.[1] ?? []);
  expect(bounds[0]).toBe("0.001");
  expect(bounds.at(-2)).toBe("10");
  expect(bounds.at(-1)).toBe("+Inf");
  const sum = series.get('agent_registry_reload_duration_sum{type="applied",cause="initial"}');
  expect(sum).toBeCloseTo(registry.status.lastReload!.durationMs / 1_000, 9);
  expect(await text()).toContain("# UNIT agent_registry_reload_duration s\n");
});

test("every instrument has the kind, unit and description that it is documented with", async () => {
  const { meter, text } = await prometheus();
  const { registry } = await open("agents: [", { required: false });
  instrumentRegistry(registry, meter);
  await registry.reload();
  const lines = (await text()).split("\n");
  const told = (word: string): Record<string, string> =>
    Object.fromEntries(
      lines.filter((line) => line.startsWith(`# ${word} `)).map((line) => {
        const [, , name, ...rest] = line.split(" ");
        return [name!, rest.join(" ")];
      }),
    );
  expect(told("TYPE")).toEqual({
    agent_registry_reloads_total: "counter",
    agent_registry_reload_duration: "histogram",
    agent_registry_agents: "gauge",
    agent_registry_stale_agents: "gauge",
    agent_registry_revision: "gauge",
    agent_registry_in_sync: "gauge",
    agent_registry_issues: "gauge",
  });
  expect(told("UNIT")).toEqual({
    agent_registry_reloads_total: "{reload}",
    agent_registry_reload_duration: "s",
    agent_registry_agents: "{agent}",
    agent_registry_stale_agents: "{agent}",
    agent_registry_revision: "{revision}",
    agent_registry_in_sync: "1",
    agent_registry_issues: "{issue}",
  });
  expect(Object.values(told("HELP"))).not.toContain("description missing");
});

test("last_success is missing until a reload has succeeded", async () => {
  const { meter, scrape } = await prometheus();
  const { registry, write } = await open("agents: [", { required: false });
  instrumentRegistry(registry, meter);
  expect((await scrape()).has("agent_registry_last_success")).toBe(false);
  await write(registryText(["a"]));
  expect((await scrape()).get("agent_registry_last_success")).toBeGreaterThan(1.7e9);
});

test("stale agents are counted", async () => {
  const { meter, scrape } = await prometheus();
  const { registry } = await open(registryText(["a", "b"]));
  const { status, status$, reload$, snapshot: { agents, revision } } = registry;
  const snapshot = { ...registry.snapshot, agents, revision, stale: new Map([["b", []]]) };
  instrumentRegistry({ status, status$, reload$, snapshot }, meter);
  expect((await scrape()).get("agent_registry_stale_agents")).toBe(1);
});

test("a reload that is over counts only when it is the initial one", async () => {
  const { meter, scrape } = await prometheus();
  const { registry } = await open(registryText(["a"]));
  await registry.reload();
  instrumentRegistry(registry, meter);
  await registry.reload();
  const counted = [...await scrape()].filter(([series]) => series.includes("reloads"));
  expect(counted).toEqual([['agent_registry_reloads_total{type="unchanged",cause="manual"}', 1]]);
});

test("a name tells two registries on one meter apart", async () => {
  const { meter, scrape } = await prometheus();
  const one = await open(registryText(["a"]));
  const two = await open(registryText(["a", "b"]));
  instrumentRegistry(one.registry, meter, { name: "one" });
  const remove = instrumentRegistry(two.registry, meter, { name: "two" });
  const series = await scrape();
  expect(series.get('agent_registry_agents{name="one"}')).toBe(1);
  expect(series.get('agent_registry_agents{name="two"}')).toBe(2);
  const reloads = 'agent_registry_reloads_total{name="two",type="applied",cause="initial"}';
  expect(series.get(reloads)).toBe(1);

  remove();
  await one.write(registryText(["a", "b", "c"]));
  await two.write(registryText([]));
  const after = await scrape();
  expect(after.get('agent_registry_agents{name="one"}')).toBe(3);
  expect(after.get('agent_registry_agents{name="two"}')).toBe(2);
});

test("nothing of an agent becomes part of a series", async () => {
  const { meter, text } = await prometheus();
  const { registry, write } = await open(registryText({ secret_id: { owner: "secret" } }));
  instrumentRegistry(registry, meter);
  await write(registryText({ secret_id: { owner: 7 }, secret_other: { version: "secret" } }));
  await write(registryText({ secret_other: { owner: "secret" } }));
  expect(await text()).not.toContain("secret");
});

test.each(["called", "disposed of", "called twice"])("it is removed when %s", async (how) => {
  const { meter, scrape } = await prometheus();
  const { registry, write } = await open(registryText(["a"]));
  const remove = instrumentRegistry(registry, meter);
  if (how === "disposed of") remove[Symbol.dispose]();
  else remove();
  if (how === "called twice") remove();
  await write(registryText(["b", "c"]));
  const counted = [...await scrape()].filter(([series]) => !series.includes("duration"));
  expect(counted).toEqual([['agent_registry_reloads_total{type="applied",cause="initial"}', 1]]);
});

test("it ends when the registry is closed, before or after", async () => {
  const { meter, scrape } = await prometheus();
  const { registry } = await open(registryText(["a"]));
  let callbacks = 0;
  const counting = new Proxy(meter, {
    get: (target, key) =>
      key === "addBatchObservableCallback"
        ? (...given: Parameters<typeof target.addBatchObservableCallback>) => {
          callbacks++;
          target.addBatchObservableCallback(...given);
        }
        : key === "removeBatchObservableCallback"
        ? (...given: Parameters<typeof target.removeBatchObservableCallback>) => {
          callbacks--;
          target.removeBatchObservableCallback(...given);
        }
        : Reflect.get(target, key).bind(target),
  });
  instrumentRegistry(registry, counting);
  expect(callbacks).toBe(1);
  await registry.close();
  expect(callbacks).toBe(0);
  expect((await scrape()).has("agent_registry_agents")).toBe(false);
  instrumentRegistry(registry, counting, { name: "closed" });
  expect(callbacks).toBe(0);
  expect((await scrape()).has('agent_registry_agents{name="closed"}')).toBe(false);
});

test("without a meter it takes the global provider's", async () => {
  const { provider, text } = await prometheus();
  const { registry }: { registry: AgentRegistry<Agent> } = await open(registryText(["a"]));
  instrumentRegistry(registry)();
  metrics.setGlobalMeterProvider(provider);
  onTestFinished(() => metrics.disable());
  instrumentRegistry(registry);
  expect(await text()).toContain("agent_registry_agents 1\n");
});
