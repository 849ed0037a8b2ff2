import { firstValueFrom, NEVER, Subject, toArray } from "rxjs";
import { describe, expect, test, vi } from "vitest";
import { memorySource, type RegistrySource, registryState$ } from "../../mod.ts";
import { registryText } from "../registry-text.ts";
import { until } from "../until.ts";
import { quiet } from "./open-in-memory.ts";

describe("registryState$", () => {
  test("starts with the state after the first load, and follows", async () => {
    const source = memorySource({ "agents.yaml": registryText(["a"]) });
    const seen: string[] = [];
    const subscription = registryState$(source, quiet).subscribe(({ snapshot, status }) =>
      seen.push(`${status.lastReload?.type} ${[...snapshot.agents.keys()].join("")}`)
    );
    const state$ = registryState$(source, quiet);
    source.write("agents.yaml", registryText(["b"]));
    await until(state$, ({ snapshot }) => snapshot.agents.has("b"));
    await vi.waitUntil(() => seen.length === 2);
    subscription.unsubscribe();
    source.write("agents.yaml", registryText(["c"]));
    expect(seen).toEqual(["applied a", "applied b"]);
  });

  test("gives issues and revision 0 instead of an error when the first load fails", async () => {
    const state = await until(registryState$(memorySource({ x: "agents: [" }), quiet));
    expect(state.snapshot.revision).toBe(0);
    expect(state.status.issues[0]?.code).toBe("yaml-syntax");
  });

  test("completes after the first state with watch: false", async () => {
    const state$ = registryState$(memorySource({ x: "agents: {}" }), { ...quiet, watch: false });
    expect(await firstValueFrom(state$.pipe(toArray()))).toHaveLength(1);
  });

  test("lets go of the source when it is unsubscribed", () => {
    const changes = new Subject<never>();
    const source: RegistrySource = { change$: changes, read: () => NEVER };
    const subscription = registryState$(source, quiet).subscribe();
    expect(changes.observed).toBe(true);
    subscription.unsubscribe();
    expect(changes.observed).toBe(false);
  });

  test("throws at once for misuse", () => {
    expect(() => registryState$("a.yaml", { debounceMs: -1 })).toThrow(RangeError);
    expect(() => registryState$([])).toThrow(TypeError);
  });
});
