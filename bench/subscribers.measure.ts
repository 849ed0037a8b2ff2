import { BehaviorSubject, distinctUntilChanged, map } from "rxjs";
import { memorySource, openRegistry } from "../mod.ts";
import { AgentStreams } from "../src/registry/agent-streams.ts";
import { changesBetween } from "../src/model/report/changes.ts";
import { medians } from "./compare.ts";
import { measure } from "./measure.ts";
import { heldMb } from "./memory.ts";
import { faster, row } from "./rows.ts";
import { entries, type Entry, registryText } from "./styles.ts";

const agents = entries(10_000);
const ids = agents.map(({ id }) => id);

/** The text of these agents, one of them at a later revision. */
function contentOf(agents: readonly Entry[], changed: number, revision: number): Uint8Array {
  const edited = agents.map((agent, at) => at === changed ? { ...agent, revision } : agent);
  return new TextEncoder().encode(registryText("plain", edited));
}

/** A registry of 10,000 agents, and a way to have one of them changed. */
async function openLarge() {
  const texts = [0, 1].map((revision) => contentOf(agents, 5_000, revision));
  const source = memorySource({ "agents.yaml": texts[0]! });
  const registry = await openRegistry(source, { watch: false, logger: false, debounceMs: 0 });
  let turn = 0;
  const change = (): Promise<unknown> => {
    source.write("agents.yaml", texts[++turn % 2]!);
    return registry.reload();
  };
  return { registry, change };
}

await measure("10,000 subscribers are told of one changed agent", async () => {
  const { registry, change } = await openLarge();
  const versions = [registry.snapshot];
  await change();
  versions.push(registry.snapshot);
  await registry.close();
  const changes = changesBetween(versions[0]!.agents, versions[1]!.agents);

  const snapshots = new BehaviorSubject(versions[0]!);
  let latest = versions[0]!;
  const streams = new AgentStreams(() => latest);
  let calls = 0;
  for (const id of ids) {
    streams.agent$(id).subscribe(() => calls++);
    snapshots.pipe(map((snapshot) => snapshot.get(id)), distinctUntilChanged()).subscribe();
  }
  calls = 0;
  let turn = 0;
  // So quick that a clock hardly tells one from none.
  const times = 10;
  const { ours, other } = await medians({
    ours: () => {
      for (let time = 0; time < times; time++) {
        latest = versions[(time + 1) % 2]!;
        streams.publish(changes);
      }
    },
    other: () => snapshots.next(versions[++turn % 2]!),
  }, { rounds: 41, warmup: 5, collect: false });
  if (calls !== 46 * times) throw new Error(`Expected one call each time, got ${calls}`);
  const work = "telling 10000 agent$ subscribers of one changed agent";
  faster(work, "10000 x snapshot$ + map + distinctUntilChanged", ours / times, other);
});

await measure("a reload with 10,000 subscribers, one agent changed", async () => {
  const [few, ours, other] = [await openLarge(), await openLarge(), await openLarge()];
  let calls = 0;
  for (const id of ids) {
    ours.registry.agent$(id).subscribe(() => calls++);
    other.registry.snapshot$.pipe(map((snapshot) => snapshot.get(id)), distinctUntilChanged())
      .subscribe();
  }
  calls = 0;
  const found = await medians({ few: few.change, ours: ours.change, other: other.change }, {
    rounds: 61,
    warmup: 20,
    collect: false,
  });
  if (calls !== 81) throw new Error(`Expected one call a reload, got ${calls / 81}`);
  const work = "reload of 10000 agents from memory, one changed, 10000 agent$ subscribers";
  faster(work, "10000 x snapshot$ + map + distinctUntilChanged", found.ours, found.other);
  faster(work, "no subscriber", found.ours, found.few);
  for (const { registry } of [few, ours, other]) await registry.close();
});

await measure("heap after 10,000 reloads", async () => {
  const agents = entries(1_000);
  const contentAt = (turn: number) => contentOf(agents, turn % 1_000, turn);
  const source = memorySource({ "agents.yaml": contentAt(0) });
  const registry = await openRegistry(source, { watch: false, logger: false, debounceMs: 0 });
  let first = 0;
  for (let turn = 1; turn <= 10_000; turn++) {
    source.write("agents.yaml", contentAt(turn));
    await registry.reload();
    if (turn === 100) first = await heldMb();
  }
  const last = await heldMb();
  const result = `${first.toFixed(1)} MB after 100, ${last.toFixed(1)} MB after 10000`;
  row("heap after 10000 reloads of 1000 agents", "after the first 100", "", result);
  await registry.close();
});
