import process from "node:process";
import { isDeepStrictEqual } from "node:util";
import { Type } from "@sinclair/typebox";
import fc from "fast-check";
import { parseEvents, type YAMLException } from "js-yaml";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import * as z from "zod";
import type { DecodedRegistry } from "../../src/decode/decoded-registry.ts";
import { createDecoder } from "../../src/decode/decoder.ts";
import type { LayoutOptions } from "../../src/decode/layout-options.ts";
import type { SchemaOption } from "../../src/model/agent/agent-of.ts";
import type { Issue } from "../../src/model/report/issue.ts";
import { sameValue } from "../../src/model/value/same-value.ts";
import type { SourceReading } from "../../src/model/report/source-reading.ts";
import { draftOf, edited } from "./edit-registry.ts";
import { type Edit, edit, type Parts, parts } from "./registry-script.ts";
import { decodeReading, readingOf } from "./run-steps.ts";
import { times } from "../times.ts";

// Loose, so that most entries are valid whatever stands in them, and strict enough to refuse some.
const schema = Type.Object({
  kind: Type.Optional(
    Type.Union([Type.Literal("one"), Type.Literal("two")], { extendedBy: "kinds" }),
  ),
  needs: Type.Optional(Type.Array(Type.String(), { refersTo: "agents", uniqueItems: true })),
  next: Type.Optional(Type.String({ refersTo: "agents" })),
  tags: Type.Optional(Type.Array(Type.String(), { refersTo: "tags" })),
  status: Type.String({ default: "active" }),
});

/** The same in words of zod, with a transform to Dates; it has no references. */
const standard = z.looseObject({
  kind: z.enum(["one", "two"]).optional(),
  needs: z.array(z.string()).transform((names) => ({ names, since: new Date(0) })).optional(),
  tags: z.array(z.string()).optional(),
  status: z.string().default("active"),
});

const RUNS = Number(process.env["FUZZ_RUNS"] ?? times(30));

/** All that a decoded registry says; maps as lists, because their order counts. */
function facts(decoded: DecodedRegistry<object>): object {
  const { agents, origins, metadata, errors, warnings, debounceMs, broken, lost } = decoded;
  const paths = [...lost?.keys() ?? []];
  // What cannot be parsed is told of the stretch that is broken, and so in other words.
  if (isUnparsed(errors)) return { lost: paths, debounceMs };
  return {
    agents: [...agents],
    origins: [...origins],
    metadata,
    errors,
    warnings,
    debounceMs,
    broken: [...broken?.keys() ?? []],
    lost: paths,
  };
}

function isUnparsed(errors: readonly Issue[]): boolean {
  return errors.some(({ code }) => code === "yaml-syntax" || code === "too-deep");
}

/**
 * Whether js-yaml refuses a text that the other parser takes, or refuses in another line. Entry by entry it may
 * be good, when each entry has a parser that takes it, and as a whole not; or the other way round, when the
 * other parser takes a stray ":" for the start of something else.
 */
function isDisputed({ documents }: SourceReading): boolean {
  return documents.some(({ content }) => {
    const text = new TextDecoder().decode(content as Uint8Array);
    const errors = [parseAllDocuments(text, { uniqueKeys: false })].flat().flatMap((one) =>
      "errors" in one ? one.errors : []
    );
    const [at] = errors[0]?.linePos ?? [];
    try {
      parseEvents(text, {});
      return false;
    } catch (error) {
      return at === undefined || (error as YAMLException).mark?.line !== at.line - 1;
    }
  });
}

function expectEqual(actual: unknown, expected: unknown): void {
  // Much faster than an expectation, which is left to say what differs.
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}

/** What a registry is made of beside its parts: where those stand, and in which files. */
type Arrange = (text: Uint8Array, other: Uint8Array) => SourceReading;

const oneFile: Arrange = (content) => ({ documents: [{ path: "a.yaml", content }], issues: [] });

const twoFiles: Arrange = (content, other) => ({
  documents: [{ path: "a.yaml", content: other }, { path: "b.yaml", content }],
  issues: [],
});

const twoDocuments: Arrange = (content, other) =>
  oneFile(joined("kind: Agents\n", other, "\n---\nkind: Agents\n", content), content);

