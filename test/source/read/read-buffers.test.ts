import { expect, test } from "vitest";
import { ReadBuffers } from "../../../src/source/read/read-buffers.ts";

const MB = 1024 * 1024;

test("ReadBuffers gives memory again once all who held it have released it", () => {
  const buffers = new ReadBuffers();
  const bytes = buffers.take(1_000);
  bytes.fill(7);
  buffers.retain(bytes);
  buffers.release(bytes.subarray(0, 10));
  expect(buffers.take(1_000).some((byte) => byte === 7)).toBe(false);
  expect(bytes).toHaveLength(1_125);
  buffers.release(bytes);
  const again = buffers.take(1_100);
  expect(again).toHaveLength(1_125);
  expect(again.every((byte) => byte === 7)).toBe(true);
});

test("ReadBuffers leaves nothing to see for those who still look at what they released", () => {
  const buffers = new ReadBuffers();
  const bytes = buffers.take(100);
  const view = bytes.subarray(10, 20);
  buffers.release(view);
  expect([bytes.length, view.length]).toEqual([0, 0]);
  // Releasing once too often is no harm to the next who has it.
  const next = buffers.take(100);
  buffers.release(bytes);
  expect(buffers.take(100).buffer).not.toBe(next.buffer);
  expect(next).toHaveLength(112);
});

test("ReadBuffers gives no spare that is too small, nor one that is far too large", () => {
  const buffers = new ReadBuffers();
  buffers.release(buffers.take(8));
  expect(buffers.take(10)).toHaveLength(11);
  buffers.release(buffers.take(8 * MB));
  expect(buffers.take(MB).byteLength).toBeLessThan(2 * MB);
  buffers.release(buffers.take(8 * MB));
  expect(buffers.take(5 * MB)).toHaveLength(9 * MB);
});

test("ReadBuffers keeps one spare, the larger one", () => {
  const buffers = new ReadBuffers();
  const both = [buffers.take(2_000), buffers.take(1_000)];
  both.forEach((bytes) => buffers.release(bytes));
  expect(buffers.take(900)).toHaveLength(2_250);
  expect(buffers.take(900)).toHaveLength(1_012);
});

test("ReadBuffers leaves alone what it did not give", () => {
  const buffers = new ReadBuffers();
  const bytes = new Uint8Array(100);
  buffers.retain(bytes);
  buffers.release(bytes);
  buffers.release(bytes);
  expect(bytes).toHaveLength(100);
});

test("ReadBuffers keeps no buffer that somebody has moved elsewhere", () => {
  const buffers = new ReadBuffers();
  const bytes = buffers.take(1_000);
  const buffer = bytes.buffer as ArrayBuffer;
  structuredClone(buffer, { transfer: [buffer] });
  buffers.release(bytes);
  expect(buffers.take(1_000)).toHaveLength(1_125);
});
