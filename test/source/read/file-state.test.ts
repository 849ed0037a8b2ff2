import { Buffer } from "node:buffer";
import { appendFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { readState } from "../../../src/source/read/file-state.ts";
import { tempDir } from "../../temp-dir.ts";

/** How much is allocated for a file that tells no size. */
const UNKNOWN_SIZE = 4096;

/** Reads a file to which something happens after its size was looked at, and before it is read. */
async function readWhile(happens: (path: string) => void, text = "x".repeat(100)) {
  const path = join(tempDir(), "agents.yaml");
  writeFileSync(path, text);
  utimesSync(path, 1, 1);
  let isRead = false;
  const allocate = vi.spyOn(Buffer, "allocUnsafe").mockImplementation((size) => {
    // The runtime allocates memory, too: for messages to whoever runs the tests.
    if (!isRead && size === (text.length || UNKNOWN_SIZE)) {
      isRead = true;
      happens(path);
    }
    return Buffer.alloc(size);
  });
  try {
    return await readState({ path, name: path }, 1_000);
  } finally {
    allocate.mockRestore();
  }
}

test("readState gives the bytes of a file that rests", async () => {
  const state = await readWhile(() => {});
  expect(state).toMatchObject({ type: "content", still: true });
  expect(state.type === "content" && state.bytes).toHaveLength(100);
});

test.each<[string, (path: string) => void]>([
  ["grows", (path) => appendFileSync(path, "y")],
  ["grows much", (path) => appendFileSync(path, "y".repeat(500))],
  ["is cut", (path) => writeFileSync(path, "y")],
  ["gets other bytes, as many", (path) => writeFileSync(path, "y".repeat(100))],
])("readState tells that a file %s while it is read", async (_, happens) => {
  expect(await readWhile(happens)).toMatchObject({ type: "content", still: false });
});

test("readState refuses a file that grows beyond the limit while it is read", async () => {
  const state = await readWhile((path) => appendFileSync(path, "y".repeat(2_000)));
  expect(state).toMatchObject({ type: "problem", issue: { code: "too-large" } });
});

test("readState reads what is there where a size of nothing is told, as of /proc", async () => {
  const state = await readWhile((path) => writeFileSync(path, "y".repeat(50)), "");
  expect(state.type === "content" && state.bytes).toHaveLength(50);
});
