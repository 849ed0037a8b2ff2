import { describe, expect, test } from "vitest";
import { createDecoder } from "./sync-decoder.ts";
import { pointerTo, tokensOf } from "../../src/decode/report/pointer.ts";
import { AnyAgentSchema } from "../../src/model/agent/any-agent-schema.ts";
import { type Agent, AgentSchema } from "../../src/model/agent/agent-schema.ts";
import type { Issue } from "../../src/model/report/issue.ts";
import { decode, flow, valid } from "./decode-one.ts";

const place = ({ code, line, column, pointer }: Issue) => [code, line, column, pointer];

describe("issues", () => {
  const block = Object.entries(valid).map(([key, value]) => `    ${key}: ${value}\n`).join("");

  test("point at the agent's key when a field is missing", () => {
    const text = `# ours\nagents:\n  first:\n${block}  "second":\n    name: Second\n`;
    const { errors } = decode(text);
    expect(errors.map(place)).toEqual(
      ["category", "environment", "owner", "version", "location"].map((field) => //
      ["missing-field", 10, 3, `/agents/second/${field}`]),
    );
    expect(errors[0]?.message).toBe('Agent "second": missing required field "category"');
    expect(errors[0]?.frame).toBe([
      "   8 |     version: 1.0.0",
      "   9 |     location: agents/planner",
      '> 10 |   "second":',
      "     |   ^",
      "  11 |     name: Second",
    ].join("\n"));
  });

  test("point at the value when it is wrong", () => {
    const text = `agents:\n  a:\n${block}    status: nope\n    tags: [x, 5]\n`;
    const [status, tag, ...more] = decode(text).errors;
    expect(place(status!)).toEqual(["invalid-agent", 9, 13, "/agents/a/status"]);
    expect(place(tag!)).toEqual(["invalid-agent", 10, 15, "/agents/a/tags/1"]);
    expect(status?.frame).toBe([
      "   7 |     version: 1.0.0",
      "   8 |     location: agents/planner",
      ">  9 |     status: nope",
      "     |             ^",
      "  10 |     tags: [x, 5]",
    ].join("\n"));
    expect(more).toEqual([]);
  });

  test("point at the line of the file also with CRLF and a byte order mark", () => {
    const text = `\ufeffagents:\r\n  a:\r\n${block.replaceAll("\n", "\r\n")}    status: nope\r\n`;
    for (const content of [text, new TextEncoder().encode(text)]) {
      expect(decode(content).errors.map(place)).toEqual([
        ["invalid-agent", 9, 13, "/agents/a/status"],
      ]);
    }
  });

  test("do not count the byte order mark", () => {
    for (const content of ["\ufeffagents: 5", new TextEncoder().encode("\ufeffagents: 5")]) {
      const [issue] = decode(content).errors;
      expect(place(issue!)).toEqual(["invalid-agents", 1, 1, "/agents"]);
      expect(issue?.frame).toBe("> 1 | agents: 5\n    | ^");
    }
  });

  test("point to the alias or merge key that brings in what is wrong", () => {
    const text = `base: &base {status: nope}\nagents:\n  a: {${flow}, <<: *base}\n`;
    expect(decode(text).errors.map(place)).toEqual([["invalid-agent", 3, 114, "/agents/a/status"]]);
    const whole = `base: &base {${flow}, status: nope}\nagents: {a: *base}\n`;
    expect(decode(whole).errors.map((issue) => issue.line)).toEqual([2]);
  });

  test("escape what a JSON pointer must escape", () => {
    const text = `agents:\n  a/b~c: {${flow}, status: nope}\n`;
    expect(decode(text).errors.map(({ pointer }) => pointer)).toEqual(["/agents/a~1b~0c/status"]);
  });

  test("come all, in the order of the file", () => {
    const bad = (id: string) => `  ${id}: {${flow}, status: nope, deprecated: 5}\n`;
    const { errors } = decode(`agents:\n${bad("a")}${bad("b")}  c: 5\n${bad("a")}`);
    expect(errors.map(({ code, line }) => [code, line])).toEqual([
      ["invalid-agent", 2],
      ["invalid-agent", 2],
      ["invalid-agent", 3],
      ["invalid-agent", 3],
      ["invalid-agent", 4],
      ["duplicate-agent", 5],
    ]);
  });

  test("stand on one line, and obey no terminal", () => {
    const issues = [
      `agents: {"a\\n\\e[2J\u009b": {${flow}, status: "\\x9b\\u202e"}}`,
      `agents: {}\nx: !\u009bfoo y`,
      `agents: {}\nx: *\u009b`,
    ].map(decode).flatMap(({ errors, warnings }) => [...errors, ...warnings]);
    expect(issues).toHaveLength(3);
    for (const { message } of issues) expect(message).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  test("are frozen, and so are their lists", () => {
    const { errors, warnings } = decode(`agents: {a: 5, b: {${flow}, dependencies: [x]}}`);
    expect([errors, warnings, ...errors, ...warnings].every(Object.isFrozen)).toBe(true);
  });
});

describe("a hundred issues", () => {
  const bad = (count: number) => Array.from({ length: count }, (_, at) => `  a${at}: 5\n`).join("");

  test.each([[99, 99, undefined], [100, 100, undefined], [101, 101, "And 1 more issue"], [
    350,
    101,
    "And 250 more issues",
  ]])("of %i: %i are listed", (count, listed, more) => {
    const { errors } = decode(`agents:\n${bad(count)}`);
    expect(errors).toHaveLength(listed);
    expect(errors.find(({ code }) => code === "more-issues")?.message).toBe(more);
  });

  test("count over all documents, and over the issues of the source", () => {
    const missing: Issue = { code: "file-missing", severity: "error", message: "M", path: "x" };
    const { errors } = createDecoder<Agent>(AgentSchema)({
      documents: ["a", "b"].map((path) => ({ path, content: `agents:\n${bad(80)}` })),
      issues: [missing],
    });
    expect(errors).toHaveLength(101);
    expect(errors[0]).toEqual(missing);
    // The ids of the second are those of the first: 80 invalid, 80 duplicate, 1 missing.
    expect(errors.at(-1)).toMatchObject({ code: "more-issues", message: "And 61 more issues" });
  });

  test.each(["yaml", "json"])("are all that is looked for in %s, until there are fewer", (type) => {
    const decodeNext = createDecoder<Agent>(AgentSchema);
    const text = (broken: number): string => {
      const agents = Array.from({ length: 150 }, (_, at) => {
        const fields = at >= 150 - broken ? "{}" : JSON.stringify(valid);
        return type === "json" ? `"a${at}": ${fields}` : `  a${at}: ${fields}\n`;
      });
      return type === "json" ? `{"agents": {${agents}}}` : `agents:\n${agents.join("")}`;
    };
    const read = (broken: number) =>
      decodeNext({ documents: [{ path: `a.${type}`, content: text(broken) }], issues: [] });
    const many = read(150);
    expect(many.errors).toHaveLength(101);
    expect(many.broken?.size).toBe(150);
    expect(many.broken?.get("a149")?.map(({ message }) => message)).toEqual([
      'Agent "a149": it does not match the schema',
    ]);
    const few = read(2);
    expect(few.errors).toHaveLength(12);
    expect(few.broken?.get("a149")?.[0]?.message).toBe(
      'Agent "a149": missing required field "name"',
    );
    expect(read(0).agents.size).toBe(150);
  });

  test.each<["yaml" | "json", object]>([
    ["yaml", {}],
    ["json", {}],
    ["yaml", { at: "*" }],
  ])("are all that is read, in %s with %j, where the reading is refused anyhow", (type, layout) => {
    const patient = createDecoder<object>(AnyAgentSchema, layout);
    const hasty = createDecoder<object>(AnyAgentSchema, layout, { givesUp: true });
    const text = (isBroken: (at: number) => boolean, repeated = -1): string => {
      const agents = Array.from({ length: 1_000 }, (_, at) => {
        const id = at > repeated ? `a${at}` : "same";
        const fields = isBroken(at) ? "5" : `{"text": "${"x".repeat(100)}"}`;
        return type === "json" ? `"${id}": ${fields}` : `  ${id}: ${fields}\n`;
      });
      return type === "json" ? `{"agents": {${agents}}}` : `agents:\n${agents.join("")}`;
    };
    const read = (content: string) => {
      const reading = { documents: [{ path: `a.${type}`, content }], issues: [] };
      const [all, some] = [patient(reading), hasty(reading)];
      expect(some.errors.slice(0, 100)).toEqual(all.errors.slice(0, 100));
      return {
        all: all.errors.at(-1)?.message,
        some: some.errors.at(-1)?.message,
        agents: some.agents,
      };
    };
    const cut = "After 100 errors nothing more is looked for";
    expect(read(text(() => false)).agents.size).toBe(1_000);
    expect(read(text(() => true))).toMatchObject({ all: "And 900 more issues", some: cut });
    expect(read(text((at) => at < 60 || at > 900))).toMatchObject({ some: cut });
    expect(read(text(() => false, 500))).toMatchObject({ all: "And 400 more issues", some: cut });
    expect(read(text((at) => at === 999)).some).toContain('Agent "a999"');
    expect(read(text(() => false)).agents.size).toBe(1_000);
  });

  test.each([
    [
      "an alias to another entry",
      "a.yaml",
      "agents:\n",
      "  a: {tags: &t [x]}\n",
      "  z: {tags: *t}\n",
    ],
    ["a key that merges", "a.yaml", "agents:\n", "  a: &a {text: x}\n", "  <<: {z: {text: y}}\n"],
    ["a comment in JSON", "a.json", '{"agents": {', '"a": {},', '/* so */ "z": {}}}'],
    ["a comma with nothing behind it", "a.jsonc", '{"agents": {', '"a": {},', '"z": {},}}'],
  ])(
    "are counted once where entries are read again as a whole: %s",
    (_, path, head, first, last) => {
      const decode = createDecoder<object>(AnyAgentSchema, {}, { givesUp: true });
      const entry = (at: number): string =>
        path === "a.yaml" ? `  a${at}: {text: x}\n` : `"a${at}": {"text": "x"},`;
      const entries = Array.from({ length: 150 }, (_, at) => entry(at)).join("");
      const reading = {
        documents: [{ path, content: head + first + entries + last }],
        issues: [],
      };
      const { agents, errors } = decode(reading);
      expect(errors).toEqual([]);
      expect(agents.size).toBe(152);
    },
  );

  test("do not count in entries that lose to another one of their id", () => {
    const file = (path: string, entry: (at: number) => string) => ({
      path,
      content: `agents:\n${Array.from({ length: 250 }, (_, at) => entry(at)).join("")}`,
    });
    const good = file("b.yaml", (at) => `  a${at}: {text: x}\n`);
    const bad = file("a.yaml", (at) => at < 150 ? `  a${at}: 5\n` : `  a${at}: {text: y}\n`);
    for (
      const [duplicates, documents] of [["last", [bad, good]], ["first", [good, bad]]] as const
    ) {
      const decode = createDecoder<object>(AnyAgentSchema, { duplicates }, { givesUp: true });
      const { agents, errors } = decode({ documents, issues: [] });
      expect(errors).toEqual([]);
      expect(agents.size).toBe(250);
      expect([...agents.values()].every((agent) => Object(agent).text === "x")).toBe(true);
    }
  });

  test("are limited for warnings as well", () => {
    const agents = Array.from(
      { length: 150 },
      (_, at) => `  a${at}: {${flow}, dependencies: [x]}\n`,
    );
    const { errors, warnings } = decode(`agents:\n${agents.join("")}`);
    expect(errors).toEqual([]);
    expect(warnings).toHaveLength(101);
    expect(warnings.at(-1)).toMatchObject({ severity: "warning", message: "And 50 more issues" });
  });
});

describe("warnings", () => {
  test.each<[string, string, string]>([
    ["agents: {planner: {FLOW, dependencies: [planer]}}", "unknown-reference", 'mean "planner"?'],
    ["agents: {a: {FLOW, dependencies: [zzzzzz]}}", "unknown-reference", 'is not in "agents"'],
    [
      "agents: {a: {FLOW, replacement_agent: b}}",
      "unknown-reference",
      '"b" in "replacement_agent"',
    ],
    [
      "tag_taxonomy: [x]\nagents: {a: {FLOW, tags: [x, y1]}}",
      "unknown-reference",
      '"y1" in "tags"',
    ],
    ["tag_taxonomy: {g: [x]}\nagents: {a: {FLOW, tags: [y1]}}", "unknown-reference", "y1"],
    ["agents: {a: {FLOW, id: b}}", "id-mismatch", 'its field "id" says "b", its key counts'],
    ["agents: {a: {FLOW, id: [a]}}", "id-mismatch", "says a list"],
    ["agents: {a: {FLOW, id: {toString: 1}}}", "id-mismatch", "says a map"],
    ["agents: {a: {FLOW, id: }}", "id-mismatch", "says nothing"],
    ["config: {hot_reload: {debounce_ms: 99}}\nagents: {}", "invalid-config", "from 100 to 5000"],
    ["config: {hot_reload: {debounce_ms: 5001}}\nagents: {}", "invalid-config", "it is ignored"],
    ["config: {hot_reload: {debounce_ms: fast}}\nagents: {}", "invalid-config", "to be a number"],
    ["agents: {a: {FLOW, x: !unknown y}}", "unknown-tag", "is taken as text"],
    ["agents: {a: {FLOW, x: !!set {a, b}}}", "unknown-tag", "it is ignored"],
    ["agents: {a: {FLOW, x: !!binary aGk=}}", "unknown-tag", "is taken as text"],
  ])("%s: %s", (text, code, message) => {
    const { agents, errors, warnings } = decode(text.replace("FLOW", flow));
    expect(errors).toEqual([]);
    expect(agents.size).toBe(text.includes("agents: {}") ? 0 : 1);
    expect(warnings.map((issue) => [issue.code, issue.severity])).toEqual([[code, "warning"]]);
    expect(warnings[0]?.message).toContain(message);
    expect(warnings[0]?.frame).toContain("^");
  });

  test.each([
    "agents: {a: {FLOW, dependencies: [a]}}",
    "agents: {a: {FLOW, dependencies: [b]}, b: {FLOW, replacement_agent: a}}",
    "agents: {a: {FLOW, tags: [x]}}",
    "tag_taxonomy: {}\nagents: {a: {FLOW, tags: [x]}}",
    "tag_taxonomy: {g: [x], h: {i: [y, {name: z}]}}\nagents: {a: {FLOW, tags: [x, y, z]}}",
    "agents: {a: {FLOW, id: a}}",
    "agents: {7: {FLOW, id: 7}}",
    "agents: {constructor: {FLOW, dependencies: [constructor]}}",
    "config: 5\nagents: {}",
    "config: {hot_reload: {}}\nagents: {}",
  ])("none for %s", (text) => {
    const { errors, warnings } = decode(text.replaceAll("FLOW", flow));
    expect([...errors, ...warnings]).toEqual([]);
  });

  test("point at the name", () => {
    const text = `agents:\n  a:\n    {${flow},\n    dependencies: [a, b]}\n`;
    expect(decode(text).warnings.map(place)).toEqual([
      ["unknown-reference", 4, 23, "/agents/a/dependencies/1"],
    ]);
  });
});

describe("debounceMs", () => {
  test.each([[100], [250.5], [5000]])("is %d when the file says so", (value) => {
    const text = `config: {hot_reload: {debounce_ms: ${value}}}\nagents: {}`;
    expect(decode(text).debounceMs).toBe(value);
  });

  test("is undefined otherwise", () => {
    expect(decode("agents: {}").debounceMs).toBeUndefined();
    expect(decode("config: {hot_reload: {debounce_ms: 5}}\nagents: {}").debounceMs).toBeUndefined();
  });
});

describe("pointerTo and tokensOf", () => {
  test.each([
    [[], ""],
    [["a", "b", "0"], "/a/b/0"],
    [["a/b", "m~n"], "/a~1b/m~0n"],
    [["~1"], "/~01"],
    [["", " "], "// "],
  ])("%j is %j", (tokens, pointer) => {
    expect(pointerTo(...tokens)).toBe(pointer);
    expect(tokensOf(pointer)).toEqual(tokens);
  });
});
