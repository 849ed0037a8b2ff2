import { type TObject, Type } from "@sinclair/typebox";
import { parse as parseToml } from "smol-toml";
import { describe, expect, test } from "vitest";
import type { DecodedRegistry } from "../../src/decode/decoded-registry.ts";
import { createDecoder, createFullDecoder } from "./sync-decoder.ts";
import type { LayoutOptions } from "../../src/decode/layout-options.ts";

interface AnyAgent {
  readonly id: string;
  readonly [field: string]: unknown;
}

const schema: TObject = Type.Object({});

/** Decodes files by their paths. */
function decode(
  files: Readonly<Record<string, string>>,
  options: LayoutOptions = {},
): DecodedRegistry<AnyAgent> {
  const documents = Object.entries(files).map(([path, content]) => ({ path, content }));
  return createDecoder<AnyAgent>(schema, options)({ documents, issues: [] });
}

/** The agents of one YAML file. */
function agentsOf(content: string, options: LayoutOptions = {}): readonly AnyAgent[] {
  const { agents, errors } = decode({ "agents.yaml": content }, options);
  expect(errors).toEqual([]);
  return [...agents.values()];
}

/** The one error of one YAML file, as `line:column code message`. */
function errorOf(content: string, options: LayoutOptions = {}, path = "agents.yaml"): string {
  const { errors: [issue, ...more] } = decode({ [path]: content }, options);
  expect(more).toEqual([]);
  return `${issue?.line}:${issue?.column} ${issue?.code} ${issue?.message}`;
}

describe("at", () => {
  test.each(["agents", "*"])("tells where an item stands that says nothing, at %s", (at) => {
    const empty = "invalid-agent Expected the fields of an agent, found nothing";
    expect(errorOf("agents:\n  - id: a\n  -", { at })).toBe(`3:3 ${empty}`);
    const text = "agents:\n- text: |\n    - a\n\n  id: a\n# - b\n- # c\n- id: b\n";
    expect(errorOf(text, { at })).toBe(`7:1 ${empty}`);
    for (const item of ["", ' "a"', " [a]", " {id: b, c: [d]} # - e", " |\n     - a\n"]) {
      const { errors } = decode({ "agents.yaml": `agents:\n  -\n  -${item}\n  -\n` }, { at });
      const last = 4 + item.split("\n").length - 1;
      expect(errors.map(({ line, column }) => [line, column])).toContainEqual([2, 3]);
      expect(errors.map(({ line, column }) => [line, column])).toContainEqual([last, 3]);
    }
  });

  test("takes a path of keys", () => {
    const { agents, metadata } = decode(
      { "a.yaml": "v: 1\ncrew:\n  size: 2\n  agents: {a: {x: 1}}" },
      {
        at: "crew.agents",
      },
    );
    expect([...agents.values()]).toEqual([{ id: "a", x: 1 }]);
    expect(metadata).toEqual({ v: 1, crew: { size: 2 } });
  });

  test("takes the whole document for an empty path", () => {
    expect(agentsOf("a: {x: 1}\nb: {}", { at: "" })).toEqual([{ id: "a", x: 1 }, { id: "b" }]);
    expect(agentsOf("- id: a\n- name: b", { at: "" })).toEqual([
      { id: "a" },
      { id: "b", name: "b" },
    ]);
    expect(decode({ "a.yaml": "a: {}" }, { at: "" }).metadata).toEqual({});
  });

  test("takes several places, of which the origin says which", () => {
    const text = "provers: {p: {}}\nevaluators:\n  - id: e\nother: 1";
    const { agents, origins, metadata } = decode({ "a.yaml": text }, {
      at: ["evaluators", "provers"],
    });
    expect([...agents.keys()]).toEqual(["e", "p"]);
    expect(origins.get("p")).toEqual({
      path: "a.yaml",
      line: 1,
      column: 11,
      pointer: "/provers/p",
    });
    expect(origins.get("e")).toEqual({
      path: "a.yaml",
      line: 3,
      column: 5,
      pointer: "/evaluators/0",
    });
    expect(metadata).toEqual({ other: 1 });
    expect(agentsOf("provers: {p: {}}", { at: ["provers", "evaluators"] })).toHaveLength(1);
  });

  test("takes every group for a star", () => {
    const text =
      "categories:\n  dev: {lead: x, agents: {a: {}}}\n  ops: {agents: [{id: b}]}\n  no: {}";
    const { agents, metadata } = decode({ "a.yaml": text }, { at: "categories.*.agents" });
    expect([...agents.keys()]).toEqual(["a", "b"]);
    expect(metadata).toEqual({ categories: { dev: { lead: "x" }, ops: {}, no: {} } });
    expect(agentsOf("- {agents: {a: {}}}\n- {agents: {b: {}}}", { at: "*.agents" })).toHaveLength(
      2,
    );
  });

  test("notices a map or a list by itself, also when an edit turns one into the other", () => {
    const decoder = createDecoder<AnyAgent>(schema);
    const read = (content: string) =>
      decoder({ documents: [{ path: "a.yaml", content }], issues: [] }).agents;
    const map = read("agents:\n  a:\n    x: 1\n  b:\n    x: 2\n");
    const list = read("agents:\n  - id: a\n    x: 1\n  - id: b\n    x: 2\n");
    expect([...list]).toEqual([...map]);
    expect([...read("agents:\n  a:\n    x: 1\n  b:\n    x: 2\n")]).toEqual([...map]);
  });

  test("follows anchors and merge keys", () => {
    const text = "base: &base {model: small}\nteams: &t {a: {<<: *base}}\nagents: *t";
    expect(agentsOf(text)).toEqual([{ id: "a", model: "small" }]);
  });
});

