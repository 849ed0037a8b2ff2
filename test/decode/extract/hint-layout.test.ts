import { describe, expect, test } from "vitest";
import { Type } from "@sinclair/typebox";
import type { LayoutOptions } from "../../../src/decode/layout-options.ts";
import { createDecoder, createFullDecoder } from "../sync-decoder.ts";

const schema = Type.Object({});

function decode(content: string, options: LayoutOptions, path: string, create = createDecoder) {
  return create<object>(schema, options)({ documents: [{ path, content }], issues: [] });
}

const group = (id: string) => `{lead: x, agents: {${id}: {role: x}}}`;

/** A document in which the layout finds no agent, and the options that are suggested. */
const hinted: readonly [string, LayoutOptions, number, LayoutOptions?, string?][] = [
  // Agents that stand elsewhere.
  ["skills:\n  - {id: a}", { at: "skills" }, 1],
  ["version: 1\nservers: {a: {url: x}}", { at: "servers" }, 1],
  ["agnets:\n  a: {role: x}\n  b: {role: x}", { at: "agnets" }, 2],
  ["config: {x: 1, participants: [{id: a}]}", { at: "config.participants" }, 1],
  ["workers: [a, b]", { at: "workers" }, 2],
  ["a: {role: x}\nb: {role: y}", { at: "" }, 2],
  ["- id: a", { at: "" }, 1, { at: ["x", "y.z"] }],
  ["a: {llm: {x: 1}, tools: {y: 2}}\nb: {llm: {x: 1}, tools: {z: 2}}", { at: "" }, 2],
  ["flags: {a: {on: x}, b: {on: y}}\nrules: {c: {if: 1}}", { at: "flags" }, 2],
  // Several places.
  ["a_agents: {x: {role: x}}\nb_agents: {y: {role: x}}\nn: 1", {
    at: ["a_agents", "b_agents"],
  }, 2],
  ["v: 1\nw: [{id: a}]\nx: [{id: b}]\ny: [{id: c}]\nz: [{id: d}]", {
    at: ["w", "x", "y", "z"],
  }, 4],
  ["w: [{id: a}]\nx: [{id: b}]\ny: [{id: c}]\nz: [{id: d}]", { at: "*" }, 4],
  ["agents: {core: [{id: a}]}", { at: "agents.*" }, 1],
  ["agents:\n  core:\n    - id: a\n  ops:\n    - id: b", { at: "agents.*" }, 2],
  [`categories: {dev: ${group("a")}, ops: ${group("b")}}`, { at: "categories.*.agents" }, 2],
  ["teams: [{name: x, agents: [{id: a}]}, {agents: [{id: b}]}]", { at: "teams.*.agents" }, 2],
  [`dev: ${group("a")}\nops: ${group("b")}`, { at: "*.agents" }, 2],
  // One agent.
  ["name: currency\nskills: [{id: convert}]", { at: "", id: "name" }, 1],
  ["name: a\nsub_agents: [{name: b}]", { at: "", id: "name" }, 1],
  ["name: a\nrole: x\nteam: {agents: [b, c]}", { at: "", id: "name" }, 1],
  ["kind: Agent\nmetadata: {name: p}", { at: "", id: "metadata.name" }, 1],
  ["role: x\ntools: [{id: search}]", { at: "", id: "file" }, 1],
  ["model: x\ntemperature: 1", { at: "", id: "file" }, 1],
  ["agent: {name: p, role: x}", { at: "agent", id: "name" }, 1],
  ["---\ntitle: x\n---\n", { id: "file" }, 1, { id: "slug" }, "a.md"],
  ["---\nname: x\n---\n", { id: "name" }, 1, { id: "slug" }, "a.md"],
  // Agents that are named by another field.
  ["agents:\n  - slug: a\n  - slug: b", { id: "slug" }, 2],
  ["model_list: [{model_name: fast}]", { at: "model_list", id: "model_name" }, 1],
  ["l:\n  - {model_name: x, n: 1}\n  - {model_name: y, n: 2}", { id: "model_name" }, 2, {
    at: "l",
  }],
  ["- {on: 1, handle: a}\n- {on: 2, handle: b}", { at: "", id: "handle" }, 2],
  ["items: [{metadata: {name: a}}, {metadata: {name: b}}]", {
    at: "items",
    id: "metadata.name",
  }, 2],
  ["models: [{model_name: a}, {model_name: a}, {model_name: b}]", {
    at: "models",
    id: "model_name",
    duplicates: "first",
  }, 2],
];

/** Documents for which nothing is suggested. */
const unhinted: readonly [string, LayoutOptions?][] = [
  ["agents:"],
  ["agents: 5\nname: x"],
  ["agents: {a: x, b: y}"],
  ["agents: [{id: a}, {x: 1}]"],
  ["version: 1.0"],
  ["hello"],
  ["[]"],
  ["- 1\n- 2"],
  ["skills: [{id: a}]", { extract: () => "none" }],
];

describe("hintLayout", () => {
  test.each(hinted)("for %j suggests %j", (content, wanted, count, given = {}, path = "x.yaml") => {
    const options = Object.entries(wanted).map(([name, value]) =>
      `${name}: ${JSON.stringify(value)}`
    );
    const hint = `; the option${options.length > 1 ? "s" : ""} ${options.join(", ")} would find ` +
      `${count} agent${count > 1 ? "s" : ""}`;
    for (const create of [createDecoder, createFullDecoder]) {
      const { errors } = decode(content, given, path, create);
      expect(errors[0]?.message.slice(-hint.length)).toBe(hint);
      expect(errors.filter(({ message }) => message.includes("would find"))).toHaveLength(1);
      const opened = decode(content, { ...given, ...wanted }, path, create);
      expect(opened.errors).toEqual([]);
      expect(opened.agents.size).toBe(count);
    }
  });

  test.each(unhinted)("for %j suggests nothing", (content, given = {}) => {
    const { errors } = decode(content, given, "x.yaml");
    expect(errors).not.toEqual([]);
    expect(errors.map(({ message }) => message).join()).not.toContain("would find");
  });

  test("suggests nothing where agents are found, and only their fields are wrong", () => {
    const decode = createDecoder<object>(Type.Object({ role: Type.String() }));
    const content = "agents:\n  a: {name: x}\nskills:\n  - {id: b, role: x}\n";
    const { errors } = decode({ documents: [{ path: "x.yaml", content }], issues: [] });
    expect(errors.map(({ message }) => message)).toEqual([
      'Agent "a": missing required field "role"',
    ]);
  });

  test("looks at each document of a file by itself", () => {
    const content = "kind: Agent\nrole: x\n---\nkind: Agent\nspec: {workers: [{id: a}]}\n";
    const { errors } = decode(content, { documents: { kind: "Agent" } }, "x.yaml");
    expect(errors.map(({ message }) => /; the .*/.exec(message)?.[0])).toEqual([
      '; the options at: "", id: "file" would find 1 agent',
      '; the option at: "spec.workers" would find 1 agent',
    ]);
  });
});
