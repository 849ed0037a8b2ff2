import { describe, expect, test } from "vitest";
import { chunksOf, parseManifest } from "../../src/nats/manifest.ts";

const hash = "0".repeat(64);
const document = { path: "a.yaml", sha256: hash, bytes: 3, chunks: [hash] };
const manifest = { seq: 5, source: "agents", publishedAt: "2026-01-01", documents: [document] };

describe("parseManifest", () => {
  test("reads what was written", () => {
    expect(parseManifest(JSON.stringify(manifest))).toEqual(manifest);
    expect([...chunksOf(parseManifest(JSON.stringify(manifest)))]).toEqual([hash]);
  });

  test.each([
    ["no JSON", "{"],
    ["nothing", ""],
    ["another kind of value", "[]"],
    ["no seq", JSON.stringify({ ...manifest, seq: undefined })],
    ["a seq that cannot be counted on", JSON.stringify({ ...manifest, seq: 1.5 })],
    ["a negative size", JSON.stringify({ ...manifest, documents: [{ ...document, bytes: -1 }] })],
    ["no path", JSON.stringify({ ...manifest, documents: [{ ...document, path: "" }] })],
    [
      "a chunk that would name another key",
      JSON.stringify({ ...manifest, documents: [{ ...document, chunks: ["manifest"] }] }),
    ],
  ])("refuses %s", (_, text) => {
    expect(parseManifest(text)).toBeUndefined();
    expect(chunksOf(parseManifest(text)).size).toBe(0);
  });
});
