import { describe, expect, test } from "vitest";
import type { IssueCode } from "../../src/model/report/issue.ts";
import { decode, flow } from "./decode-one.ts";

const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(
    parts.flatMap((part) => typeof part === "string" ? [...new TextEncoder().encode(part)] : part),
  );

const utf16 = (text: string, bom: number[]) => {
  const low = bom[0] === 0xff;
  return Uint8Array.from([
    ...bom,
    ...[...text].flatMap((character) => {
      const code = character.charCodeAt(0);
      return low ? [code & 255, code >> 8] : [code >> 8, code & 255];
    }),
  ]);
};

const lines = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join("\n");

const flowBomb = [
  "a0: &a0 [x, x, x, x, x, x, x, x, x, x]",
  lines(8, (at) => `a${at + 1}: &a${at + 1} [${Array(10).fill(`*a${at}`).join(", ")}]`),
  "agents: {}",
].join("\n");
const mergeBomb = [
  "a0: &a0 {x: 1, y: 2}",
  lines(8, (at) => `a${at + 1}: &a${at + 1} {<<: [${Array(10).fill(`*a${at}`).join(", ")}]}`),
  "agents: {}",
].join("\n");
const deepChain = [
  `a0: &a0 ${"[".repeat(100)}${"]".repeat(100)}`,
  lines(80, (at) => `a${at + 1}: &a${at + 1} ${"[".repeat(100)}*a${at}${"]".repeat(100)}`),
  "agents: {}",
].join("\n");

const deepPairs = [
  `a0: &a0 [${"[".repeat(100)}${"]".repeat(100)}, &s x]`,
  lines(80, (at) => `a${at + 1}: &a${at + 1} [${"[".repeat(100)}*a${at}${"]".repeat(100)}, &s x]`),
  "agents: {}",
].join("\n");

