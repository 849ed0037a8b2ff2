import { describe, expect, test } from "vitest";
import { codeFrame } from "../../../src/decode/report/code-frame.ts";
import { LineIndex } from "../../../src/decode/report/line-index.ts";
import { displayWidth } from "../../../src/text/display-width.ts";

const frame = (text: string, line: number, column: number) =>
  codeFrame(new LineIndex(text), { line, column }).split("\n");

const numbered = Array.from({ length: 12 }, (_, at) => `key${at + 1}: x`).join("\n") + "\n";

describe("codeFrame", () => {
  test("shows two lines on either side", () => {
    expect(frame(numbered, 5, 7)).toEqual([
      "  3 | key3: x",
      "  4 | key4: x",
      "> 5 | key5: x",
      "    |       ^",
      "  6 | key6: x",
      "  7 | key7: x",
    ]);
  });

  test("aligns line numbers of different length", () => {
    expect(frame(numbered, 9, 1)).toEqual([
      "   7 | key7: x",
      "   8 | key8: x",
      ">  9 | key9: x",
      "     | ^",
      "  10 | key10: x",
      "  11 | key11: x",
    ]);
  });

  test("shows what there is at the first and the last line", () => {
    expect(frame("a\nb\nc\nd", 1, 1)).toEqual(["> 1 | a", "    | ^", "  2 | b", "  3 | c"]);
    expect(frame("a\nb\nc\nd", 4, 2)).toEqual(["  2 | b", "  3 | c", "> 4 | d", "    |  ^"]);
    expect(frame("a\nb\n", 2, 1)).toEqual(["  1 | a", "> 2 | b", "    | ^"]);
    expect(frame("a\nb\n", 3, 1)).toEqual(["  1 | a", "  2 | b", "> 3 |", "    | ^"]);
    expect(frame("", 1, 1)).toEqual(["> 1 |", "    | ^"]);
  });

  test("shows lines that end in CRLF without their CR", () => {
    expect(frame("a: 1\r\nb: 2\r\n\r\nc: 3\r\n", 2, 4)).toEqual([
      "  1 | a: 1",
      "> 2 | b: 2",
      "    |    ^",
      "  3 |",
      "  4 | c: 3",
    ]);
  });

  test("keeps tabs, in the line and before the caret", () => {
    expect(frame("\ta:\tb", 1, 5)).toEqual(["> 1 | \ta:\tb", "    | \t  \t^"]);
  });

  test("puts the caret below wide and combining characters", () => {
    expect(frame("計画者: x", 1, 6)).toEqual(["> 1 | 計画者: x", "    |         ^"]);
    expect(frame("👍e\u0301: x", 1, 7)).toEqual(["> 1 | 👍e\u0301: x", "    |      ^"]);
  });

  test("replaces what a terminal would obey", () => {
    expect(frame("a\u001b[31m\0\u0085\u202e: x\x7f", 1, 3)).toEqual([
      "> 1 | a\ufffd[31m\ufffd\ufffd\ufffd: x\ufffd",
      "    |   ^",
    ]);
  });

  test("cuts a long line behind the window", () => {
    expect(frame("a".repeat(100), 1, 1)[0]).toBe(`> 1 | ${"a".repeat(100)}`);
    expect(frame("a".repeat(101), 1, 1)[0]).toBe(`> 1 | ${"a".repeat(100)}…`);
    expect(frame(`${"a".repeat(100)}\r\n`, 1, 1)[0]).toBe(`> 1 | ${"a".repeat(100)}`);
  });

  test("cuts long lines to one window around the caret", () => {
    const long = `${"a".repeat(300)}!${"b".repeat(300)}`;
    const [above, line, caret, below] = frame(`short\n${long}\n${"c".repeat(400)}`, 2, 301);
    expect(above).toBe("  1 |");
    expect(line).toBe(`> 2 | …${"a".repeat(49)}!${"b".repeat(50)}…`);
    expect(caret).toBe(`    | ${" ".repeat(50)}^`);
    expect(below).toBe(`  3 | …${"c".repeat(100)}…`);
  });

  test("cuts no surrogate pair into something that is no character", () => {
    const [line] = frame(`${"👍".repeat(99)}x`, 1, 1);
    expect(line).not.toMatch(/\p{Cs}/u);
    const [cut, caret] = frame(`x${"👍".repeat(99)}`, 1, 100);
    expect(cut).not.toMatch(/\p{Cs}/u);
    expect(displayWidth(caret!)).toBeLessThanOrEqual(120);
  });

  test("takes no longer for a line of ten megabytes", () => {
    const [line, caret] = frame("x".repeat(10_000_000), 1, 5_000_000);
    expect(line).toHaveLength(6 + 1 + 100 + 1);
    expect(caret).toHaveLength(6 + 50 + 1);
  });
});

describe("LineIndex", () => {
  test.each([
    ["", 0, 1, 1],
    ["a", 0, 1, 1],
    ["a", 1, 1, 2],
    ["a\n", 1, 1, 2],
    ["a\n", 2, 2, 1],
    ["a\r\nb", 3, 2, 1],
    ["a\rb", 2, 1, 3],
    ["\n\n\n", 2, 3, 1],
    ["計\n画x", 3, 2, 2],
    ["a\u2028b\u0085c", 4, 1, 5],
  ])("positionAt of %j at %i is %i:%i", (text, offset, line, column) => {
    expect(new LineIndex(text).positionAt(offset)).toEqual({ line, column });
  });
});