describe("id", () => {
  test("is the key in a map, and `id`, else `name`, in a list", () => {
    expect(agentsOf("agents: {a: {id: a, name: n}}")).toEqual([{ id: "a", name: "n" }]);
    expect(agentsOf("agents: [{id: a, name: n}, {name: m}]")).toEqual([
      { id: "a", name: "n" },
      { id: "m", name: "m" },
    ]);
  });

  test("may be another field, a path of them, or the first of several", () => {
    const text = "agents: [{slug: a, meta: {name: x}}, {meta: {name: y}}]";
    expect(agentsOf(text, { id: ["slug", "meta.name"] }).map(({ id }) => id)).toEqual(["a", "y"]);
    const map = "agents: {k: {slug: a}, l: {}}";
    expect(agentsOf(map, { id: "slug" }).map(({ id }) => id)).toEqual(["a", "l"]);
  });

  test("may be the name of the file, or of its directory", () => {
    const files = { "agents/ops/planner.yaml": "role: x", "agents/dev/coder.agent.yml": "role: y" };
    expect([...decode(files, { at: "", id: "file" }).agents.keys()]).toEqual([
      "planner",
      "coder.agent",
    ]);
    expect([...decode(files, { at: "", id: "directory" }).agents.keys()]).toEqual(["ops", "dev"]);
    const { origins } = decode(files, { at: "", id: "file" });
    expect(origins.get("planner")).toMatchObject({ line: 1, column: 1, pointer: "" });
  });

  test("makes a document that has it one agent", () => {
    const text = "kind: Agent\nmetadata: {name: a}\nspec: {x: 1}";
    expect(agentsOf(text, { at: "", id: "metadata.name" })).toEqual([
      { id: "a", kind: "Agent", metadata: { name: "a" }, spec: { x: 1 } },
    ]);
  });

  test("is taken as it is written when it is no text, with order and text of numbers kept", () => {
    const keys = "2: {}\n  10: {}\n  1: {}\n  007: {}\n  1.10: {}\n  true: {}\n  2024-01-02: {}";
    const ids = ["2", "10", "1", "007", "1.10", "true", "2024-01-02"];
    expect(agentsOf(`agents:\n  ${keys}`).map(({ id }) => id)).toEqual(ids);
    const list = ids.map((id) => `- id: ${id}\n`).join("");
    expect(agentsOf(`agents:\n${list}`).map(({ id }) => id)).toEqual(ids);
    expect([...decode({ "a.json": '{"agents": {"10": {}, "2": {}}}' }).agents.keys()]).toEqual([
      "10",
      "2",
    ]);
  });

  test("is missed where nothing gives one", () => {
    expect(errorOf("agents:\n  - id: a\n  - role: x")).toBe(
      '3:5 missing-field An agent has no id: give it "id" or "name"',
    );
    expect(errorOf("agents: [{}]", { id: ["meta.name", "slug"] })).toBe(
      '1:10 missing-field An agent has no id: give it "meta.name" or "slug"',
    );
    expect(errorOf('agents: [{id: ""}]')).toMatch(/^1:10 missing-field/);
  });

  test("makes agents of a list of names", () => {
    expect(agentsOf("agents: [planner, 42, 'x y']")).toEqual([
      { id: "planner" },
      { id: "42" },
      { id: "x y" },
    ]);
  });
});