function joined(...pieces: readonly (string | Uint8Array)[]): Uint8Array {
  const all = pieces.map((piece) =>
    typeof piece === "string" ? new TextEncoder().encode(piece) : piece
  );
  return Uint8Array.from(all.flatMap((piece) => [...piece]));
}

/** Where the agents are the whole document: around them there are comments. */
const wholeDocument = parts.map((all): Parts => ({
  ...all,
  heading: "",
  head: all.head.filter((text) => /^[#\n]/.test(text)),
  tail: all.tail.filter((text) => /^[#\n]/.test(text)),
}));

const nested = parts.map((all): Parts => ({
  ...all,
  heading: `crew:\n  more: 1\n  ${all.heading}`,
  indent: all.indent + 2,
}));

const others = fc.constantFrom(
  "others:\n  z:\n    text: q\n  y:\n    next: a\n",
  // Entries in flow style are not told apart.
  "others: {z: {text: é, kind: three},\n  y: {next: q}}\n",
);
const twoRegions = fc.tuple(parts, others).map(([all, region]): Parts => ({
  ...all,
  tail: [...all.tail, region],
}));

/** An agent as JSON, in lines of its own or beside others. */
const jsonBody = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.tuple(
      fc.record({
        text: fc.constantFrom("t", "a, b", "}", ']"', "\\", "// no", "é\u2028", "1"),
        kind: fc.constantFrom("one", "two"),
        needs: fc.constantFrom(["a"], ["b", "nobody"], []),
        tags: fc.constantFrom(["red"], ["red", "lost"]),
        n: fc.constantFrom(1, 1e21, 0.5, null, true, { in: [{}, []] }),
        id: fc.constantFrom("a", "7"),
      }, { requiredKeys: [] }),
      fc.constantFrom(0, 2),
      fc.constantFrom(",\n", ",", ", "),
    ).map(([value, indent, end]) => `${JSON.stringify(value, undefined, indent)}${end}`),
  },
  fc.constantFrom(
    "{},",
    "{} // all, of } it\n,\n",
    '{"text": "é"}, /* , */ ',
    '{"text": "x" /* { */},\n',
    "[1, 2,],\n",
    '"x"\n',
    '{"n": 12345678901234567890},\n',
    '{"text": 1, "text": 2},\n',
    '{"text": "\n"},\n',
    '{"kind": "three"},\n',
    "{]},\n",
    "null,\n\n\n",
  ),
);
const jsonKey = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('"a"', '"b"', '"c"', '"d, e"', '"{"') },
  { weight: 1, arbitrary: fc.constantFrom('"\\u0061"', '"__proto__"') },
);
const jsonHead = fc.constantFrom(
  [],
  ['"taxonomy": {"tags": ["red"]},\n'],
  ['"kinds": {"agents": {}}, // more\n'],
  ['"agents": [],\n'],
).map((blocks) => ["{\n", ...blocks]);
const jsonTail = fc.constantFrom(
  ['"z": {"text": "q"}\n}}\n'],
  ['"z": {}},\n"kinds": ["three"]}\n'],
  ['"z": {},\n}}\n'],
  ['"z": {}}}'],
);
const jsonParts: fc.Arbitrary<Parts> = fc.record({
  head: jsonHead,
  heading: fc.constantFrom('"agents": {', '"agents" : {\n', '"agents": { /* x */'),
  indent: fc.constantFrom(0, 2),
  type: fc.constant("map" as const),
  entries: fc.uniqueArray(fc.record({ key: jsonKey, body: jsonBody }), {
    minLength: 2,
    maxLength: 6,
    selector: ({ key }) => key,
  }),
  tail: jsonTail,
});
const jsonEdit: fc.Arbitrary<Edit> = fc.tuple(edit, jsonKey, jsonBody, jsonHead, jsonTail).map(
  ([edit, key, body, head, tail]) => {
    switch (edit.type) {
      case "insert":
        return { ...edit, part: { key, body } };
      case "rename":
        return { ...edit, key };
      case "rewrite":
        return { ...edit, body };
      case "head":
        return { ...edit, blocks: head };
      case "tail":
        return { ...edit, blocks: tail };
      case "heading":
      case "turn":
        return { type: "duplicate", at: 1, part: { key, body } };
      default:
        return edit;
    }
  },
);
const jsonFile = (path: string): Arrange => (content) => ({
  documents: [{ path, content }],
  issues: [],
});

