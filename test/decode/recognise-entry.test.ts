import process from "node:process";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KeyMemory } from "../../src/decode/key-memory.ts";
import { parseEntry } from "../../src/decode/read-entry.ts";
import { recogniseEntry } from "../../src/decode/recognise-entry.ts";

const shape = { key: "agents", type: "map", indent: 2 } as const;
const listShape = { key: "agents", type: "list", indent: 2 } as const;
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 10_000);

const wild = fc.oneof(
  fc.constantFrom(
    ...[
      "text",
      "two words",
      "1",
      "-1",
      "+1",
      "01",
      "1.0",
      "1.",
      ".5",
      "1e3",
      "0x1F",
      "0o17",
      "1_000",
      "1:2",
    ],
    ...[
      "true",
      "True",
      "tRUE",
      "yes",
      "null",
      "NULL",
      "~",
      "Null",
      "nan",
      ".nan",
      ".inf",
      "-.inf",
      "false",
    ],
    ...[
      "1.2.3",
      "2025-01-31",
      "12:30:00",
      "1-2",
      "123456789012345678",
      "0.1234567890123",
      "1 a",
      "9a",
      "1 #c",
    ],
    ...[
      "a: b",
      "a:b",
      "a:",
      "a #b",
      "a#b",
      "#a",
      "a, b",
      "a]",
      "[a",
      "{a}",
      "}",
      "a & b",
      "&a",
      "*a",
      "!a",
      "!!int 3",
    ],
    ...[
      "|",
      ">",
      "|-",
      "@a",
      "`a`",
      "%a",
      "- a",
      "-",
      "-a",
      "? a",
      "?a",
      ": a",
      ":a",
      "=",
      "<<",
      "<a",
      "/a",
      "(a)",
      "$a",
    ],
    ...[
      '"a"',
      '"a',
      '"a" b',
      '"a" # b',
      '"\\n"',
      '"\\u00e4"',
      '"\\x41"',
      '"\\/"',
      '"a\\"b"',
      '"\\a"',
      '""',
      '"a: #b"',
    ],
    ...[
      "'a'",
      "'a",
      "'a''b'",
      "''",
      "'a' b",
      "'\\n'",
      "'''",
      "[]",
      "[ ]",
      "{}",
      "{ }",
      "[a]",
      "[a, b]",
      "[a,b]",
      "[a, ]",
    ],
    ...[
      "[a b, c]",
      "[1, 2.5, true]",
      '["a"]',
      "[a: b]",
      "[a:b]",
      "[-a]",
      "[- a]",
      "[.a]",
      "[a#b]",
      "[a #b]",
      "[,]",
    ],
    ...[
      "[a] b",
      "[[a]]",
      "[null]",
      "é",
      "日本",
      "a\u00a0b",
      "a\u2028b",
      "a\u0085",
      "\ufeffa",
      "🐦",
      "a\tb",
      "a\r",
      "a\u0000",
    ],
  ),
  fc.string({ unit: fc.constantFrom(..."ab1.-:#\"' ,[]{}eE+_/\\"), maxLength: 8 }),
);
const scalar = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom("text", "a b", "7", "[a, b]", '"q"', "'s'", "true") },
  wild,
);
const key = fc.constantFrom(
  ...[
    "a",
    "b",
    "c",
    "a.b",
    "a-b",
    "a/b",
    "a b",
    "_",
    "1",
    "1a",
    "null",
    "True",
    "__proto__",
    '"a"',
    "'b'",
    "<<",
    "é",
    "-a",
  ],
  ...["1.0", "0x1F", "1e3", "01", "-1", ".5", ".inf", "/a", "0", "-"],
  ...["constructor", "toString", "a:b", "a ", "[a]", "?", "&a b", "!t c", "false", "nul"],
);
const plainKey = fc.nat(20).map((number) => `k${number}`);
const anyKey = fc.oneof({ weight: 9, arbitrary: plainKey }, key);
const line = fc.tuple(
  fc.nat(8),
  fc.oneof(
    { weight: 20, arbitrary: fc.tuple(anyKey, scalar).map(([name, value]) => `${name}: ${value}`) },
    { weight: 3, arbitrary: anyKey.map((name) => `${name}:`) },
    anyKey.map((name) => `${name} text`),
    scalar.map((item) => `- ${item}`),
    fc.constantFrom(
      "",
      "  ",
      "# c",
      "#c: d",
      "-",
      "- - a",
      "-  a",
      "- a: b",
      "a:  b",
      "a:\tb",
      "a :b",
      "a: b  ",
      "---",
      "...",
    ),
    wild,
  ),
  fc.oneof({ weight: 30, arbitrary: fc.constant("\n") }, fc.constantFrom("\r\n", "\n\n", "\r")),
);
/** Lines that hang together more often than not. */
const body = fc.array(line, { minLength: 1, maxLength: 6 }).map((lines) => {
  let column = 4;
  return lines.map(([by, text, end]) => {
    column = Math.max(3, by > 7 ? column - 2 : by > 6 ? column + 2 : column);
    return " ".repeat(column) + text + end;
  }).join("");
});

describe("recogniseEntry", () => {
  const mapHead = (key: string): string => `  ${key}:\n`;
  const listHead = (key: string): string => `  - id: ${key}\n`;
  test.each([
    ["map", shape, mapHead],
    ["list", listShape, listHead],
  ])("says what the parser says, or nothing, of an entry in a %s", (_, shape, head) => {
    let recognised = 0;
    fc.assert(
      fc.property(anyKey, body, body, fc.boolean(), (id, others, fields, ends) => {
        const keys = new KeyMemory();
        recogniseEntry(head(id) + others, shape, keys);
        const text = head(id) + (ends ? fields : fields.trimEnd());
        const entry = recogniseEntry(text, shape, keys);
        if (entry === undefined) return;
        recognised++;
        const parsed = parseEntry(text, shape);
        const expected = parsed && { id: parsed.id, value: parsed.value, aliased: 0 };
        if (!isDeepStrictEqual(entry, expected)) expect(entry, text).toEqual(expected);
      }),
      { numRuns: RUNS },
    );
    expect(recognised / RUNS).toBeGreaterThan(0.05);
  }, 3_600_000);

  test.each([
    ["scalars", "  a:\n    b: text\n    c: 1\n    d: 2.5\n    e: true\n    f: null\n    g:\n"],
    ["quotes", "  a:\n    b: \"x: #y\"\n    c: 'it''s'\n    d: \"a\\nb\"\n"],
    ["versions and dates", "  a:\n    b: 1.2.3\n    c: 2025-01-31\n"],
    ["maps", "  a:\n    b:\n      c:\n        d: 1\n      e: 2\n    f: 3\n"],
    [
      "lists",
      "  a:\n    b: [x, y z, 1]\n    c:\n      - x\n      - 1\n    d:\n    - x\n    e: []\n",
    ],
    ["comments and blank lines", "  a: \n# c\n\n    b: x\n  # d\n    c: y\n\n"],
    ["CRLF", "  a:\r\n    b: x\r\n"],
    ["letters of all kinds", "  a:\n    b: é日本🐦\n"],
  ])("knows %s", (_, text) => {
    const parsed = parseEntry(text, shape);
    expect(recogniseEntry(text, shape)).toEqual({
      id: parsed?.id,
      value: parsed?.value,
      aliased: 0,
    });
  });
});