describe("one agent", () => {
  test("is told from a map of agents, also while something is being typed", () => {
    const typing = "agents:\n  a: {slug: A}\n  c:\n";
    expect(errorOf(typing, { id: "slug" })).toMatch(/^3:3 invalid-agent Agent "c": expected a map/);
    expect(errorOf("spec: {m: 1}\nmetadata: {label: x}", { at: "", id: "metadata.name" })).toBe(
      '1:1 missing-field An agent has no id: give it "metadata.name"',
    );
    expect(errorOf("---\nSome text\n---\nbody", {}, "a.md")).toMatch(
      /^2:1 invalid-agent Expected the fields of an agent, found text$/,
    );
  });

  test("is not named by a directory that has no name", () => {
    expect(errorOf("role: x", { at: "", id: "directory" }, "./a.yaml")).toMatch(
      /^1:1 missing-field/,
    );
  });
});

describe("documents", () => {
  const text = "# manifests\n---\nkind: Secret\nx: 1\n---\nkind: Agent\nmetadata: {name: a}\n" +
    "---\nkind: Agent\nmetadata: {name: b, labels: {x: 1}}\n";
  const options = { at: "", id: "metadata.name" };

  test("takes those of a file that have the values", () => {
    const ids = (documents: LayoutOptions["documents"]) =>
      agentsOf(text, { ...options, documents }).map(({ id }) => id);
    expect(ids({ kind: "Agent" })).toEqual(["a", "b"]);
    expect(ids({ metadata: { labels: { x: 1 } } })).toEqual(["b"]);
    expect(ids((document) => JSON.stringify(document).includes("label"))).toEqual(["b"]);
  });

  test("are refused when there are several and nobody says which", () => {
    expect(errorOf("agents: {}\n---\nagents: {}")).toMatch(/^2:1 several-documents .*"documents"/);
  });

  test("report where in the file something is wrong", () => {
    const broken = text.replace("name: b,", "");
    expect(errorOf(broken, { ...options, documents: { kind: "Agent" } })).toMatch(
      /^9:1 missing-field An agent has no id: give it "metadata.name"$/,
    );
    const throwing = () => {
      throw new Error("no");
    };
    expect(errorOf("a: 1", { documents: throwing })).toBe(
      '1:1 decode-failed The function "documents" threw: no',
    );
  });

  test("are not asked for again when they have not changed", () => {
    const asked: unknown[] = [];
    const isAgent = (document: unknown): boolean => {
      asked.push((document as { readonly x?: number }).x);
      return true;
    };
    const decoder = createDecoder<AnyAgent>(schema, { documents: isAgent });
    const read = (xs: readonly number[]) => {
      const content = xs.map((x) => `---\nx: ${x}\nagents:\n  a${x}:\n    name: A\n`).join("");
      const { agents, errors } = decoder({ documents: [{ path: "a.yaml", content }], issues: [] });
      expect(errors).toEqual([]);
      return [[...agents.keys()], asked.splice(0)];
    };
    expect(read([1, 2, 3])).toEqual([["a1", "a2", "a3"], [1, 2, 3]]);
    expect(read([1, 4, 3])).toEqual([["a1", "a4", "a3"], [4]]);
    expect(read([0, 1, 4, 5, 3])).toEqual([["a0", "a1", "a4", "a5", "a3"], [0, 5]]);
    expect(read([1, 3])).toEqual([["a1", "a3"], []]);
  });

  test("are missed when none is wanted", () => {
    expect(decode({ "a.yaml": "kind: x" }, { ...options, documents: { kind: "Agent" } }).errors)
      .toMatchObject([{ code: "missing-agents", path: "a.yaml" }]);
  });
});