/** What is refused: name, text, code, and the line if it is not the first. */
const refused: readonly [string, string | Uint8Array, IssueCode, number?][] = [
  ["Latin-1", bytes("agents:\n  caf", [0xe9], ": {}\n"), "bad-encoding", 2],
  ["a truncated sequence at the end", bytes("agents: {}\n# ", [0xe8, 0xa8]), "bad-encoding", 2],
  ["an overlong sequence", bytes("agents: {}\n#", [0xc0, 0x80]), "bad-encoding", 2],
  ["an encoded surrogate", bytes("agents: {}\n#", [0xed, 0xa0, 0x80]), "bad-encoding", 2],
  ["UTF-16, little end first", utf16("agents: {}", [0xff, 0xfe]), "bad-encoding"],
  ["UTF-16, big end first", utf16("agents: {}", [0xfe, 0xff]), "bad-encoding"],
  ["UTF-16 without a mark", utf16("agents: {}", []), "bad-encoding"],
  ["a NUL in bytes", bytes("agents: {}\n\0"), "bad-encoding", 2],
  ["a NUL in text", "agents: {}\n\n#\0", "bad-encoding", 3],
  ["nothing but NUL", new Uint8Array(1000), "bad-encoding"],
  ["nothing", "", "missing-agents"],
  ["no bytes", new Uint8Array(), "missing-agents"],
  ["a byte order mark alone", "\ufeff", "missing-agents"],
  ["blank lines", "\n\n  \n", "missing-agents"],
  ["comments only", "# agents: {}\n# more\n", "missing-agents"],
  ["a document mark alone", "---\n", "missing-agents"],
  ["null", "~", "missing-agents"],
  ["a list", "- agents\n- {}\n", "missing-agents"],
  ["a scalar", "agents", "missing-agents"],
  ["a number", "5", "missing-agents"],
  ["no agents", "version: 1.0\n", "missing-agents"],
  ["agents with nothing", "version: 1.0\nagents:\n", "invalid-agents", 2],
  ["agents that are null", "agents: ~", "invalid-agents"],
  ["an agent without an id in a list", "agents:\n- owner: a\n", "missing-field", 2],
  ["a list in a list", "agents:\n- [a]\n", "invalid-agent", 2],
  ["nothing in a list", "agents:\n-\n", "invalid-agent", 2],
  ["agents as text", "agents: all of them", "invalid-agents"],
  ["agents as an alias of text", "x: &x y\nagents: *x", "invalid-agents", 2],
  ["a list as an id", "agents:\n  [a, b]: {}\n", "invalid-agents", 2],
  ["a map as an id", "agents:\n  ? {a: b}\n  : {}\n", "invalid-agents", 2],
  ["an agent with nothing", "agents:\n  a:\n", "invalid-agent", 2],
  ["an agent as a list", "agents: {a: []}", "invalid-agent"],
  ["tabs as indentation", "agents:\n\ta: {}\n", "yaml-syntax", 2],
  ["an open quote", 'agents: {}\nx: "abc\n', "yaml-syntax", 2],
  ["an agent whose only field has no name", "- : a", "missing-agents"],
  ["an open list", "agents: [", "yaml-syntax"],
  ["a lone bracket", "]", "yaml-syntax"],
  ["an alias without anchor", "agents: {}\nx: *nowhere", "yaml-syntax", 2],
  ["an alias before its anchor", "x: *a\ny: &a 1\nagents: {}", "yaml-syntax"],
  ["a merge of text", "agents: {}\nx: {<<: text}", "yaml-syntax", 2],
  ["a merge of nothing", "agents: {}\nx:\n  <<:\n", "yaml-syntax", 3],
  ["a merge of a list of text", "agents: {}\nx: {<<: [{a: 1}, text]}", "yaml-syntax", 2],
  ["two documents", "agents: {}\n---\nagents: {}\n", "several-documents", 2],
  ["an ended document and another", "agents: {}\n...\n---\na: 1\n", "several-documents", 3],
  ["a nested key twice", "agents: {}\nx:\n  a: 1\n  b: 1\n  a: 2\n", "duplicate-key", 5],
  ["a key twice at the root", "agents: {}\nx: 1\nx: 2\n", "duplicate-key", 3],
  ["agents twice", "agents: {}\nagents: {}\n", "duplicate-key", 2],
  ["__proto__ twice", "agents: {}\nx: {__proto__: 1, __proto__: 2}", "duplicate-key", 2],
  ["one key in two spellings", 'agents: {}\nx: {a: 1, "a": 2}', "duplicate-key", 2],
  ["an agent twice", `agents:\n  a: {${flow}}\n  a: {${flow}}\n`, "duplicate-agent", 3],
  ["an alias inside its own anchor", "agents: {}\nx: &x [*x]", "alias-limit", 2],
  ["a map that merges itself", "agents: {}\nx: &x {<<: *x}", "alias-limit", 2],
  ["billion laughs", flowBomb, "alias-limit", 6],
  ["billion laughs by merging", mergeBomb, "alias-limit", 7],
  ["aliases that chain to great depth", deepChain, "too-deep", 3],
  ["aliases that chain, with shallow anchors beside the deep", deepPairs, "too-deep", 2],
  ["201 levels", `agents: {}\nx: ${"[".repeat(200)}${"]".repeat(200)}`, "too-deep", 2],
  ["a list that is a key", `agents: {a: {${flow}, ? [x, y] : 1}}`, "invalid-key"],
  ["10,000 flow lists", `agents: ${"[".repeat(10_000)}${"]".repeat(10_000)}`, "too-deep"],
  ["10,000 flow maps", `agents: ${"{a: ".repeat(10_000)}${"}".repeat(10_000)}`, "too-deep"],
  ["10,000 block lists", `${"- ".repeat(10_000)}x`, "too-deep"],
  ["10,000 keys of keys", `${"? ".repeat(10_000)}x`, "too-deep"],
];

/** What is fine, or at least does not hang: name, text, how many agents. */
const accepted: readonly [string, string | Uint8Array, number][] = [
  ["an empty registry", "agents: {}", 0],
  ["a byte order mark", `\ufeffagents: {a: {${flow}}}`, 1],
  ["a byte order mark in bytes", bytes([0xef, 0xbb, 0xbf], `agents: {a: {${flow}}}`), 1],
  ["CRLF", `agents:\r\n  a: {${flow}}\r\n  b: {${flow}}\r\n`, 2],
  ["JSON", '{"agents": {}}', 0],
  ["a document mark and a directive", `%YAML 1.2\n---\nagents: {a: {${flow}}}\n...\n`, 1],
  [
    "500 agents that merge one anchor",
    `base: &base {${flow}}\nagents:\n${lines(500, (at) => `  a${at}: {<<: *base, x: ${at}}`)}\n`,
    500,
  ],
  ["agents that are aliases", `agents: {a: &a {${flow}}, b: *a}`, 2],
  ["agents as an alias", `x: &x {a: {${flow}}}\nagents: *x`, 1],
  ["agents merged into agents", `x: &x {a: {${flow}}}\nagents: {<<: *x, b: {${flow}}}`, 2],
  ["agents merged at the root", `x: &x {agents: {a: {${flow}}}}\n<<: *x`, 1],
  ["199 levels", `agents: {}\nx: ${"[".repeat(199)}${"]".repeat(199)}`, 0],
];

