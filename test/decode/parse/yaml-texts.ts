import fc from "fast-check";

/** Scalars of all kinds, those at the limits of a kind among them. */
const scalar = fc.oneof(
  fc.constantFrom(
    ...[
      "",
      "~",
      "null",
      "Null",
      "NULL",
      "nUll",
      "true",
      "True",
      "TRUE",
      "tRue",
      "false",
      "no",
      "yes",
    ],
    ...["0", "-0", "+1", "007", "0o17", "0x1F", "0b1", "1_000", "1.", ".5", "-.5", "1e3", "1.5E-7"],
    ...[
      ".inf",
      "-.Inf",
      "+.INF",
      ".nan",
      ".NaN",
      "1.2.3",
      "2026-01-31",
      "12:30:45",
      "1e",
      "e1",
      ".",
    ],
    ...[
      "text",
      "two words",
      "a#b",
      "a #b",
      "a:b",
      "http://x/y",
      "x-y_z",
      "日本語",
      "é\u2028ü",
      "-x",
      "?x",
    ],
    ...[
      "'single'",
      "'it''s'",
      '"double"',
      '"a\\tb\\u00e9\\x41\\U0001F600"',
      '"a\\\n    b"',
      "'a\n\n  b'",
    ],
    ...["!!str 1", "!!int 5", "!!int x", "!!float 1.5", "!!bool yes", "!!null ''", "! 12", "!x y"],
    ...[
      "&a v",
      "*a",
      "&b [1]",
      "*b",
      "[a, b]",
      "[a, {b: c}, [d]]",
      "{}",
      "[]",
      "{a: , b}",
      "{a: 1, a: 2}",
    ],
    ...[
      "{? a : b}",
      "[a: b]",
      "<<",
      "|\n    one\n     two\n",
      "|-\n    x\n\n",
      ">\n    a\n    b\n\n    c\n",
      "|+\n    x\n\n",
    ],
  ),
  fc.string({ maxLength: 6, unit: "grapheme-ascii" }),
);

const key = fc.constantFrom(
  ...["a", "b", "c d", "'q'", '"dq"', "1", "1.0", "null", "true", "<<", "a-b", "é", "[x]", "? k"],
);

/** Lines of a block map or list, nested by indentation. */
function block(indent: number, depth: number): fc.Arbitrary<string> {
  const pad = " ".repeat(indent);
  const value = depth === 0
    ? scalar.map((text) => ` ${text.replaceAll("\n", `\n${pad}`)}\n`)
    : fc.oneof(
      { weight: 4, arbitrary: scalar.map((text) => ` ${text.replaceAll("\n", `\n${pad}`)}\n`) },
      { weight: 2, arbitrary: block(indent + 2, depth - 1).map((text) => `\n${text}`) },
      { weight: 1, arbitrary: fc.constant(" # c\n") },
    );
  const pair = fc.tuple(key, value).map(([name, text]) => `${pad}${name}:${text}`);
  const item = value.map((text) => `${pad}-${text}`);
  return fc.oneof(
    fc.array(pair, { minLength: 1, maxLength: 4 }),
    fc.array(item, { minLength: 1, maxLength: 3 }),
  ).map((lines) => lines.join(""));
}

/** Texts that are YAML, and texts that nearly are. */
export const textOfYaml: fc.Arbitrary<string> = fc.tuple(
  block(0, 2),
  fc.option(
    fc.tuple(fc.nat(), fc.constantFrom(" ", "\n", ":", "- ", "#", "'", "]", "---\n", "\t")),
  ),
).map(([text, edit]) => {
  if (edit === null) return text;
  const at = edit[0] % (text.length + 1);
  return text.slice(0, at) + edit[1] + text.slice(at);
});