interface Case {
  readonly by: SchemaOption;
  readonly options: LayoutOptions;
  readonly parts: fc.Arbitrary<Parts>;
  readonly edits?: fc.Arbitrary<Edit>;
  readonly arrange: Arrange;
  readonly share: number;
}

const cases: Readonly<Record<string, Case>> = {
  "a map or list": { by: schema, options: {}, parts, arrange: oneFile, share: 0.03 },
  "zod": { by: standard, options: {}, parts, arrange: oneFile, share: 0.03 },
  "the whole document": {
    by: schema,
    options: { at: "" },
    parts: wholeDocument,
    arrange: oneFile,
    share: 0.03,
  },
  "below two keys": {
    by: schema,
    options: { at: "crew.agents" },
    parts: nested,
    arrange: oneFile,
    share: 0.03,
  },
  "ids in a field": {
    by: schema,
    options: { id: ["id", "text"] },
    parts,
    arrange: oneFile,
    share: 0.03,
  },
  "two places": {
    by: schema,
    options: { at: ["others", "agents"] },
    parts: twoRegions,
    arrange: oneFile,
    share: 0.03,
  },
  "two files": { by: schema, options: {}, parts, arrange: twoFiles, share: 0.03 },
  "two files, the last counts": {
    by: schema,
    options: { duplicates: "last" },
    parts,
    arrange: twoFiles,
    share: 0.02,
  },
  "two documents": {
    by: schema,
    options: { documents: { kind: "Agents" } },
    parts,
    arrange: twoDocuments,
    share: 0.02,
  },
  "JSON": {
    by: schema,
    options: {},
    parts: jsonParts,
    edits: jsonEdit,
    arrange: jsonFile("a.json"),
    share: 0.03,
  },
  "JSON with comments, ids in a field": {
    by: schema,
    options: { id: ["id", "text"] },
    parts: jsonParts,
    edits: jsonEdit,
    arrange: jsonFile("a.jsonc"),
    share: 0.01,
  },
};

test("an alias is resolved where only the other parser reads the entry", async () => {
  const text = "base: &x {text: t}\nagents:\n  a:\n    <<: *x\n      : \n  b:\n    text: u\n";
  const { agents } = await decodeReading(createDecoder<object>(schema), readingOf(text));
  expect([...agents]).toMatchObject([["a", { text: "t" }], ["b", { text: "u" }]]);
});

test.each([
  ["read entry by entry", false],
  ["read as a whole", true],
])("a tag is told of where only the other parser reads the text, %s", async (_, isWhole) => {
  const text =
    "agents:\n  a:\n    text: &x !env KEY\n    ref: !!str # so\n      1\n    x: {y: z,\n    }\n";
  const decode = createDecoder<object>(schema, {}, { isWhole });
  const { agents, warnings } = await decodeReading(decode, readingOf(text));
  expect([...agents]).toMatchObject([["a", { text: "KEY", ref: "1" }]]);
  expect(warnings).toMatchObject([{ code: "unknown-tag", line: 3, column: 14 }]);
  const old = `%YAML 1.1\n---\n${text}`;
  expect((await decodeReading(decode, readingOf(old))).warnings.map(({ code }) => code)).toEqual([
    "yaml-version",
    "unknown-tag",
  ]);
});

test.each(["agents: &x\n  a:\n    text: t\n", "agents: {a: {text: t}}\n"])(
  "a place whose entries cannot be told apart stays when another one changes: %j",
  async (agents) => {
    const decode = createDecoder<object>(schema, { at: ["others", "agents"] });
    for (const text of ["1", "2", "3"]) {
      const reading = readingOf(`${agents}others:\n  z:\n    text: "${text}"\n  y: {}\n`);
      const decoded = await decodeReading(decode, reading);
      expect([...decoded.agents.keys()].toSorted()).toEqual(["a", "y", "z"]);
      expect(decoded.agents.get("z")).toMatchObject({ text });
    }
  },
);

