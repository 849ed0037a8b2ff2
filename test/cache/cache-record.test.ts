import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CACHE_MAGIC, decodeRecord, encodeRecord } from "../../src/cache/cache-record.ts";

const savedAt = new Date(1_700_000_000_000);
const record = {
  input: "/etc/agents.yaml",
  savedAt,
  documents: [{ path: "a", content: "x: 1\n" }],
};

/** What a store gives back of bytes on a disk. */
function decodeBytes(bytes: Uint8Array): ReturnType<typeof decodeRecord> {
  return decodeRecord(Buffer.from(bytes).toString("utf8"));
}

describe("a record", () => {
  test("is read as it was written, whatever the texts", () => {
    const text = fc.string({ unit: "binary" });
    const documents = fc.array(fc.record({ path: text, content: text }), { maxLength: 3 });
    fc.assert(fc.property(text, documents, (input, documents) => {
      const encoded = encodeRecord({ input, savedAt, documents });
      expect(decodeBytes(Buffer.from(encoded))).toEqual({ input, savedAt, documents });
    }));
  });

  test("holds bytes as their text, a byte order mark included", () => {
    const content = Buffer.from("\ufeffagents: {} # ü\n");
    const encoded = encodeRecord({ ...record, documents: [{ path: "a", content }] });
    expect(decodeRecord(encoded)).toMatchObject({
      documents: [{ content: "\ufeffagents: {} # ü\n" }],
    });
  });

  test("is one line of JSON that starts with the same bytes always", () => {
    const encoded = encodeRecord(record);
    expect(encoded.startsWith(CACHE_MAGIC)).toBe(true);
    expect(Object.keys(JSON.parse(encoded))).toEqual([
      "format",
      "version",
      "input",
      "savedAt",
      "checksum",
      "documents",
    ]);
    expect(encoded.trimEnd()).not.toContain("\n");
  });

  test("is never read as something else, whichever bit flips", () => {
    const bytes = Buffer.from(encodeRecord(record));
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const decoded = decodeBytes(flipped);
      if (typeof decoded !== "string") expect(decoded, `bit ${bit}`).toEqual(record);
    }
    const content = bytes.indexOf("x: 1");
    bytes[content]! ^= 1;
    expect(decodeBytes(bytes)).toBe("Its checksum does not match");
  });

  test("is not read from any part of it", () => {
    const bytes = Buffer.from(encodeRecord(record).trimEnd());
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeBytes(bytes.subarray(0, length))).toBe("It holds no cache");
    }
  });

  test("tells one document from two with the same text in all", () => {
    const one = encodeRecord({ ...record, documents: [{ path: "a", content: "bcd" }] });
    const two = encodeRecord({ ...record, documents: [{ path: "ab", content: "cd" }] });
    expect(JSON.parse(one).checksum).not.toBe(JSON.parse(two).checksum);
  });

  test.each([
    ["another version", { version: 2 }, "It has format version 2, expected 1"],
    ["no input", { input: undefined }, "It is incomplete"],
    ["no date", { savedAt: "soon" }, "It is incomplete"],
    ["documents that are none", { documents: [{ path: "a" }] }, "It is incomplete"],
    ["another format", { format: "x" }, "It holds no cache"],
    ["no checksum", { checksum: undefined }, "Its checksum does not match"],
  ])("with %s is refused", (_, other, reason) => {
    expect(decodeRecord(JSON.stringify({ ...JSON.parse(encodeRecord(record)), ...other })))
      .toBe(reason);
  });
});