describe("bad input becomes an issue", () => {
  test.each(refused)("%s", (_, content, code, line = 1) => {
    const { agents, errors } = decode(content);
    expect(errors[0]).toMatchObject({ severity: "error", path: "agents.yaml", code });
    if (code !== "too-deep" || line > 1) expect(errors[0]?.line).toBe(line);
    expect(errors[0]?.message).toMatch(/^[^\n]*[^.\n]$/);
    expect(errors[0]?.frame).toContain("^");
    if (code !== "duplicate-agent") expect(agents.size).toBe(0);
  });

  test("3,000 levels of indentation", () => {
    const text = `agents: {}\n${lines(3_000, (at) => `${" ".repeat(at)}a:`)}`;
    expect(decode(text).errors.map(({ code }) => code)).toContain("too-deep");
  });
});

describe("odd input is accepted", () => {
  test.each(accepted)("%s", (_, content, count) => {
    const { agents, errors } = decode(content);
    expect(errors).toEqual([]);
    expect(agents.size).toBe(count);
  });
});

describe("names of Object.prototype", () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];

  test.each(names)("%s is an agent id like any other", (id) => {
    const { agents, origins, errors } = decode(`agents: {${id}: {${flow}}}`);
    expect(errors).toEqual([]);
    expect(agents.get(id)).toMatchObject({ id, name: "Planner" });
    expect(origins.get(id)).toEqual({
      ...{ path: "agents.yaml", line: 1, column: 10 },
      pointer: `/agents/${id}`,
    });
  });

  test.each(names)("%s is a field like any other", (field) => {
    const { agents, metadata, errors } = decode(
      `agents: {a: {${flow}, ${field}: {polluted: true}}}\n${field}: {polluted: true}`,
    );
    expect(errors).toEqual([]);
    for (const holder of [agents.get("a")!, metadata]) {
      const descriptor = Object.getOwnPropertyDescriptor(holder, field);
      expect(descriptor?.value).toEqual({ polluted: true });
      expect(Object.getPrototypeOf(holder)).toBe(Object.prototype);
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("stand in for no field", () => {
    const { errors } = decode("agents: {a: {__proto__: {name: x}, constructor: {}}}");
    expect(errors.map(({ pointer }) => pointer)).toContain("/agents/a/name");
  });
});

describe("ids", () => {
  test.each([
    ["7"],
    ["007"],
    ["1.10"],
    ["0x10"],
    ["1e3"],
    ["true"],
    ["null"],
    ["~"],
    ["2026-01-31"],
    [".inf"],
    ["計画"],
    ["a b"],
    ["no"],
  ])("%s is taken as it is written", (id) => {
    const { agents, errors } = decode(`agents:\n  ${id}: {${flow}}\n`);
    expect(errors).toEqual([]);
    expect([...agents.keys()]).toEqual([id]);
    expect(agents.get(id)?.id).toBe(id);
  });

  test("that are different in the file stay apart", () => {
    const { agents } = decode(`agents: {1: {${flow}}, 1.0: {${flow}}, 0x1: {${flow}}}`);
    expect([...agents.keys()]).toEqual(["1", "1.0", "0x1"]);
  });

  test("that stand twice are told with both places", () => {
    const [issue] = decode(`agents:\n  a: {${flow}}\n  b: {${flow}}\n  "a": {${flow}}\n`).errors;
    expect(issue).toMatchObject({
      message: 'Agent "a": stands already at agents.yaml:2:3',
      line: 4,
      column: 3,
      pointer: "/agents/a",
    });
  });
});

describe("values", () => {
  test.each<[string, unknown]>([
    ["!!set {a, b}", { a: null, b: null }],
    ["!!omap [a: 1]", [{ a: 1 }]],
    ["!!binary aGk=", "aGk="],
    ["!!timestamp 2026-01-31", "2026-01-31"],
    ["2026-01-31", "2026-01-31"],
    ["{1.0: a, ~: b, true: c}", { "1.0": "a", "~": "b", true: "c" }],
    ["{<<: {a: 1, b: 1}, b: 2}", { a: 1, b: 2 }],
    ["{<<: [{a: 1}, {a: 2, b: 2}]}", { a: 1, b: 2 }],
    ['{"<<": 1}', { "<<": 1 }],
    ["no", "no"],
    ["-.inf", -Infinity],
  ])("%s is plain data", (yaml, value) => {
    for (const directive of ["", "%YAML 1.1\n---\n"]) {
      const { metadata, errors } = decode(`${directive}agents: {}\nx: ${yaml}\n`);
      expect(errors).toEqual([]);
      expect(metadata["x"]).toEqual(value);
    }
  });

  test("are frozen to the bottom, also where aliases share them", () => {
    const { agents, metadata } = decode(`x: &x {y: [{z: 1}]}\nagents: {a: {${flow}, x: *x}}`);
    const x = (agents.get("a") as unknown as { x: { y: object[] } }).x;
    expect([agents.get("a")!, x, x.y, x.y[0]!, metadata, metadata["x"]].every(Object.isFrozen))
      .toBe(true);
  });
});