test.each([
  "others: {z: {kind: three, next: nobody}}\nagents:\n  a:\n    next: b\n  é:\n    next: f\n",
  'agents:\n  a:\n    text: "é"\n  b:\n    next: z\nothers: {z: {kind: one, next: nobody}}\n',
  "agents:\n  a:\n    next: b\n\n  b:\n    next: z\nothers: [{id: é, kind: three}, x]\n",
  "\ufeffagents:\n- {id: a, next: b}\nothers: {z: {kind: three, kind: one, next: nobody}}",
  "x: &x {kind: three}\nagents:\n  a:\n    next: z\nothers: {z: *x}\n",
  '{"agents": {"a": {"next": "b"}}, "others": {"z": {"kind": "three"}, "y": {"next": "c"}}}',
])("a place whose entries cannot be told apart stands beside one with others: %j", async (text) => {
  const options = { at: ["others", "agents"] };
  const decode = createDecoder<object>(schema, options);
  for (const edited of [text, text.replace("b", "c"), `${text} `, `${text}  `]) {
    const reading = readingOf(edited);
    const expected = createDecoder<object>(schema, options, { isWhole: true });
    expect(facts(await decodeReading(decode, reading)))
      .toEqual(facts(await decodeReading(expected, reading)));
  }
});

test.each([
  "agents:\n a:\n  text: t\n b:\n  \rtext: u\n",
  "agents:\n a:\n  text: t\n b:\n  \rtext:\n",
  "agents:\n a:\n  text: t\rkind: three\n b:\n  text: u\n",
  "note: x\rkinds: [three]\nagents:\n a:\n  kind: three\n b:\n  text: u\n",
  "agents:\r a:\r  text: t\r b:\r  text: u\r",
])("a carriage return by itself ends a line, as it does for the parser: %j", async (text) => {
  const [decoded, expected] = await Promise.all(
    [false, true].map((isWhole) =>
      decodeReading(createDecoder<object>(schema, {}, { isWhole }), readingOf(text))
    ),
  );
  expect(facts(decoded!)).toEqual(facts(expected!));
});

test("a name that names nothing is found where only the other parser reads the entry", async () => {
  const text = "agents:\n  a:\n    text: {k: v,\n    }\n    next: nobody\n";
  const { warnings } = await decodeReading(createDecoder<object>(schema), readingOf(text));
  expect(warnings).toMatchObject([{ code: "unknown-reference", line: 5, column: 11 }]);
});

test("an agent that was read again for another base is the one that is served", async () => {
  const decode = createDecoder<object>(schema);
  const reading = (text: string, kind: string) =>
    readingOf(`agents:\n  a:\n    text: ${text}\n  b:\n    kind: ${kind}\n`);
  const { agents } = await decodeReading(decode, reading("t", "one"));
  const rolledBack = new Map([["a", Object.freeze({ id: "a", text: "older" })]]);
  const refused = await decodeReading(decode, reading('"t"', "three"), rolledBack);
  expect(refused.errors).toHaveLength(1);
  const next = await decodeReading(decode, reading('"t"', "two"), agents);
  expect(next.agents.get("a")).toBe(agents.get("a"));
  expect(next.since!.changes).toEqual({ added: [], updated: ["b"], removed: [] });
});

test("a name that names nothing is found behind a key that starts with U+FEFF", async () => {
  const text = "a:\n  kind: one\n\ufeffb:\n  next: nobody\n";
  const { warnings } = await decodeReading(
    createDecoder<object>(schema, { at: "" }),
    readingOf(text),
  );
  expect(warnings.at(-1)).toMatchObject({ code: "unknown-reference", line: 4, column: 9 });
});

