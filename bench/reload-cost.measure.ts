import { closeSync, openSync, readFileSync, readSync, statSync, writeFileSync } from "node:fs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { test } from "vitest";
import { parse } from "yaml";
import { AgentSchema } from "../mod.ts";
import { createDecoder } from "../src/decode/decoder.ts";
import { afterAttempt, initialState } from "../src/registry-state.ts";
import { type Medians, medians, report, type Work } from "./compare.ts";
import { idsOf, registryOf } from "./large-registry.ts";

// The work of a reload, from the file to the next snapshot, without the wait for the file to be quiet.

const check = TypeCompiler.Compile(AgentSchema);
const folder = mkdtempSync(join(tmpdir(), "agent-registry-bench-"));

/** Reads into one of two buffers of its own, and never into the one that was handed out last. */
class Reader {
  readonly #buffers: [Uint8Array, Uint8Array] = [new Uint8Array(), new Uint8Array()];
  #turn = 0;

  read(path: string): Uint8Array {
    const { size } = statSync(path);
    this.#turn = 1 - this.#turn;
    if (this.#buffers[this.#turn]!.length < size) {
      this.#buffers[this.#turn] = new Uint8Array(size * 1.1);
    }
    const buffer = this.#buffers[this.#turn]!;
    const file = openSync(path, "r");
    const length = readSync(file, buffer, 0, size, 0);
    closeSync(file);
    return buffer.subarray(0, length);
  }
}

function fullReload(path: string): void {
  const { agents } = parse(readFileSync(path, "utf8"), { uniqueKeys: false });
  for (const agent of Object.values<object>(agents)) {
    const complete = { status: "active", deprecated: false, ...agent };
    if (!check.Check(complete)) throw new Error("Expected valid agents");
  }
}

function incrementalReload(read: (path: string) => Uint8Array): (path: string) => void {
  const decode = createDecoder<object>(AgentSchema);
  let state = initialState<object>(new Date());
  return (path) => {
    const reading = { documents: [{ path: "agents.yaml", content: read(path) }], issues: [] };
    const decoded = decode(reading, state.snapshot.agents);
    const facts = {
      cause: "change",
      paths: [],
      documents: [],
      timestamp: new Date(),
      durationMs: 0,
    } as const;
    state = afterAttempt(state, { ...facts, decoded });
    if (state.status.lastReload?.type !== "applied") throw new Error(`${state.status.lastReload}`);
  };
}

/** Work with the one and the other file in turn. */
function inTurn(first: string, second: string, work: (path: string) => unknown): Work {
  let turn = 0;
  return () => work(turn++ % 2 === 0 ? first : second);
}

const counts = process.env["BENCH_ALL"] === undefined
  ? [100, 1_000, 10_000]
  : [100, 1_000, 10_000, 100_000];
test.each(counts)("reload of %i agents", async (count) => {
  const ids = idsOf(count);
  const middle = ids[count >> 1]!;
  const file = (name: string, text: string): string => {
    const path = join(folder, `${count}-${name}`);
    writeFileSync(path, text);
    return path;
  };
  const before = file("before", registryOf(ids));
  const edits = {
    changed: file("changed", registryOf(ids, new Map([[middle, 1]]))),
    "added or removed": file("shorter", registryOf(ids.filter((id) => id !== middle))),
  };
  const { full } = await medians({ full: () => fullReload(before) }, {
    rounds: count > 10_000 ? 1 : 3,
    warmup: count > 1_000 ? 0 : 5,
  }) as Medians & { full: number };

  for (const [edit, after] of Object.entries(edits)) {
    const [ours, floor, fresh] = [new Reader(), new Reader(), new Reader()];
    const reload = incrementalReload((path) => ours.read(path));
    const freshly = incrementalReload((path) => readFileSync(path));
    let last = fresh.read(before);
    const found = await medians({
      ours: inTurn(before, after, reload),
      freshly: inTurn(before, after, freshly),
      floor: inTurn(before, after, (path) => {
        const bytes = floor.read(path);
        const same = Buffer.compare(bytes, last) === 0;
        last = bytes;
        return same;
      }),
    }, { rounds: 101, warmup: 21 });
    const work = `reload, one of ${count} agents ${edit}`;
    report(work, "read + yaml.parse + validate", found["ours"]!, full);
    report(work, "floor: read into a kept buffer + compare", found["ours"]!, found["floor"]!);
    report(
      `${work}, read into a new buffer`,
      "read + yaml.parse + validate",
      found["freshly"]!,
      full,
    );
  }
  if (count === counts.at(-1)) rmSync(folder, { recursive: true, force: true });
}, 600_000);
