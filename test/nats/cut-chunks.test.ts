import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { idsOf, registryOf } from "./large-registry.ts";
import { cutChunks, MOST_BYTES } from "../../src/nats/publish/cut-chunks.ts";
import { sha256 } from "../../src/nats/sha256.ts";

const ids = idsOf(2_000);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const before = new Set(cutChunks(bytesOf(registryOf(ids))).map(sha256));
const newIn = (text: string): number =>
  cutChunks(bytesOf(text)).map(sha256).filter((hash) => !before.has(hash)).length;

describe("cutChunks", () => {
  test("gives chunks that make up the text, none empty and none too large", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 15_000, size: "max" }),
        fc.integer({ min: 1, max: 8_000 }),
        (bytes, most) => {
          const chunks = cutChunks(bytes, most);
          expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
          for (const { length } of chunks) expect(length > 0 && length <= most).toBe(true);
        },
      ),
      { numRuns: 20 },
    );
  });

  test("leaves the other chunks as they were when an agent is edited, inserted or removed", () => {
    expect(before.size).toBeGreaterThan(30);
    expect(newIn(registryOf(ids, new Map([[ids[900]!, 3]])))).toBeLessThanOrEqual(2);
    expect(newIn(registryOf(["agent_first", ...ids]))).toBeLessThanOrEqual(2);
    expect(newIn(registryOf([...ids.slice(0, 900), ...ids.slice(903)]))).toBeLessThanOrEqual(2);
  });

  test("cuts a text of one line, too", () => {
    const line = JSON.stringify(ids.map((id) => ({ id, owner: `team-${id}` })));
    expect(cutChunks(bytesOf(line)).length).toBeGreaterThan(3);
  });

  test("keeps a chunk within a payload when nothing in the text says where to cut", () => {
    // Each byte that decides on a cut has a period that no cut falls into.
    const flat = new Uint8Array(3 * MOST_BYTES).fill(1);
    expect(Math.max(...cutChunks(flat).map(({ length }) => length))).toBeLessThanOrEqual(
      MOST_BYTES,
    );
  });
});