test("a name that is spelled alike is looked for again when there are others, or in another order", async () => {
  const decode = createDecoder<object>(schema);
  let served: ReadonlyMap<string, object> | undefined;
  const entries = (ids: readonly string[], next: string) =>
    readingOf(
      `agents:\n  x:\n    next: ${next}\n${ids.map((id) => `  ${id}:\n    kind: one\n`).join("")}`,
    );
  const steps: readonly (readonly [ids: string, next: string, near: string])[] = [
    ["ada bob eve", "adx", "ada"],
    ["ada bob eve ida", "adx", "ada"],
    ["ada adb bob eve", "adx", "ada"],
    // The same names in another order.
    ["adb ada bob eve", "adx", "adb"],
    ["adb bob eve ada", "adx", "adb"],
    ["adb bob eve ada", "bop", "bob"],
    ["bob eve", "bop", "bob"],
    ["eve", "evx", "eve"],
  ];
  for (const [ids, next, near] of steps) {
    const reading = entries(ids.split(" "), next);
    const { agents, warnings } = await decodeReading(decode, reading, served);
    served = agents;
    expect(warnings).toMatchObject([
      { code: "unknown-reference", message: expect.stringContaining(`did you mean "${near}"?`) },
    ]);
    expect(warnings).toEqual((await decodeReading(createDecoder(schema), reading)).warnings);
  }
});

test("an agent that takes the place of one that says the same is the one that is served", async () => {
  const decode = createDecoder<object>(schema, { duplicates: "last" });
  const documents = (last: string) => ({
    documents: [
      { path: "a.yaml", content: "agents:\n  a:\n    text: t\n" },
      { path: "b.yaml", content: `agents:\n${last}  b:\n    text: u\n` },
    ],
    issues: [],
  });
  const first = await decodeReading(decode, documents("  a:\n    text: t\n"));
  const { agents } = await decodeReading(decode, documents(""), first.agents);
  expect(agents.get("a")).toBe(first.agents.get("a"));
});

/** Readings one after another, each with whether what comes of it is served. */
type Replay = Iterable<readonly [reading: SourceReading, isServed: boolean]>;

/** Decodes readings by segments and as a whole, which must give the same; says how many were good. */
async function replay(
  by: SchemaOption,
  options: LayoutOptions,
  readings: Replay,
): Promise<{ readonly reloads: number; readonly good: number }> {
  const decode = createDecoder<object>(by, options);
  const whole = createDecoder<object>(by, options, { isWhole: true });
  let served: ReadonlyMap<string, object> = new Map();
  let [reloads, good] = [0, 0];
  for (const [reading, isServed] of readings) {
    const decoded = await decodeReading(decode, reading, served);
    const expected = await decodeReading(whole, reading);
    const isRefused = isUnparsed(decoded.errors);
    reloads++;
    if (isRefused !== isUnparsed(expected.errors)) {
      expect(isDisputed(reading)).toBe(true);
      continue;
    }
    const [actual, wanted] = [facts(decoded), facts(expected)];
    // One file that both refuse hides that they dispute about another one.
    if (isRefused && !isDeepStrictEqual(actual, wanted)) {
      expect(isDisputed(reading)).toBe(true);
      continue;
    }
    expectEqual(actual, wanted);
    if (decoded.errors.length > 0) continue;
    good++;
    const { since, agents } = decoded;
    expect(since?.agents).toBe(served);
    const updated: string[] = [];
    for (const [id, agent] of agents) {
      expect(Object.isFrozen(agent)).toBe(true);
      const before = served.get(id);
      if (before === undefined) continue;
      if (sameValue(before, agent)) expect(agent).toBe(before);
      else updated.push(id);
    }
    const added = [...agents.keys()].filter((id) => !served.has(id));
    const removed = [...served.keys()].filter((id) => !agents.has(id));
    const { changes } = since!;
    expectEqual(
      [changes.added, changes.updated, changes.removed.toSorted()],
      [added, updated, removed.toSorted()],
    );
    // What is decoded need not come into service.
    if (isServed) served = agents;
  }
  return { reloads, good };
}

function* readingsOf(
  first: Parts,
  beside: Parts,
  steps: readonly (readonly [edit: Edit, where: number])[],
  arrange: Arrange,
): Replay {
  let draft = draftOf(first);
  let other = draftOf({ ...beside, entries: beside.entries.slice(0, 1) });
  yield [arrange(draft.bytes, other.bytes), true];
  for (const [change, where] of steps) {
    if (where === 0) other = edited(other, change);
    else draft = edited(draft, change);
    yield [arrange(draft.bytes, other.bytes), where !== 5];
  }
}

