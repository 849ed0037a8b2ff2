import { isDeepStrictEqual } from "node:util";
import process from "node:process";
import { Type } from "@sinclair/typebox";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { DecodedRegistry } from "../../src/decode/decoded-registry.ts";
import { createDecoder, createFullDecoder } from "../../src/decode/decoder.ts";
import type { LayoutOptions } from "../../src/decode/layout-options.ts";
import type { SchemaOption } from "../../src/model/agent-of.ts";
import type { SourceReading } from "../../src/model/source-reading.ts";
import { afterAttempt, initialState, type LoadState } from "../../src/pipeline/state.ts";
import { draftOf, edited } from "./edit-registry.ts";
import { edit, type Parts, parts } from "./registry-script.ts";

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

const RUNS = Number(process.env["FUZZ_RUNS"] ?? 2_000);

/** All that a decoded registry says; maps as lists, because their order counts. */
function facts(
  { agents, origins, metadata, errors, warnings, debounceMs }: DecodedRegistry<object>,
) {
  return { agents: [...agents], origins: [...origins], metadata, errors, warnings, debounceMs };
}

function readingOf(content: string | Uint8Array): SourceReading {
  return { documents: [{ path: "a.yaml", content }], issues: [] };
}

function stateFacts({ snapshot, lastReload, issues }: LoadState<object>) {
  const { agents, origins, document, warnings, revision } = snapshot;
  // The ids that are gone have no order: a snapshot does not follow agents that only moved.
  const changes = lastReload?.type === "applied"
    ? { ...lastReload.changes, removed: lastReload.changes.removed.toSorted() }
    : undefined;
  const type = lastReload?.type;
  return {
    agents: [...agents],
    origins: [...origins],
    document,
    warnings,
    revision,
    issues,
    changes,
    type,
  };
}

function expectEqual(actual: unknown, expected: unknown): void {
  // Much faster than an expectation, which is left to say what differs.
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}

