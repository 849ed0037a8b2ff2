import fc from "fast-check";

/** The parts of a registry text, each ready to be joined. */
export interface Parts {
  readonly head: readonly string[];
  readonly heading: string;
  readonly indent: number;
  readonly type: "map" | "list";
  readonly entries: readonly Part[];
  readonly tail: readonly string[];
}

/** One entry: its key and what follows it, with `~` in place of the indentation of the key. */
export interface Part {
  readonly key: string;
  readonly body: string;
}

/** What is done to a registry text. */
export type Edit =
  | { readonly type: "insert" | "duplicate"; readonly at: number; readonly part: Part }
  | { readonly type: "remove" | "move"; readonly at: number; readonly to: number }
  | { readonly type: "rename"; readonly at: number; readonly key: string }
  | { readonly type: "rewrite"; readonly at: number; readonly body: string }
  | { readonly type: "head" | "tail"; readonly blocks: readonly string[] }
  | { readonly type: "heading"; readonly heading: string; readonly indent: number }
  | { readonly type: "turn" }
  | { readonly type: "type"; readonly at: number; readonly text: string; readonly over: number }
  | { readonly type: "newlines" | "mark" | "cut" | "byte" | "undo"; readonly at: number };

/** Mostly what works, and now and then something that should be noticed. */
function mostly<T>(tame: fc.Arbitrary<T>, wild: fc.Arbitrary<T>, weight = 80): fc.Arbitrary<T> {
  return fc.oneof({ weight, arbitrary: tame }, { weight: 1, arbitrary: wild });
}

const key = mostly(
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom("a", "b", "c", "d", "e", "agent_1", "x.y/z") },
    fc.constantFrom('"a"', '"q r"', '"a: b"', "1", "01", "1.0", "0x1F", "1e3", "true", "null", "ä"),
    fc.constantFrom("日本", "a\u2028b", "a\u0085b", "\ufeffb", "__proto__", "constructor"),
  ),
  fc.constantFrom(
    ...["? a\n~", "&k a", "!!str a", "*x", "<<", "- a", "a b", "a#b", "a # b", "---", "...", "'s'"],
    ...["~", "a\u00a0", '"\\x61"', '"a', "[a]", "{a: b}", "-a", ".a", "a:", "a\tb", "@a", "%a"],
  ),
);

const scalar = mostly(
  fc.constantFrom(
    ...["", "1", "true", "null", "text", "two words", "'single'", '"double"', '"esc \\n \\u00e4"'],
    ...["a & b", "2 * 3", "a **b**", "x #no", "x # comment", "http://a/b", "# only", "é\u2028ü"],
    ...[
      "|\n~    one\n~    two",
      "|-\n~   one\n\n~   two\n",
      "|+\n~   one\n\n\n",
      "|\n~   # text\n# one",
    ],
    ...[
      ">\n~   folded\n~   text",
      "|2\n~      lead",
      "|\n",
      "|\n\n~   late",
      "|+\n\n\n",
      "a\tb",
      "&x v",
    ],
    ...["first\n~   second", "first\n\n~   second", '"open\n~   closed"', "'open\n\n~   closed'"],
    ...[
      "[a, b]",
      "[a,\n~   b]",
      "[a,\n~    b]",
      "{k: v}",
      "{k: v,\n~   l: w}",
      "{a: [b, {c: d}]}",
      "!!str 1",
    ],
    ...[
      "\n~   - a\n~   - b",
      "\n~   - [a]\n~   -\n~     k: v",
      "\n~    k: v\n~    l: w",
      "\n~  - a",
    ],
  ),
  fc.constantFrom(
    ...[
      "a: b",
      ">-\n~   a\n~ # no\n~   b",
      '"open',
      "'open",
      "[",
      "{",
      "]",
      "}",
      "*x",
      "!t v",
      "\ttab",
    ],
    ...[
      "a\r",
      "\u0000",
      "- a",
      "? k",
      "@at",
      "`tick`",
      "%p",
      "\n~   n: 1\n~   n: 2",
      "\n~    k: v\n~   l: w",
    ],
    ...[
      '"open\n~b: closed"',
      "[a,\n~b: c]",
      "[\n~b: c,\n~]",
      "'open\n~b: c'",
      "{\n~b: c\n~  }",
      "|1\n~ x",
    ],
  ),
);

const field = mostly(
  fc.oneof(
    { weight: 6, arbitrary: scalar.map((value) => `~  text: ${value}\n`) },
    fc.constantFrom("a", "b", "c", "e", "zz").map((to) => `~  needs: [${to}, b]\n`),
    fc.constantFrom("a", "d", "nobody").map((to) => `~  next: ${to}\n`),
    fc.constantFrom("red", "blue", "gren").map((tag) => `~  tags: [${tag}]\n`),
    fc.constantFrom("one", "two", "two", "three").map((kind) => `~  kind: ${kind}\n`),
    fc.constantFrom("a", "b", "7").map((id) => `~  id: ${id}\n`),
    fc.constantFrom(
      "\n",
      "   \n",
      "# low\n",
      "~# level\n",
      "~  # deep\n",
      "~  'q': 1\n",
      '~  "q": 1\n',
    ),
    fc.constantFrom(
      ...["~  <<: *x\n", "~  <<: *x\n", "~  <<: *x\n", "~  ref: *x\n"],
      "~  <<: {text: merged}\n",
      "~  base: &x {text: t}\n",
      "~  r: x\r\n",
      "~  a b: c\n",
    ),
  ),
  fc.constantFrom(
    ...[
      "~  <<: *y\n",
      "~  <<: [*x, *y]\n",
      "~  text:\n",
      "~  id: [x]\n",
      "\t\n",
      " \t# tab\n",
      "~  ? q\n~  : r\n",
    ],
    ...[
      "~ odd: 1\n",
      "~\tt: 1\n",
      "text: 1\n",
      "~  text:no\n",
      "---\n",
      "...\n",
      "%TAG ! x\n",
      "--- # x\n",
    ],
    ...[
      "~b:\n~  text: y\n",
      "~}\n",
      '~"\n',
      "~]\n",
      "~x\n",
      "~'\n",
      " \n\t\n",
      "\ufeff\n",
      "~- a\n",
      "- a\n",
    ],
  ),
);

