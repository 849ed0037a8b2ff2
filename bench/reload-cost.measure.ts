import {
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { firstValueFrom } from "rxjs";
import { afterAll, test } from "vitest";
import { parse } from "yaml";
import { AgentSchema, fileSource } from "../mod.ts";
import { createDecoder } from "../src/decode/decoder.ts";
import { commonPrefix, commonSuffix } from "../src/model/bytes.ts";
import { Snapshot } from "../src/model/snapshot.ts";
import { afterAttempt, initialState } from "../src/pipeline/registry-state.ts";
import { medians, report, type Work } from "./compare.ts";
import { idsOf, registryOf } from "./large-registry.ts";

// The work of a reload, from the file to the next snapshot, without the wait for the file to be quiet.

const check = TypeCompiler.Compile(AgentSchema);
const folder = mkdtempSync(join(tmpdir(), "agent-registry-bench-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fullReload(path: string): void {
  const { agents } = parse(readFileSync(path, "utf8"), { uniqueKeys: false });
  for (const agent of Object.values<object>(agents)) {
    const complete = { status: "active", deprecated: false, ...agent };
    if (!check.Check(complete)) throw new Error("Expected valid agents");
  }
}

/** As a registry does it: with its own reading of files, decoder and state. */
function ourReload(path: string): Work {
  const source = fileSource(path);
  const decode = createDecoder<object>(AgentSchema);
  let state = initialState<object>(new Date());
  return async () => {
    const reading = await firstValueFrom(source.read({ quietMs: 0 }));
    const decoded = decode(reading, Snapshot.contentOf(state.snapshot).agents);
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

/**
 * The least that a reload can do: read into one of two buffers in turn, and compare with what is in the
 * other, but for what differs.
 *
 * @param versions the files that the path leads to in turn
 */
function floorOf(path: string, versions: readonly [string, string]): Work {
  const [a, b] = versions.map((version) => readFileSync(version)) as [Buffer, Buffer];
  const prefix = commonPrefix(a, b);
  const suffix = commonSuffix(a, b, Math.min(a.length, b.length) - prefix);
  const size = statSync(path).size * 1.1;
  const buffers = [new Uint8Array(size), new Uint8Array(size)] as const;
  let last = buffers[1].subarray(0, 0);
  return async () => {
    const buffer = last.buffer === buffers[0].buffer ? buffers[1] : buffers[0];
    const file = await open(path, "r");
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    await file.close();
    const bytes = buffer.subarray(0, bytesRead);
    const same = Buffer.compare(bytes.subarray(0, prefix), last.subarray(0, prefix)) === 0 &&
      Buffer.compare(bytes.subarray(-suffix), last.subarray(-suffix)) === 0;
    if (!same && last.length > 0) throw new Error("Expected the same around the change");
    last = bytes;
  };
}

const counts = process.env["BENCH_ALL"] === undefined
  ? [100, 1_000, 10_000]
  : [100, 1_000, 10_000, 100_000];
test.each(counts)("reload of %i agents", async (count) => {
  const ids = idsOf(count);
  const middle = ids[count >> 1]!;
  const write = (name: string, text: string): string => {
    const path = join(folder, `${count}-${name}`);
    writeFileSync(path, text);
    return path;
  };
  const before = write("before", registryOf(ids));
  const edits = {
    changed: write("changed", registryOf(ids, new Map([[middle, 1]]))),
    "added or removed": write("shorter", registryOf(ids.filter((id) => id !== middle))),
  };
  const path = join(folder, `${count}.yaml`);
  const turnTo = (target: string): void => {
    symlinkSync(target, `${path}.new`);
    renameSync(`${path}.new`, path);
  };
  for (const [edit, after] of Object.entries(edits)) {
    turnTo(after);
    let turn = 0;
    const { ours = NaN, floor = NaN, full = NaN } = await medians({
      ours: ourReload(path),
      floor: floorOf(path, [before, after]),
    }, {
      rounds: count > 10_000 ? 41 : 301,
      warmup: count > 10_000 ? 5 : 100,
      beforeRound: () => turnTo(turn++ % 2 === 0 ? before : after),
      slow: { full: () => fullReload(path) },
      // No multiples of three, the number of ways: each is to follow each.
      every: count > 10_000 ? 14 : count > 1_000 ? 61 : 16,
    });
    const work = `reload, one of ${count} agents ${edit}`;
    report(work, "read + yaml.parse + validate", ours, full);
    report(work, "floor: read into a kept buffer + compare", ours, floor);
  }
}, 900_000);