describe("extract", () => {
  const text = "teams:\n  red:\n    - {call: a}\n    - {call: b}\n  blue:\n    - {call: c}\n";
  interface Teams {
    readonly teams: Record<string, readonly object[]>;
  }

  test("finds agents that no path describes, with their places", () => {
    const { agents, origins, metadata } = decode({ "a.yaml": text }, {
      id: "call",
      extract: (document) => Object.values((document as Teams).teams).flat(),
    });
    expect([...agents.keys()]).toEqual(["a", "b", "c"]);
    expect(origins.get("b")).toMatchObject({ line: 4, column: 7 });
    expect(metadata).toEqual({
      teams: { red: [{ call: "a" }, { call: "b" }], blue: [{ call: "c" }] },
    });
  });

  test("gets frozen data, and may make agents of its own", () => {
    const made = agentsOf(text, {
      extract: (document) => {
        expect(Object.isFrozen((document as Teams).teams["red"])).toBe(true);
        return { x: { made: true } };
      },
    });
    expect(made).toEqual([{ id: "x", made: true }]);
  });

  test("must answer at once, with plain data", () => {
    const answers: readonly [unknown, string][] = [
      [Promise.resolve({}), "failed: Expected plain data, found a Promise"],
      [new Set(["a"]), "failed: Expected plain data, found a Set"],
      [undefined, "gave nothing, and no map or list"],
      ["a", "gave text, and no map or list"],
    ];
    for (const [answer, message] of answers) {
      expect(errorOf(text, { extract: () => answer })).toBe(
        `1:1 decode-failed The function "extract" ${message}`,
      );
    }
  });

  test("may give a Map, whose order counts, and dates, which become text", () => {
    const extract = () =>
      new Map<string, unknown>([["10", { at: new Date(0) }], ["2", { u: undefined }]]);
    expect(agentsOf(text, { extract })).toEqual([
      { id: "10", at: "1970-01-01T00:00:00.000Z" },
      { id: "2" },
    ]);
  });

  test("leaves settings where they stand", () => {
    const settings = "agents: {x: {}}\n\nconfig: {hot_reload: {debounce_ms: 1}}";
    const { warnings } = decode({ "a.yaml": settings }, {
      extract: (document) => (document as { agents: object }).agents,
    });
    expect(warnings).toMatchObject([{ code: "invalid-config", line: 3, column: 36 }]);
  });

  test("may throw", () => {
    const extract = () => {
      throw new Error("no teams");
    };
    expect(errorOf(text, { extract })).toBe(
      '1:1 decode-failed The function "extract" failed: no teams',
    );
  });
});

describe("formats", () => {
  test("reads JSON with its own places", () => {
    const text = '{\n  "mcpServers": {\n    "docs": { "url": "x" }\n  }\n}\n';
    const { agents, origins } = decode({ ".mcp.json": text }, { at: "mcpServers" });
    expect([...agents.values()]).toEqual([{ id: "docs", url: "x" }]);
    expect(origins.get("docs")).toMatchObject({ line: 3, column: 5, pointer: "/mcpServers/docs" });
    expect(errorOf('{"agents": {"a": 1 2}}', {}, "a.json")).toBe(
      '1:20 json-syntax Expected ",", found "2"',
    );
  });

  const markdown = "---\nname: planner\ntools: [Read, Write]\n---\n\n# Plan\n\nYou plan.\n\n";

  test("reads Markdown with front matter, one agent a file, its text as a field", () => {
    const planner = {
      id: "planner",
      name: "planner",
      tools: ["Read", "Write"],
      prompt: "# Plan\n\nYou plan.",
    };
    for (const text of [markdown, markdown.replaceAll("\n", "\r\n"), `\ufeff${markdown}`]) {
      const { agents, errors } = decode({ "agents/p.md": text });
      expect(errors).toEqual([]);
      const [agent] = agents.values();
      expect({ ...agent, prompt: String(agent?.["prompt"]).replaceAll("\r", "") }).toEqual(planner);
    }
    const { agents } = decode({ "x/p.MD": markdown }, { body: "text", id: "file" });
    expect(agents.get("p")).toMatchObject({ name: "planner", text: planner.prompt });
    expect([...decode({ "x/p.md": "---\nrole: x\n---\n" }).agents.values()]).toEqual([
      { id: "p", role: "x" },
    ]);
  });

  test("reports what is wrong in a front matter where it stands", () => {
    expect(errorOf("# Read me", {}, "a.md")).toMatch(/^1:1 missing-agents Expected front matter/);
    expect(errorOf("---\nname: a\n", {}, "a.md")).toMatch(/^1:1 yaml-syntax .* has no end/);
    expect(errorOf("---\nname: [use\n---\n", {}, "a.md")).toMatch(/^2:7 yaml-syntax /);
    expect(errorOf("---\nname: a\nprompt: x\n---\ny", {}, "a.md")).toBe(
      '5:1 duplicate-key The key "prompt" stands here a second time, first in line 3',
    );
    expect(errorOf("---\n---\n", {}, "a.md")).toBe(
      "1:1 invalid-agent Expected the fields of an agent, found nothing",
    );
  });

  test("reads whatever it is given a function for", () => {
    const formats = { ".toml": parseToml };
    const text = 'version = 1\n[agents.a]\nrole = "x"\nsince = 2024-01-02\n';
    const { agents, metadata } = decode({ "a.toml": text }, { formats });
    expect([...agents.values()]).toEqual([{ id: "a", role: "x", since: "2024-01-02" }]);
    expect(metadata).toEqual({ version: 1 });
    expect(errorOf("a = 1\nb = = 2", { formats }, "a.TOML")).toMatch(
      /^2:5 invalid-syntax The document/,
    );
    const cyclic: Record<string, unknown> = {};
    cyclic["self"] = cyclic;
    expect(errorOf("", { formats: { ".x": () => cyclic } }, "a.x")).toMatch(
      /^1:1 invalid-syntax .*nested/,
    );
  });
});

