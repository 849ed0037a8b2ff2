import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { sameValue } from "../../src/model/value/same-value.ts";
import { CODES } from "./issue-codes.ts";
import { decode, flow, valid } from "./decode-one.ts";
import { STRIDE, times } from "../times.ts";

const registry = `# Agents of two teams
version: "1.0"
categories: [research]
tag_taxonomy: {kind: [fast, memory]}
config: {hot_reload: {enabled: true, debounce_ms: 300}}
base: &base
  environment: production
  owner: core
agents:
  planner:   # the first
    <<: *base
    name: Planner 計画者
    category: research
    version: 1.2.3
    location: agents/planner.py
    tags: [fast, memory]
    description: |
      Plans what others do.

      In two paragraphs.
  "critic":
    {${flow}, dependencies: [planner], performance_metrics: {success_rate: 0.5}}
  old:
    name: "Old\\n👍"
    category: system
    environment: demo
    owner: 'it''s core'
    version: 0.1.0-rc.1
    location: agents/old
    deprecated: true
    deprecation_reason: >-
      Nobody
      uses it
    replacement_agent: planner
`;
const sourceLines = registry.split("\n");

/** What must hold whatever the input is. */
function checkAnything(content: string | Uint8Array): void {
  const { agents, errors, warnings, origins } = decode(content);
  const text = typeof content === "string" ? content : new TextDecoder().decode(content);
  const lines = text.replace(/^\ufeff/, "").split("\n");
  for (const issue of [...errors, ...warnings]) {
    expect(CODES).toContain(issue.code);
    expect(issue.message).not.toBe("");
    expect(issue.path).toBe("agents.yaml");
    if (issue.code === "more-issues") continue;
    const line = lines[issue.line! - 1];
    expect(line).toBeDefined();
    expect(issue.column).toBeGreaterThanOrEqual(1);
    expect(issue.column).toBeLessThanOrEqual(line!.length + 1);
    expect(issue.frame).toContain("^");
  }
  expect([...agents.keys()].every((id) => origins.has(id))).toBe(true);
  if (errors.length === 0) expect([...agents.keys()]).toEqual([...origins.keys()]);
}

/** One edit as a person, an editor or a broken disk makes it. */
const edit = fc.record({
  at: fc.nat(sourceLines.length - 1),
  kind: fc.constantFrom("cut", "insert", "delete", "repeat", "indent", "outdent", "tab"),
  text: fc.oneof(
    fc.constantFrom("- ", "? ", ": ", "&a ", "*a", "*base", "<<: ", "<<: *base", "!!set ", "!x "),
    fc.constantFrom(
      "[",
      "]",
      "{",
      "}",
      '"',
      "'",
      "|",
      ">",
      "#",
      "%",
      "---",
      "...",
      "\0",
      "\r",
      "\t",
    ),
    fc.string({ maxLength: 8, unit: "binary" }),
  ),
  column: fc.nat(40),
});

function mutated(edits: readonly { at: number; kind: string; text: string; column: number }[]) {
  const lines = [...sourceLines];
  for (const { at, kind, text, column } of edits) {
    const line = lines[at] ?? "";
    switch (kind) {
      case "cut":
        lines[at] = line.slice(0, column);
        break;
      case "insert":
        lines[at] = line.slice(0, column) + text + line.slice(column);
        break;
      case "delete":
        lines.splice(at, 1);
        break;
      case "repeat":
        lines.splice(at, 0, line);
        break;
      case "indent":
        lines[at] = " ".repeat(column % 5) + line;
        break;
      case "outdent":
        lines[at] = line.trimStart();
        break;
      default:
        lines[at] = `\t${line}`;
    }
  }
  return lines.join("\n");
}

describe("decoding anything", () => {
  test("gives issues with a place, and never throws: random bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), checkAnything), {
      numRuns: times(100),
    });
  });

  test("gives issues with a place, and never throws: random YAML characters", () => {
    const unit = fc.constantFrom(..."ab:-?[]{},&*!|>'\"%#@<~ \t\r\n\n\n  ", "agents", ": ", "- ");
    const text = fc.string({ unit, maxLength: 60 });
    fc.assert(fc.property(text, checkAnything), { numRuns: times(200) });
    fc.assert(fc.property(text, (end) => checkAnything(`${registry}${end}`)), {
      numRuns: times(30),
    });
  });

  test("gives issues with a place, and never throws: a registry with random edits", () => {
    expect(decode(registry)).toMatchObject({ errors: [], warnings: [] });
    const edits = fc.array(edit, { minLength: 1, maxLength: 4 });
    fc.assert(fc.property(edits, (all) => checkAnything(mutated(all))), { numRuns: times(80) });
  });
});

const word = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" })
  .filter((text) => !/\p{Cs}|\0/u.test(text));
