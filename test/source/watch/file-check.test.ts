import { Buffer } from "node:buffer";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { FileCheck } from "../../../src/source/watch/file-check.ts";
import { toFileInput } from "../../../src/source/find/file-input.ts";
import { readState } from "../../../src/source/read/file-state.ts";
import { parseGlobs } from "../../../src/source/find/glob.ts";
import { findFiles } from "../../../src/source/find/find-files.ts";
import { InputCheck } from "../../../src/source/watch/input-check.ts";
import { ReadLog } from "../../../src/source/read/read-log.ts";
import { tempDir } from "../../temp-dir.ts";

const MAX_BYTES = 1_000;

/** A directory that has been read once. */
async function watchedDirectory() {
  const path = tempDir();
  const file = join(path, "a.yaml");
  writeFileSync(file, "one");
  const input = toFileInput(path, { extensions: [".yaml"], ignored: parseGlobs() });
  const log = new ReadLog();
  const look = async () => ({
    found: new Map([[input, await findFiles(input)]]),
    states: new Map([[file, await readState({ path: file, name: file }, MAX_BYTES)]]),
  });
  const read = async () => {
    const { found, states } = await look();
    log.noteReading(found, states);
  };
  await read();
  const check = new FileCheck({ path: file, name: file }, log, MAX_BYTES);
  return { path, file, input, log, look, read, check };
}

test("FileCheck tells news once, until there was a reading after it", async () => {
  const { file, check, read } = await watchedDirectory();
  expect(await check.hasChanged(true)).toBe(false);
  writeFileSync(file, "other");
  expect(await check.hasChanged(true)).toBe(true);
  expect(await check.hasChanged(true)).toBe(false);
  expect(await check.hasChanged(false)).toBe(false);
  await read();
  expect(await check.hasChanged(true)).toBe(false);
  writeFileSync(file, "third");
  expect(await check.hasChanged(false)).toBe(true);
  writeFileSync(`${file}.tmp`, "fourth");
  renameSync(`${file}.tmp`, file);
  expect(await check.hasChanged(false)).toBe(true);
});

test("FileCheck tells news again after a reading that had looked before it", async () => {
  const { file, log, look, read, check } = await watchedDirectory();
  expect(await check.hasChanged(true)).toBe(false);
  const older = await look();
  writeFileSync(file, "other");
  expect(await check.hasChanged(true)).toBe(true);
  log.noteReading(older.found, older.states);
  expect(await check.hasChanged(true)).toBe(true);
  await read();
  expect(await check.hasChanged(true)).toBe(false);
});

test("what was seen to have changed is read again, whatever its stamp says", async () => {
  const { file, log, read, check } = await watchedDirectory();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10_000 });
  try {
    await read();
    expect(await check.hasChanged(true)).toBe(false);
    expect(log.provenContent(file)?.bytes).toEqual(Buffer.from("one"));
    writeFileSync(file, "other");
    expect(await check.hasChanged(true)).toBe(true);
    expect(log.provenContent(file)).toBeUndefined();
    log.trust(file);
    await read();
    expect(log.provenContent(file)?.bytes).toEqual(Buffer.from("other"));
  } finally {
    vi.useRealTimers();
  }
});

test("FileCheck takes a file for news that the last reading did not find", async () => {
  const { file, log, input, look, check } = await watchedDirectory();
  rmSync(file);
  mkdirSync(file);
  const { found } = await look();
  log.noteReading(found, new Map());
  rmSync(file, { recursive: true });
  writeFileSync(file, "one");
  expect(await check.hasChanged(true)).toBe(true);
  expect(await new InputCheck(input, log).hasChanged()).toBe(true);
});

test("InputCheck tells what came and went once, until there was a reading after it", async () => {
  const { path, input, log, look, read } = await watchedDirectory();
  const check = new InputCheck(input, log);
  expect(await check.hasChanged()).toBe(false);
  const older = await look();
  writeFileSync(join(path, "b.yaml"), "");
  expect(await check.hasChanged()).toBe(true);
  expect(await check.hasChanged()).toBe(false);
  log.noteReading(older.found, older.states);
  expect(await check.hasChanged()).toBe(true);
  await read();
  expect(await check.hasChanged()).toBe(false);
  rmSync(join(path, "b.yaml"));
  expect(await check.hasChanged()).toBe(true);
});