describe("several files", () => {
  const kinds = Type.Object({
    kind: Type.Union([Type.Literal("zero"), Type.Literal("one")], { extendedBy: "kinds" }),
    next: Type.Optional(Type.String({ refersTo: "agents" })),
  });
  const files = {
    "a.yaml": "kinds: {two: {}}\nagents: {a: {kind: two}}",
    "b.yaml": "kinds: [three]\nmore: {x: 1}\nagents: {b: {kind: three}}",
    "c.yaml": "kinds: {four: {}}\nmore: {y: 2}\nagents: {c: {kind: two, next: a}}",
  };
  const read = (decoder: ReturnType<typeof createDecoder<AnyAgent>>, all: Record<string, string>) =>
    decoder({
      documents: Object.entries(all).map(([path, content]) => ({ path, content })),
      issues: [],
    });

  test("say together what stands around the agents", () => {
    const { "b.yaml": _, ...maps } = files;
    const { errors, metadata } = read(createDecoder<AnyAgent>(kinds), maps);
    expect(errors).toEqual([]);
    expect(metadata).toEqual({ kinds: { two: {}, four: {} }, more: { y: 2 } });
  });

  test("are not checked against less because another one is lost", () => {
    const { "b.yaml": _, ...maps } = files;
    const decoder = createDecoder<AnyAgent>(kinds);
    expect(read(decoder, maps).errors).toEqual([]);
    const { agents, broken, warnings, lost } = read(decoder, {
      ...maps,
      "a.yaml": "agents: {a: [",
    });
    expect([...agents.keys()]).toEqual(["c"]);
    expect([...broken ?? []]).toEqual([]);
    expect(warnings).toEqual([]);
    expect([...lost?.keys() ?? []]).toEqual(["a.yaml"]);
  });

  test("do not take over the agents of one that is lost, though their ids stand there, too", () => {
    const decoder = createDecoder<AnyAgent>(schema, { duplicates: "first" });
    const all = { "a.yaml": "agents: {x: {n: 1}}", "b.yaml": "agents: {x: {n: 2}, y: {}}" };
    expect(read(decoder, all).agents.get("x")).toMatchObject({ n: 1 });
    expect([...read(decoder, { ...all, "a.yaml": "{" }).agents.keys()]).toEqual(["y"]);
  });
});

describe("duplicates", () => {
  const files = { "a.yaml": "agents: {x: {n: 1}, y: {}}", "b.yaml": "\nagents: {x: {n: 2}}" };

  test("are refused, with both places", () => {
    const { errors, broken } = decode(files);
    expect(errors).toMatchObject([{
      code: "duplicate-agent",
      path: "b.yaml",
      line: 2,
      message: 'Agent "x": stands already at a.yaml:1:10',
    }]);
    expect([...broken?.keys() ?? []]).toEqual(["x"]);
  });

  test("are told apart by their order when that is wanted, with a warning", () => {
    for (const [duplicates, n] of [["first", 1], ["last", 2]] as const) {
      const { agents, errors, warnings, origins } = decode(files, { duplicates });
      expect(errors).toEqual([]);
      expect(agents.get("x")).toMatchObject({ n });
      expect(origins.get("x")?.path).toBe(n === 1 ? "a.yaml" : "b.yaml");
      expect(warnings).toMatchObject([{ code: "duplicate-agent", path: "b.yaml" }]);
    }
    const twice = "agents: {x: {n: 1}, x: {n: 2}}";
    expect(decode({ "a.yaml": twice }, { duplicates: "last" }).agents.get("x")).toMatchObject({
      n: 2,
    });
  });
});