const plainKey = fc.oneof(
  fc.constantFrom("a", "x-y", "constructor", "__proto__", "true", "7", "1.0", "~", "a: b", "#a"),
  word,
);
const data = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<unknown>(
      null,
      true,
      false,
      0,
      1.5,
      -7,
      1e21,
      "",
      "no",
      "1.0",
      "2026-01-31",
      "~",
    ),
    fc.constantFrom("a\nb", " a ", "a\n\n  b\n", "- a", "# a", "*a", "|", "\ttab", "x".repeat(200)),
    word,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(plainKey, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
const agent = fc.record({
  name: word,
  category: fc.constantFrom("production", "example", "test", "system"),
  environment: fc.constantFrom("production", "staging", "demo", "test"),
  owner: word,
  version: fc.constantFrom("1.0.0", "0.1.0-rc.1", "10.20.30+b.5"),
  location: fc.constantFrom("a", "a/b.py", "計画/a b"),
  tags: fc.uniqueArray(word, { maxLength: 4 }),
  custom: data.value,
  "other field": data.value,
});
const agents = fc.uniqueArray(fc.tuple(plainKey, agent), {
  selector: ([id]) => id,
  maxLength: 6,
}).map((pairs) => Object.fromEntries(pairs));
const style = fc.record({
  indent: fc.integer({ min: 1, max: 6 }),
  indentSeq: fc.boolean(),
  collectionStyle: fc.constantFrom("any" as const, "flow" as const),
  defaultStringType: fc.constantFrom(
    "PLAIN" as const,
    "QUOTE_DOUBLE" as const,
    "QUOTE_SINGLE" as const,
    "BLOCK_LITERAL" as const,
    "BLOCK_FOLDED" as const,
  ),
  lineWidth: fc.constantFrom(0, 20, 80),
  flowCollectionPadding: fc.boolean(),
});

describe("decoding a registry that was written", () => {
  test("gives what was written, with ids and defaults, and their places", () => {
    fc.assert(
      fc.property(agents, style, fc.boolean(), (written, options, crlf) => {
        const text = stringify({ version: "1.0", agents: written }, {
          ...options,
          defaultKeyType: "PLAIN",
          aliasDuplicateObjects: false,
        });
        // It may fold a text in the middle of a surrogate pair.
        fc.pre(text.isWellFormed());
        // The library does not always read back what it writes: blank text in blocks, for one.
        fc.pre(sameValue(parse(text), { version: "1.0", agents: written }));
        const decoded = decode(crlf ? text.replaceAll("\n", "\r\n") : text);
        expect(decoded.errors).toEqual([]);
        expect([...decoded.agents.keys()]).toEqual(Object.keys(written));
        expect(decoded.metadata).toEqual({ version: "1.0" });
        for (const [id, fields] of Object.entries(written)) {
          const expected = { id, status: "active", deprecated: false, ...fields };
          expect(decoded.agents.get(id)).toEqual(expected);
          const { line, column } = decoded.origins.get(id)!;
          const rest = text.split("\n").slice(line - 1).join("\n").slice(column - 1);
          expect(keyAt(rest)).toBe(id);
        }
      }),
      { numRuns: times(50) },
    );
  });
});

/** The key that a text starts with, read by the parser itself. */
function keyAt(text: string): string {
  const quoted = /^(["'])(?:\\.|''|(?!\1)[^\\]|\\\n)*?\1(?=\s*:)/su.exec(text)?.[0];
  if (quoted !== undefined) return String(parse(quoted));
  if (text.startsWith("? ")) return String(parse(text.slice(2).split(/\n\s*:/)[0]!));
  const plain = /^.*?(?=:(\s|$))/su.exec(text)?.[0] ?? text;
  return plain;
}

describe("decoding a registry that is cut short", () => {
  const bytes = new TextEncoder().encode(registry);

  test("gives errors, or what the parser says of that text", () => {
    let whole = 0;
    for (let end = bytes.length; end >= 0; end -= STRIDE) {
      const cut = bytes.subarray(0, end);
      const { agents, metadata, errors } = decode(cut);
      if (errors.length > 0) continue;
      whole++;
      const { agents: oracle, ...rest } = parse(new TextDecoder().decode(cut), { merge: true });
      expect(metadata).toEqual(rest);
      expect([...agents.keys()]).toEqual(Object.keys(oracle));
      for (const [id, fields] of Object.entries<object>(oracle)) {
        expect(agents.get(id)).toEqual({ id, status: "active", deprecated: false, ...fields });
      }
    }
    expect(whole).toBeGreaterThan(1);
    expect(whole).toBeLessThan(bytes.length / 2);
  });
});

test("the registry of these tests has the required fields of every agent", () => {
  for (const one of decode(registry).agents.values()) {
    expect(Object.keys(one)).toEqual(expect.arrayContaining(Object.keys(valid)));
  }
});