const body = mostly(
  fc.uniqueArray(field, {
    minLength: 1,
    maxLength: 4,
    selector: (text) => /\w+:/.exec(text)?.[0] ?? text,
  })
    .map((all) => `\n${all.join("")}`),
  fc.oneof(
    scalar.map((value) => ` ${value}\n`),
    fc.constantFrom(
      " {text: flow}\n",
      " {text: x,\n~ needs: [a]}\n",
      " # c\n",
      " {text: x,\n~}\n",
      " |\n",
    ),
  ),
  12,
);

const part: fc.Arbitrary<Part> = fc.record({ key, body });

const blocks = mostly(
  fc.uniqueArray(
    fc.constantFrom(
      ...["version: 1\n", "tags: {warm: [red]}\n", "tags:\n  cold: [blue]\n", "kinds: [three]\n"],
      ...["config:\n  hot_reload:\n    debounce_ms: 200\n", "# c\n", "base: &x {text: t}\n", "\n"],
      ...[
        "text: |\n  agents:\n    a: b\n",
        "x:\n  x: 0\n",
        "n: \u2028\n",
        "é: ü\n",
        "note: 'it''s\n\n  x'\n",
      ],
    ),
    { maxLength: 3, selector: (text) => text.slice(0, 4) },
  ),
  fc.array(
    fc.constantFrom(
      ...[
        "config: {hot_reload: {debounce_ms: 1}}\n",
        "more: *x\n",
        "more: *x\n",
        "---\n",
        "%YAML 1.1\n---\n",
        "agents: {}\n",
      ],
      ...[
        "...\n",
        "- a\n",
        "kinds: {}\n",
        "<<: {agents: {z: {}}}\n",
        "x\n",
        " x: 1\n",
        "\t\n",
        "x: |\n",
      ],
    ),
    { maxLength: 2 },
  ),
  6,
);
/** What entries refer to, so that there is something to refer to more often than not. */
const anchors = fc.constantFrom(
  "base: &x {text: t}\n",
  "base: &x {text: t}\nmore: &y {kind: two}\n",
  "base: &x {n: 1}\nmore: &y {<<: *x}\n",
  "base: &x\n  text: t\n  kind: one\n  tags: [red]\nmore: &y {<<: *x, next: nobody}\n",
  "base: {in: &x {text: t, kind: three}, on: &y {n: 1}}\n",
  "base: &x {id: 7}\nmore: &y\n  <<: *x\n  kind: 4\n",
  "base: &x {text: &y {k: v}}\n",
  'base: &x {text: t, "1": one}\nmore: &x {text: u}\nless: &y [*x]\n',
);
const headBlocks = fc.tuple(
  fc.oneof({ weight: 7, arbitrary: anchors.map((text) => [text]) }, fc.constant([])),
  blocks,
).map(([before, after]) => [
  ...before,
  ...after.filter((text) => before.length === 0 || !/^(?:base|more|less):/.test(text)),
]);
const heading = mostly(
  fc.constantFrom("agents:", "agents: # all", "agents:   "),
  fc.constantFrom(
    "agents: &x",
    "agents: &x # all",
    '"agents":',
    "agents :",
    "agents: {}",
    "agent:",
    "agents: |",
  ),
  20,
);
const indent = mostly(fc.constantFrom(2, 2, 2, 1, 4), fc.constantFrom(0));
const at = fc.nat(1 << 16);

export const parts: fc.Arbitrary<Parts> = fc.record({
  head: headBlocks,
  heading,
  indent,
  type: fc.constantFrom("map", "map", "list"),
  entries: fc.uniqueArray(part, {
    minLength: 2,
    maxLength: 6,
    selector: ({ key }) => key,
  }),
  tail: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, blocks),
});

const typed = mostly(
  fc.constantFrom("", "x", "é", "🐦", " x", "1"),
  fc.oneof(
    fc.constantFrom(
      ...[
        "\n",
        "\n\n",
        "  ",
        "\t",
        "\r\n",
        "\r",
        ":",
        ": ",
        "#",
        " #",
        '"',
        "'",
        "[",
        "]",
        "{",
        "}",
        " ",
      ],
      ...["&", "*", "- ", "? ", "|", ">", "!", "%", "---\n", "...\n", "\ufeff", "\u2028", "\u0085"],
    ),
    part.map(({ key, body }) => `~${key}:${body}`.replaceAll("~", "  ")),
  ),
  2,
);

/** Edits as people and programs make them; most keep the text in order, so that there is a state to lose. */
export const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant("insert" as const), at, part }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("duplicate" as const), at, part }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constantFrom("remove", "move"), at, to: at }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("rename" as const), at, key }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant("rewrite" as const), at, body }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("tail" as const), blocks }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant("head" as const), blocks: headBlocks }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("heading" as const), heading, indent }) },
  { weight: 1, arbitrary: fc.constant({ type: "turn" as const }) },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant("type" as const), at, text: typed, over: fc.nat(1) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constantFrom("newlines", "mark", "cut", "byte", "undo"), at }),
  },
);