describe("broken and lost", () => {
  test("name the entries that are not valid, and the documents of which entries are not known", () => {
    const strict = Type.Object({ n: Type.Number() });
    const decoders = [createDecoder<AnyAgent>(strict), createFullDecoder<AnyAgent>(strict)];
    for (const decoder of decoders) {
      const read = (files: Readonly<Record<string, string>>) =>
        decoder({
          documents: Object.entries(files).map(([path, content]) => ({ path, content })),
          issues: [],
        });
      const text = "agents:\n  a:\n    n: 1\n  b:\n    n: x\n  c:\n    n: 1\n    n: 2\n";
      const one = read({ "a.yaml": text });
      expect([...one.agents.keys()]).toEqual(["a"]);
      expect([...one.broken ?? []].map(([id, [issue]]) => [id, issue?.code])).toEqual([
        ["b", "invalid-agent"],
        ["c", "duplicate-key"],
      ]);
      expect([...one.lost ?? []]).toEqual([]);
      const two = read({ "a.yaml": "agents: {a: {n: 1}}", "b.yaml": "agents: [" });
      expect([...two.agents.keys()]).toEqual(["a"]);
      expect([...two.lost?.keys() ?? []]).toEqual(["b.yaml"]);
      const three = read({ "a.yaml": "agents: [{id: a, n: 1}, {n: 2}]" });
      expect([...three.agents.keys()]).toEqual(["a"]);
      expect([...three.lost?.keys() ?? []]).toEqual([]);
      expect([...three.incomplete?.keys() ?? []]).toEqual(["a.yaml"]);
    }
  });
});

describe("createDecoder", () => {
  test("parses again only the files that changed, and gives the same as a decoder of everything", () => {
    const parsed: string[] = [];
    const formats = {
      ".x": (text: string): unknown => {
        const data = JSON.parse(text);
        parsed.push(...Object.keys(data.agents));
        return data;
      },
    };
    const strict = Type.Object({ n: Type.Optional(Type.Number()) });
    const decoder = createDecoder<AnyAgent>(strict, { formats });
    const read = (files: Readonly<Record<string, string>>) => {
      const documents = Object.entries(files).map(([path, content]) => ({ path, content }));
      const full = createFullDecoder<AnyAgent>(strict, { formats: { ".x": JSON.parse } });
      const decoded = decoder({ documents, issues: [] });
      expect(JSON.stringify(decoded.errors)).toBe(
        JSON.stringify(full({ documents, issues: [] }).errors),
      );
      return decoded.agents;
    };
    const files = { "a.x": '{"agents":{"a":{}}}', "b.x": '{"agents":{"b":{"n":"wrong"}}}' };
    const before = read(files);
    expect(parsed.splice(0)).toEqual(["a", "b"]);
    const after = read({ ...files, "b.x": '{"agents":{"b":{}}}' });
    expect(parsed.splice(0)).toEqual(["b"]);
    expect(after.get("a")).toBe(before.get("a"));
    read({ "b.x": files["b.x"] });
    expect(parsed.splice(0)).toEqual(["b"]);
    read(files);
    expect(parsed).toEqual(["a"]);
  });

  test.each<[LayoutOptions, RegExp]>([
    [{ at: [] }, /Expected at/],
    [{ at: 5 as never }, /Expected at/],
    [{ id: "" }, /Expected id/],
    [{ at: "x", extract: () => ({}) }, /either at or extract/],
    [{ extract: 1 as never }, /Expected extract/],
    [{ documents: [] as never }, /Expected documents/],
    [{ duplicates: "no" as never }, /Expected duplicates/],
    [{ body: "" }, /Expected body/],
    [{ formats: { toml: parseToml } }, /Expected formats/],
    [{ formats: { ".toml": 1 as never } }, /format of .toml/],
  ])("refuses options that cannot be meant: %j", (options, message) => {
    expect(() => createDecoder(schema, options)).toThrow(message);
    expect(() => createDecoder(schema, options)).toThrow(TypeError);
  });
});
