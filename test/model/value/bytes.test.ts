import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { commonPrefix, commonSuffix, sameBytes } from "../../../src/model/value/bytes.ts";

describe.each([["Buffer", globalThis.Buffer], ["no Buffer, as in a browser", undefined]])(
  "with %s",
  (_, buffer) => {
    beforeEach(() => vi.stubGlobal("Buffer", buffer));
    afterEach(() => vi.unstubAllGlobals());

    test("commonPrefix and commonSuffix find the one byte that differs, wherever it is", () => {
      const lengths = fc.oneof(
        fc.nat(300),
        fc.nat(140_000),
        fc.integer({ min: 250_000, max: 800_000 }),
      );
      fc.assert(
        fc.property(lengths, fc.nat(), fc.nat(100), fc.nat(100), (length, where, more, less) => {
          const at = where % (length + 1);
          const a = new Uint8Array(length + more).fill(7);
          const b = new Uint8Array(length + less).fill(7);
          const equal = at === length;
          if (!equal) b[at] = 8;
          const shorter = Math.min(a.length, b.length);
          expect(commonPrefix(a, b)).toBe(equal ? shorter : at);
          const fromEnd = equal ? shorter : Math.min(a.length, b.length - 1 - at);
          expect(commonSuffix(a, b, shorter)).toBe(Math.min(shorter, fromEnd));
          expect(commonSuffix(a, b, 5)).toBe(Math.min(5, shorter, fromEnd));
        }),
      );
    });

    test("commonSuffix never reaches beyond the shorter array", () => {
      const short = Uint8Array.of(7, 7);
      expect(commonSuffix(short, short, 5)).toBe(2);
      expect(commonSuffix(short, Uint8Array.of(7, 7, 7), 5)).toBe(2);
    });

    test("sameBytes compares views of larger buffers by what they show", () => {
      const bytes = Uint8Array.from([1, 2, 3, 1, 2, 3]);
      expect(sameBytes(bytes.subarray(0, 3), bytes.subarray(3))).toBe(true);
      expect(sameBytes(bytes.subarray(0, 3), bytes.subarray(2, 5))).toBe(false);
      expect(sameBytes(bytes.subarray(0, 3), bytes)).toBe(false);
    });
  },
);