test.each(Object.entries(cases))(
  "decoding by segments gives what decoding as a whole gives, whatever was edited: %s",
  async (_, { by, options, parts, edits = edit, arrange, share }) => {
    let reloads = 0;
    let good = 0;
    await fc.assert(
      fc.asyncProperty(
        parts,
        parts,
        fc.array(fc.tuple(edits, fc.nat(5)), { maxLength: 8 }),
        async (first, beside, steps) => {
          const result = await replay(by, options, readingsOf(first, beside, steps, arrange));
          reloads += result.reloads;
          good += result.good;
        },
      ),
      { numRuns: RUNS },
    );
    // The property would hold, too, if nothing were ever good.
    expect(good / reloads).toBeGreaterThan(share);
  },
  3_600_000,
);

const inDocument = (entries: string, around = ""): string =>
  `---\nkind: Agents\n${around}agents:\n${entries}`;
const asks = "config: {hot_reload: {debounce_ms: 700}}\n";

test.each([
  ["# \0\n", inDocument("  a: {}\n")],
  [inDocument("  a: {}\n"), "---\n# \0\n", inDocument("  b: {}\n")],
  [inDocument("  a: {}\n"), "...\n# \0\n"],
  ["# c\rkind: Agents\ragents: {z: {}}\n", inDocument("  a: {}\n")],
  [inDocument("  a: {}\n"), "---\n# x\rkind: Agents\ragents: {z: {}}\n"],
  [inDocument("  a: {}\n"), "... foo\n", inDocument("  b: {}\n")],
  [inDocument("  a: {}\n", asks), inDocument("  b: {\n")],
  [inDocument("  a: {}\n", "m: 'x\n"), inDocument("  b: {}\n", asks)],
  [inDocument("  a: 'x\n", "m: 1\nm: 2\n"), inDocument("  b: {}\n", asks)],
])("what one document hides or leaves open is told as of the whole file: %#", async (...pieces) => {
  const options = { documents: { kind: "Agents" } };
  const decode = createDecoder<object>(schema, options);
  await decodeReading(decode, readingOf(inDocument("  a: {}\n")));
  const reading = readingOf(pieces.join(""));
  const expected = await decodeReading(createDecoder(schema, options, { isWhole: true }), reading);
  const { agents, metadata, errors, debounceMs } = await decodeReading(decode, reading);
  expect({ agents: [...agents], metadata, errors, debounceMs }).toEqual({
    agents: [...expected.agents],
    metadata: expected.metadata,
    errors: expected.errors,
    debounceMs: expected.debounceMs,
  });
});

const document = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.tuple(
      fc.constantFrom("---\n", "--- # next\n", "--- !x\n", "...\n---\n"),
      fc.constantFrom("type: Agent\n", "type: Other\n", 'type: "Agent" # é\n'),
      fc.constantFrom(..."abcdefgh").map((id) => `id: ${id}\n`),
      fc.constantFrom("taxonomy: {tags: [red]}\n", "config: {hot_reload: {debounce_ms: 7}}\n", ""),
      fc.constantFrom("tags: [red]\n", "next: a\n", "next: nobody\n", "text: |\n  --- x\n\n", ""),
      fc.constantFrom(
        "agents:\n- id: e\n  next: f\n- {id: f}\n",
        "agents: [{id: g}]\n",
        "agents:\n  i: {next: j}\n  j: {kind: three}\nothers:\n- {id: k}\n",
        "agents: {i: {kind: three}}\n",
        "agents:\n  i: {\n",
      ),
    ).map((pieces) => pieces.join("")),
  },
  fc.constantFrom(
    "---\n",
    "---\n# nothing\n",
    "---\n# x\rtype: Agent\rid: o\r",
    "---\n# \0\n",
    "...\n# nothing\n",
    "... no\n",
    "---\nnull\n",
    "---\ntype: Agent\nid: 'q\n",
    "--- {type: Agent, id: h, type: Agent}\n",
    "---\ntype: Agent\nid: [\n",
    "---\ntype: Agent\nid: i\rnext: nobody\n",
    "...\n%YAML 1.1\n---\ntype: Agent\nid: j\n",
    "...\ntype: Agent\nid: k\n",
    "---\ntype: Agent\nid: &x l\nnext: *x\n",
    "---\ntype: Agent\nid: m\nnext: *x\n",
    "---\ntype: Agent\nid: n\ntext: \0\n",
    "--- |\ntype: Agent\n",
  ),
);
const documentEdit = fc.record({
  at: fc.nat(7),
  count: fc.nat(2),
  added: fc.array(document, { maxLength: 2 }),
  isServed: fc.boolean(),
});