/** The same where the agents are the whole document: around them there are comments. */
const wholeDocument = parts.map((all): Parts => ({
  ...all,
  heading: "",
  head: all.head.filter((text) => /^[#\n]/.test(text)),
  tail: all.tail.filter((text) => /^[#\n]/.test(text)),
}));

test.each<[string, SchemaOption, LayoutOptions, fc.Arbitrary<Parts>, number, number]>([
  ["TypeBox", schema, {}, parts, RUNS, 0.12],
  ["zod", standard, {}, parts, RUNS / 4, 0.12],
  ["the whole document", schema, { at: "" }, wholeDocument, RUNS / 4, 0.1],
])(
  "an incremental decoder gives what a full one gives, whatever was edited: %s",
  (_, by, options, parts, numRuns, share) => {
    let reloads = 0;
    let incremental = 0;
    let released = 0;
    // As a source does that reads into the same memory again.
    const spare: Uint8Array[] = [];
    const lent = (bytes: Uint8Array): SourceReading => {
      const last = spare.pop();
      const isFit = last !== undefined && last.length >= bytes.length;
      const memory = isFit ? last : new Uint8Array(2 * bytes.length);
      memory.set(bytes);
      const release = (): void => {
        released++;
        spare.push(memory);
      };
      return { ...readingOf(memory.subarray(0, bytes.length)), release };
    };
    fc.assert(
      fc.property(parts, fc.array(edit, { maxLength: 8 }), (first, edits) => {
        const decode = createDecoder<object>(by, options);
        const full = createFullDecoder<object>(by, options);
        const attempt = {
          cause: "change",
          paths: [],
          documents: [],
          timestamp: new Date(0),
          durationMs: 0,
        } as const;
        let state = initialState<object>(new Date(0));
        let expectedState = initialState<object>(new Date(0));
        let draft = draftOf(first);
        let compare = (): void => {};
        for (const next of [undefined, ...edits]) {
          if (next !== undefined) draft = edited(draft, next);
          const decoded = decode(lent(draft.bytes), state.snapshot.agents);
          const expected = full(readingOf(draft.bytes));
          // What was decoded before is looked at only now that its bytes may be others.
          compare();
          compare = () => expectEqual(facts(decoded), facts(expected));
          reloads++;
          if (decoded.since !== undefined) incremental++;
          // What is decoded need not come into service.
          if (next !== undefined && "at" in next && next.at % 5 === 0) continue;
          const before = state.snapshot.agents;
          state = afterAttempt(state, { ...attempt, decoded });
          expectedState = afterAttempt(expectedState, { ...attempt, decoded: expected });
          expectEqual(stateFacts(state), stateFacts(expectedState));
          for (const [id, agent] of state.snapshot.agents) {
            const changed = stateFacts(state).changes;
            expect(Object.isFrozen(agent)).toBe(true);
            if (changed !== undefined && ![...changed.added, ...changed.updated].includes(id)) {
              expect(agent).toBe(before.get(id));
            }
          }
        }
        compare();
      }),
      { numRuns },
    );
    // The property would hold, too, if everything fell back, or nothing were released.
    expect(incremental / reloads).toBeGreaterThan(share);
    expect(released / incremental).toBeGreaterThan(0.3);
  },
  3_600_000,
);

/** Edits of one text, one after the other, compared with the full decoder; how each was decoded. */
function decodedInTurn(...texts: readonly (string | Uint8Array)[]): readonly ("parts" | "whole")[] {
  return decodedInTurnWith({}, ...texts);
}

function decodedInTurnWith(
  options: LayoutOptions,
  ...texts: readonly (string | Uint8Array)[]
): readonly ("parts" | "whole")[] {
  const decode = createDecoder<object>(schema, options);
  return texts.map((content) => {
    const reading = readingOf(content);
    const decoded = decode(reading);
    expectEqual(facts(decoded), facts(createFullDecoder<object>(schema, options)(reading)));
    return decoded.whole === true ? "whole" : "parts";
  });
}

test("agents that an edit did not touch are the objects in service, wherever those come from", () => {
  const decode = createDecoder<object>(schema);
  const text = (last: string): string =>
    `agents:\n${
      ["a", "b", "c"].map((id) => `  ${id}:\n    text: x\n`).join("")
    }  d:\n    text: ${last}\n`;
  decode(readingOf(text("x")));
  // As after going back to a revision that says the same.
  const { agents: served } = createFullDecoder<object>(schema)(readingOf(text("x")));
  const { agents, since } = decode(readingOf(text("y")), served);
  expect(since?.agents).toBe(served);
  expect(since?.changes).toEqual({ added: [], updated: ["d"], removed: [] });
  for (const id of ["a", "b", "c"]) expect(agents.get(id)).toBe(served.get(id));
});

describe("what cannot be told from the parts is decoded as a whole", () => {
  const nodes = (anchor: string): string => `[&${anchor} [${"1, ".repeat(500)}1], `;
  const weighty = (id: string): string =>
    `  ${id}:\n    all: ${nodes("w")}${"*w, ".repeat(700)}*w]\n`;
  test.each([
    ["an anchor on the agents", "agents: &x\n  a:\n    k: v\nmore: *x\n"],
    ["an alias to another agent", "agents:\n  a: &x\n    k: v\n  b: *x\n"],
    [
      "an alias after the agents, to an anchor that one of them has again",
      "base: &x 1\nagents:\n  a:\n    text: &x v\nmore: *x\n",
    ],
    [
      "an alias after the agents, to an anchor that stands before at length, and in one of them",
      `base: &x { l: ${"l".repeat(3_000)} }\nagents:\n  a:\n    text: &x v\nmore: *x\n`,
    ],
    [
      "an anchor in an agent, beside one that stands before",
      "base: &x { k: v }\nagents:\n  a:\n    <<: *x\n  b: &x\n    k: w\n  c:\n    <<: *x\n",
    ],
    [
      "an alias to what stands before, and is wrong there",
      "base: &x { kind: three }\nagents:\n  a:\n    <<: *x\n",
    ],
    [
      "aliases to what stands before that are too much together",
      `base: &x [${"1,".repeat(699)}1]\nagents:\n${
        ["a", "b"].map((id) => `  ${id}:\n    all: [${"*x, ".repeat(799)}*x]\n`).join("")
      }`,
    ],
    [
      "an alias to what stands before, at length",
      `base: &x { k: v, l: ${"l".repeat(3_000)} }\nagents:\n  a:\n    <<: *x\n`,
    ],
    ["aliases that are too much together", `agents:\n${["a", "b", "c"].map(weighty).join("")}`],
    [
      "maps in maps beyond the limit",
      `agents:\n  a:\n${
        Array.from({ length: 250 }, (_, at) => `${" ".repeat(4 + at)}k:\n`).join("")
      }`,
    ],
    [
      "an asterisk that has no name behind it",
      "base: &x { k: v }\nagents:\n  a:\n    <<: * x\n",
    ],
    ["a directive", "%YAML 1.1\n---\nagents:\n  a:\n    k: v\n"],
    ["several documents", "agents:\n  a:\n    k: v\n---\nagents:\n  b:\n    k: v\n"],
    ["agents twice", "agents:\n  a:\n    k: v\nagents:\n  b:\n    k: v\n"],
    ["an id twice", "agents:\n  a:\n    k: v\n  a:\n    k: w\n"],
    ["an id twice, quoted once", 'agents:\n  a:\n    k: v\n  "a":\n    k: w\n'],
    ["a quote over two entries", 'agents:\n  a: "x\n  b: y"\n'],
    ["a bracket over two entries", "agents:\n  a: [x,\n  b: y]\n"],
    ["an explicit key", "agents:\n  a:\n    k: v\n  ? b\n  : k: w\n"],
    ["a merge into the agents", "agents:\n  a:\n    k: v\n  <<: { b: { k: w } }\n"],
    ["a flow map", "agents: { a: { k: v } }\n"],
    ["a tab for indentation", "agents:\n  a:\n    k: v\n\tb:\n"],
    [
      "a setting out of range",
      "config: { hot_reload: { debounce_ms: 1 } }\nagents:\n  a:\n    k: v\n",
    ],
    ["half a surrogate pair", "agents:\n  a:\n    k: \ud83d\n"],
    [
      "bytes that are not UTF-8",
      Uint8Array.from(Buffer.from("agents:\n  a:\n    k: \xe9\n", "latin1")),
    ],
  ])("%s", (_, text) => {
    expect(decodedInTurn(text)).toEqual(["whole"]);
  });
});

describe("an ordinary edit is decoded by its parts", () => {
  const entry = (id: string, text = "v"): string => `  ${id}:\n    text: ${text}\n`;
  const all = (...entries: readonly string[]): string => `version: 1\nagents:\n${entries.join("")}`;
  const abc = all(entry("a"), entry("b"), entry("c"));
  test.each([
    ["an agent is changed", all(entry("a"), entry("b", "w"), entry("c"))],
    ["an agent is added at the end", all(entry("a"), entry("b"), entry("c"), entry("d"))],
    ["an agent is added at the top", all(entry("d"), entry("a"), entry("b"), entry("c"))],
    ["an agent is removed", all(entry("a"), entry("c"))],
    ["agents change places", all(entry("c"), entry("b"), entry("a"))],
    ["a block scalar comes", all(entry("a"), entry("b", "|\n      one\n\n      two"), entry("c"))],
    ["the head changes", abc.replace("version: 1", "version: 2\nmore: true")],
    ["a tail comes", `${abc}after: 1\n`],
    ["the last line loses its end", abc.trimEnd()],
    ["a default comes into the head", `base: &x { text: v }\n${abc}`],
    [
      "agents share a default",
      `version: 1\nbase: &x { text: v }\n${
        abc.replace("version: 1\n", "").replaceAll("text: v", "<<: *x")
      }`,
    ],
    [
      "an agent merges twice",
      `base: &x { text: v, n: 1 }\nmore: &y { text: w, m: 2 }\n${
        all("  a:\n    <<: *x\n    <<: *y\n", entry("b"))
      }`,
    ],
    ["line ends become CRLF", abc.replaceAll("\n", "\r\n")],
    ["a byte order mark comes", `\ufeff${abc}`],
    ["nothing changes", abc],
    ["an agent becomes invalid", all(entry("a"), "  b:\n    needs: 1\n", entry("c"))],
    ["an agent names nothing", all(entry("a"), "  b:\n    next: nobody\n", entry("c"))],
  ])("when %s", (_, text) => {
    expect(decodedInTurn(abc, text, abc)).toEqual(["parts", "parts", "parts"]);
  });
});

describe("an ordinary edit is decoded by its parts", () => {
  const inMap = (id: string, text: string): string => `~${id}:\n~  text: ${text}\n`;
  const inList = (id: string, text: string): string => `~- id: ${id}\n~  text: ${text}\n`;
  test.each<[string, LayoutOptions, string, string, typeof inMap]>([
    ["a list", {}, "agents:\n", "  ", inList],
    ["a list that is not indented", {}, "version: 1\nagents:\n", "", inList],
    ["a map below another key", { at: "skills" }, "agents: {}\nskills:\n", " ", inMap],
    ["a list that is the whole document", { at: "" }, "# all\n", "", inList],
    ["a map that is the whole document", { at: "" }, "# all\n\n", "", inMap],
  ])("in %s", (_, options, head, pad, entry) => {
    const text = (...entries: readonly string[]): string =>
      head + entries.join("").replaceAll("~", pad);
    const [a, b, c] = [entry("a", "x"), entry("b", "x"), entry("c", "x")];
    const all = text(a, b, c);
    const edits = [
      text(a, entry("b", "y"), c),
      text(entry("d", "x"), a, b, c),
      text(a, b, c, entry("d", "|\n~     x\n")),
      text(a, c),
      text(c, b, a),
      text(a, entry("b", "x").replace("text: x", "next: nobody"), c),
      text(entry("d", "x"), a, entry("b", "x").replace("text: x", "next: nobody"), c),
      text(a, entry("b", "x").replace("text: x", "needs: 1"), c),
      `# more\n${all}`,
    ];
    for (const edit of edits) {
      expect(decodedInTurnWith(options, all, edit, all)).toEqual(["parts", "parts", "parts"]);
    }
  });

  test("but not when a map becomes a list in part", () => {
    const mixed = "agents:\n  a:\n    text: x\n  - id: b\n";
    expect(decodedInTurn("agents:\n  a:\n    text: x\n", mixed)).toEqual(["parts", "whole"]);
  });

  test.each([
    ["wide dashes", "agents:\n  -   id: a\n"],
    ["dashes on lines of their own", "agents:\n  -\n    id: a\n"],
    ["a document start", "---\n- id: a\n"],
    ["an item without an id", "agents:\n  - text: a\n"],
  ])("nor a list with %s", (_, text) => {
    expect(decodedInTurn(text)).toEqual(["whole"]);
  });
});
