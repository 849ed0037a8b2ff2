import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { cacheFile } from "../../src/cache/cache-file.ts";
import { decodeRecord, encodeRecord } from "../../src/cache/cache-record.ts";
import { tempDir } from "../temp-dir.ts";
import { runChild } from "../source/runtime-child.ts";

function record(content: string): string {
  return encodeRecord({
    input: "a",
    savedAt: new Date(0),
    documents: [{ path: "a", content }],
  });
}

test("a cache is read as it was written, and undefined before", async () => {
  const file = join(tempDir(), "cache");
  const cache = cacheFile(file);
  expect(await cache.read()).toBeUndefined();
  await cache.write(record("one"));
  await cache.write(record("two"));
  expect(await cache.read()).toBe(record("two"));
  expect(await cacheFile(pathToFileURL(file)).read()).toBe(record("two"));
});

test("a cache is for its owner only, whatever it was before and whatever the umask", async () => {
  const file = join(tempDir(), "cache");
  await cacheFile(file).write(record("one"));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  chmodSync(file, 0o644);
  await cacheFile(file).write(record("two"));
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("nothing but the cache is left in its directory, also when it cannot take its place", async () => {
  const directory = tempDir();
  await cacheFile(join(directory, "cache")).write(record("one"));
  expect(readdirSync(directory)).toEqual(["cache"]);
  mkdirSync(join(directory, "taken"));
  await expect(cacheFile(join(directory, "taken")).write(record("one"))).rejects.toThrow();
  expect(readdirSync(directory)).toEqual(["cache", "taken"]);
});

test("a directory that is missing is created, for its owner only", async () => {
  const file = join(tempDir(), "state", "agents", "cache");
  expect(await cacheFile(file).read()).toBeUndefined();
  await cacheFile(file).write(record("one"));
  expect(await cacheFile(file).read()).toBe(record("one"));
  expect(statSync(join(file, "..")).mode & 0o777).toBe(0o700);
});

test("a foreign file that takes the place of the cache after a write is not replaced", async () => {
  const file = join(tempDir(), "cache");
  const cache = cacheFile(file);
  await cache.write(record("one"));
  rmSync(file);
  writeFileSync(file, "agents: {}\n");
  await expect(cache.write(record("two"))).rejects.toThrow("something else than a cache");
  expect(readFileSync(file, "utf8")).toBe("agents: {}\n");
});

test("a FIFO in place of the cache is neither read nor replaced, and nobody waits for it", async () => {
  const file = join(tempDir(), "cache");
  execFileSync("mkfifo", [file]);
  await expect(cacheFile(file).read()).rejects.toThrow("it is not a regular file");
  await expect(cacheFile(file).write(record("one"))).rejects.toThrow("it is not a regular file");
  expect(statSync(file).isFIFO()).toBe(true);
});

test("a cache of more than 256 MiB is not read", async () => {
  const file = join(tempDir(), "cache");
  writeFileSync(file, record("one"));
  truncateSync(file, 1_500_000_000);
  await expect(cacheFile(file).read()).rejects.toThrow(
    "it has 1500000000 bytes, more than the 268435456 that a cache may have",
  );
});

test("a file that holds something else is not replaced; a damaged cache is", async () => {
  const file = join(tempDir(), "agents.yaml");
  writeFileSync(file, "agents: {}\n");
  await expect(cacheFile(file).write(record("one"))).rejects.toThrow("something else than a cache");
  expect(readFileSync(file, "utf8")).toBe("agents: {}\n");
  for (const damaged of ["", record("old").slice(0, 60)]) {
    writeFileSync(file, damaged);
    await cacheFile(file).write(record("one"));
    expect(readFileSync(file, "utf8")).toBe(record("one"));
  }
});

test("what a crash has left behind is removed, and nothing else", async () => {
  const directory = tempDir();
  const old = ["cache.0123abcd.tmp", "cache.tmp", "other.0123abcd.tmp", "cache.0123abcd.yaml"];
  for (const name of old) {
    writeFileSync(join(directory, name), "x");
    utimesSync(join(directory, name), 1_000, 1_000);
  }
  writeFileSync(join(directory, "cache.89abcdef.tmp"), "being written");
  await cacheFile(join(directory, "cache")).write(record("one"));
  const left = ["cache", "cache.89abcdef.tmp", ...old.slice(1)].sort();
  expect(readdirSync(directory).sort()).toEqual(left);
});

test("a cache that cannot be read or written rejects", async () => {
  const directory = tempDir();
  await expect(cacheFile(directory).read()).rejects.toThrow();
  writeFileSync(join(directory, "file"), "");
  await expect(cacheFile(join(directory, "file", "cache")).write(record("x"))).rejects.toThrow();
});

test("a process that is killed while it writes leaves a whole cache", async () => {
  const file = join(tempDir(), "cache");
  const seen = new Set<string>();
  for (let round = 0; round < 8; round++) {
    using child = runChild(
      `
      const { cacheFile } = await import(${JSON.stringify(module("cache-file"))});
      const { encodeRecord } = await import(${JSON.stringify(module("cache-record"))});
      const cache = cacheFile(file);
      say("ready");
      for (let at = 0; ; at++) {
        const content = ("${round}." + at + " ").repeat(40_000);
        await cache.write(encodeRecord({ input: "a", savedAt: new Date(0), documents: [{ path: "a", content }] }));
        if (at === ${round % 3}) say("written");
      }`,
      file,
    );
    await child.line("ready");
    await child.line("written");
    // When the process is killed is the fault that is tried, not a wait for something: another moment each.
    await new Promise((resolve) => setTimeout(resolve, round * 3));
    child.process.kill("SIGKILL");
    expect(await child.ended()).toBe("SIGKILL");
    const decoded = decodeRecord(readFileSync(file, "utf8"));
    if (typeof decoded === "string") throw new Error(decoded);
    const content = String(decoded.documents[0]?.content);
    const [first = ""] = content.split(" ");
    expect(content).toBe(`${first} `.repeat(40_000));
    expect(first.startsWith(`${round}.`)).toBe(true);
    seen.add(first);
  }
  expect(seen.size).toBe(8);
}, 60_000);

function module(name: string): string {
  return new URL(`../../src/cache/${name}.ts`, import.meta.url).href;
}