test.each<[string, LayoutOptions]>([
  ["an agent each", { at: "", id: "id", documents: { type: "Agent" } }],
  ["any number of agents", { at: "agents", documents: { type: "Agent" }, duplicates: "last" }],
  ["two places", { at: ["agents", "others"], documents: {}, duplicates: "first" }],
  ["as a function says", { at: "agents", documents: (one) => "agents" in (one as object) }],
  ["as a function extracts", { documents: {}, extract: (one) => ({ agents: { one } }) }],
])(
  "decoding document by document gives what decoding as a whole gives: %s",
  async (_, options) => {
    let [reloads, good] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.array(document, { maxLength: 5 }),
        fc.array(documentEdit, { maxLength: 6 }),
        fc.constantFrom(
          "",
          "\ufeff",
          "# head\n",
          "# x\rtype: Agent\rid: p\r",
          "type: Agent\nid: z\nagents: {}\n",
        ),
        async (first, steps, head) => {
          const readings = function* (): Replay {
            const documents = [...first];
            yield [readingOf(head + documents.join("")), true];
            for (const { at, count, added, isServed } of steps) {
              documents.splice(at, count, ...added);
              yield [readingOf(head + documents.join("")), isServed];
            }
          };
          const result = await replay(schema, options, readings());
          reloads += result.reloads;
          good += result.good;
        },
      ),
      { numRuns: RUNS * 3 },
    );
    expect(good / reloads).toBeGreaterThan(0.01);
  },
  3_600_000,
);

/** So many entries beside those of a script that a decoder which gives up would, if they were taken for errors. */
const MANY = 300;

test.each(Object.entries(cases))(
  "decoding many entries until there are a hundred errors gives what decoding as a whole gives: %s",
  async (_, { by, options, parts, edits = edit, arrange }) => {
    await fc.assert(
      fc.asyncProperty(
        parts,
        parts,
        fc.array(edits, { maxLength: 4 }),
        async (first, beside, steps) => {
          const decode = createDecoder<object>(by, options, { givesUp: true });
          const whole = createDecoder<object>(by, options, { isWhole: true });
          let served: ReadonlyMap<string, object> = new Map();
          const isJson = first.head[0] === "{\n";
          // Half of them name one that is not there: more warnings than are shown.
          const more = Array.from({ length: MANY }, (_, at) => {
            const [text, next] = [`more-${at}`, `more-${at + MANY / 2}`];
            return isJson
              ? { key: `"${text}"`, body: `{"text": "${text}", "next": "${next}"},\n` }
              : { key: text, body: `\n~  text: ${text}\n~  next: ${next}\n` };
          });
          const [from = first.entries[0]!, ...rest] = first.entries;
          let draft = draftOf({ ...first, entries: [from, ...more, ...rest] });
          const other = draftOf({ ...beside, entries: beside.entries.slice(0, 1) });
          for (const next of [undefined, ...steps]) {
            if (next !== undefined) draft = edited(draft, next);
            const reading = arrange(draft.bytes, other.bytes);
            const decoded = await decodeReading(decode, reading, served);
            const expected = await decodeReading(whole, reading);
            if (isUnparsed(decoded.errors) !== isUnparsed(expected.errors)) {
              expect(isDisputed(reading)).toBe(true);
            } else if (isUnparsed(expected.errors)) continue;
            else if (expected.errors.length === 0) {
              expectEqual(facts(decoded), facts(expected));
              served = decoded.agents;
            } else expectEqual(decoded.errors.slice(0, 100), expected.errors.slice(0, 100));
          }
        },
      ),
      { numRuns: Math.ceil(RUNS / 2) },
    );
  },
  3_600_000,
);
