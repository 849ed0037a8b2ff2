import { Type } from "@sinclair/typebox";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { createDecoder, createFullDecoder } from "../sync-decoder.ts";
import type { LayoutOptions, Variables } from "../../../src/decode/layout-options.ts";
import type { SchemaOption } from "../../../src/model/agent/agent-of.ts";
import { AnyAgentSchema } from "../../../src/model/agent/any-agent-schema.ts";
import { formatIssue, type Issue } from "../../../src/model/report/issue.ts";

interface AnyAgent {
  readonly id: string;
  readonly [field: string]: unknown;
}

const SECRET = "sk-4f9a";

function decode(
  content: string,
  variables: Variables | undefined,
  { schema = AnyAgentSchema, ...layout }: LayoutOptions & { schema?: SchemaOption } = {},
) {
  const reading = { documents: [{ path: "agents.yaml", content }], issues: [] };
  const options = { ...layout, variables };
  const decoded = createDecoder<AnyAgent>(schema, options)(reading);
  const whole = createFullDecoder<AnyAgent>(schema, options)(reading);
  expect([...decoded.agents]).toEqual([...whole.agents]);
  expect(decoded.errors).toEqual(whole.errors);
  expect(decoded.warnings).toEqual(whole.warnings);
  return decoded;
}

const place = ({ code, line, column, pointer }: Issue) => [code, line, column, pointer];
const textOf = (value: string, variables: Variables) =>
  decode(JSON.stringify({ agents: { a: { text: value } } }), variables).agents.get("a")?.["text"];

describe("a text", () => {
  const variables = { NAME: "Ada", EMPTY: "", DEEP: "${NAME}", "db.host-1": "db" };

  test.each([
    ["${NAME}", "Ada"],
    ["a ${NAME}, b ${NAME}", "a Ada, b Ada"],
    ["${NAME:-Bob}", "Ada"],
    ["${NONE:-Bob}", "Bob"],
    ["${NONE:-}", ""],
    ["${NONE:-a:-b $c $$ {}", "a:-b $c $$ {"],
    // As a shell has it: what is empty is as good as not there.
    ["${EMPTY:-Bob}", "Bob"],
    ["${EMPTY}", ""],
    ["${db.host-1}", "db"],
    ["$${NAME}", "${NAME}"],
    ["$$${NAME}", "$${NAME}"],
    ["$NAME $ {NAME} {NAME}", "$NAME $ {NAME} {NAME}"],
    // What a variable stands for is taken as it is.
    ["${DEEP}", "${NAME}"],
  ])("%j becomes %j", (text, expanded) => {
    expect(textOf(text, variables)).toBe(expanded);
    expect(textOf(text, (name) => Reflect.get(variables, name))).toBe(expanded);
  });

  test("is as it is written without the option", () => {
    expect(decode("agents: {a: {x: '$${A} ${B:-c} ${'}}", undefined).agents.get("a")?.["x"])
      .toBe("$${A} ${B:-c} ${");
  });

  test("is expanded at any depth; numbers, keys, ids and what stands around are not", () => {
    const text = `
around: \${NAME}
agents:
  \${NAME}: {id: "\${NAME}", list: [1, {deep: "\${NAME}", "\${NAME}": .nan}]}
`;
    const { agents, metadata, warnings } = decode(text, variables);
    expect(metadata).toEqual({ around: "${NAME}" });
    expect(agents.get("${NAME}")).toEqual({
      id: "${NAME}",
      list: [1, { deep: "Ada", "${NAME}": NaN }],
    });
    expect(warnings).toEqual([]);
  });

  test("is expanded in what extract, a format and front matter give", () => {
    const extract = (data: unknown) => (data as { crews: object[] }).crews;
    expect(decode("crews: [{id: a, x: '${NAME}'}]", variables, { extract }).agents.get("a"))
      .toEqual({ id: "a", x: "Ada" });
    const decoder = createDecoder<AnyAgent>(AnyAgentSchema, { variables });
    const content = "---\nname: a\n---\nYou are ${NAME}.\n";
    const { agents } = decoder({ documents: [{ path: "a.md", content }], issues: [] });
    expect(agents.get("a")?.["prompt"]).toBe("You are Ada.");
  });
});

describe("a variable", () => {
  test.each<[string, Variables, string]>([
    [
      "${NONE}",
      {},
      'variable "NONE" at "x" has no value: give it one, or a default as in "${NONE:-default}"',
    ],
    ["${constructor}", {}, "has no value"],
    ["${A}", { A: undefined }, "has no value"],
    ["${A}", { A: 5 as never }, 'variable "A" at "x" is a number: expected text'],
    ["${A}", () => Promise.resolve("x") as never, "is an instance of Promise: expected text"],
    ["${A:-b}", () => {
      throw new Error(SECRET);
    }, 'variable "A" at "x" cannot be told: the option "variables" failed'],
    ["${}", {}, 'a "${" at "x" starts no variable: write "$${" for a plain one'],
    ["${A", {}, "starts no variable"],
    ["${A B}", {}, "starts no variable"],
    ["${1}", {}, "starts no variable"],
    ["${A:-${B}}", { A: "x", B: "y" }, "starts no variable"],
    ["${A:+b}", {}, "starts no variable"],
  ])("in %j of %j is an issue", (text, variables, message) => {
    const { errors } = decode(`agents:\n  a:\n    y: 1\n    x: "${text}"\n`, variables);
    expect(errors.map(place)).toEqual([["unknown-variable", 4, 8, "/agents/a/x"]]);
    expect(errors[0]?.message).toContain(message);
    expect(errors.map(formatIssue).join()).not.toContain(SECRET);
  });

  test("that is unknown is told once a place, before what the schema says", () => {
    const schema = Type.Object({ n: Type.Number(), list: Type.Array(Type.String()) });
    const text = "agents:\n  a:\n    n: x\n    list: ['${A} ${A}', '${A} ${B}']\n  b: {n: x}\n";
    expect(decode(text, {}, { schema }).errors.map(place)).toEqual([
      ["unknown-variable", 4, 12, "/agents/a/list/0"],
      ["unknown-variable", 4, 25, "/agents/a/list/1"],
      ["unknown-variable", 4, 25, "/agents/a/list/1"],
      ["missing-field", 5, 3, "/agents/b/list"],
      ["invalid-agent", 5, 10, "/agents/b/n"],
    ]);
  });

  test("is asked for once a reading, and not without an agent that has it", () => {
    const asked: string[] = [];
    const variables = (name: string): string => `${asked.push(name)}`;
    const decoder = createDecoder<AnyAgent>(AnyAgentSchema, { variables });
    const content = "agents: {a: {x: '${A}'}, b: {x: '${A} ${A}'}, c: {x: y}}";
    decoder({ documents: [{ path: "a.yaml", content }], issues: [] });
    expect(asked).toEqual(["A"]);
  });

  test.each([[5], ["PATH"], [null], [["PATH"]]])("option %j is a TypeError", (variables) => {
    expect(() => createDecoder(AnyAgentSchema, { variables: variables as never })).toThrow(
      new TypeError(
        `Expected variables to be an object or a function, got ${
          { number: "a number", string: "a string" }[typeof variables as string] ??
            (variables === null ? "null" : "a list")
        }`,
      ),
    );
  });
});

describe("a value", () => {
  const variables = { KEY: SECRET };
  const url = Type.String({ pattern: "^https:" });

  test.each<[string, SchemaOption, string, string]>([
    [
      "a pattern",
      Type.Object({ x: url }),
      "${KEY}",
      'Agent "a": expected "x" to be text that matches ^https:, found the value of "${KEY}"',
    ],
    [
      "choices",
      Type.Object({ x: Type.Union([Type.Literal("sk-4f9b"), Type.Literal("no")]) }),
      "${KEY}",
      'Agent "a": expected "x" to be one of "sk-4f9b", "no", found the value of "${KEY}"',
    ],
    [
      "a length",
      Type.Object({ x: Type.String({ maxLength: 3 }) }),
      "a ${KEY}",
      'Agent "a": expected "x" to have at most 3 characters, found the value of "a ${KEY}"',
    ],
    [
      "a number",
      Type.Object({ x: Type.Number() }),
      "${KEY}",
      'Agent "a": expected "x" to be a number, found the value of "${KEY}"',
    ],
  ])("is not in the message of %s", (_, schema, text, message) => {
    const { errors } = decode(JSON.stringify({ agents: { a: { x: text } } }), variables, {
      schema,
    });
    expect(errors.map((issue) => issue.message)).toEqual([message]);
  });

  test("is not in a message about its list, nor in the warning of a name", () => {
    const schema = Type.Object({
      list: Type.Array(Type.String(), { uniqueItems: true }),
      needs: Type.Optional(Type.Array(Type.String(), { refersTo: "agents" })),
    });
    const { errors } = decode("agents: {a: {list: ['${KEY}', '${KEY:-x}']}}", variables, {
      schema,
    });
    expect(errors[0]?.message).toContain('expected the items of "list" to be unique, found one');
    const text = `agents: {a: {list: [], needs: ["\${KEY}", other]}, "${SECRET}x": {list: []}}`;
    expect(decode(text, variables, { schema }).warnings.map(({ message }) => message)).toEqual([
      'the value of "${KEY}" in "needs" is not in "agents"',
      '"other" in "needs" is not in "agents"',
    ]);
  });

  // Each of these quotes what it refuses in one way or another.
  const schemas: Readonly<Record<string, SchemaOption>> = {
    TypeBox: Type.Object({ x: Type.String({ maxLength: 3 }), y: Type.Number() }),
    zod: z.looseObject({
      x: z.string().refine((x) => x.length < 4, { error: ({ input }) => `no ${input}` }),
      y: z.number(),
    }),
    valibot: v.looseObject({ x: v.picklist(["a", "b"]), y: v.number() }),
    arktype: type({ x: "'a' | 'b'", y: "number" }),
  };

  test.each(Object.entries(schemas))("is not in a message of %s; others are", (_, schema) => {
    const text = "agents:\n  a:\n    x: ${KEY}\n    y: text\n";
    const { errors } = decode(text, variables, { schema });
    expect(errors.map(place).toSorted()).toEqual([
      ["invalid-agent", 3, 8, "/agents/a/x"],
      ["invalid-agent", 4, 8, "/agents/a/y"],
    ]);
    const messages = errors.map(formatIssue).join("\n");
    expect(messages).toContain("${KEY}");
    expect(messages).not.toContain(SECRET);
    // What is wrong without a variable is told as ever.
    const [alone] = decode("agents: {a: {x: a, y: text}}", undefined, { schema }).errors;
    expect(errors.find(({ pointer }) => pointer === "/agents/a/y")?.message).toBe(alone?.message);
  });

  test.each<[string, SchemaOption, string]>([
    ["throws", v.object({ x: v.pipe(v.string(), v.transform(JSON.parse)) }), "refuses it"],
    ["speaks of all", z.object({ x: z.string() }).refine(() => false, { error: SECRET }), SECRET],
    [
      "speaks of all and quotes",
      z.object({ x: z.string() }).refine(() => false, { error: (i) => JSON.stringify(i.input) }),
      "refuses it",
    ],
    ["is nested", z.object({ x: z.string().max(3) }), 'refuses the value of "${KEY}" at "x"'],
  ])("is not in a message of a schema that %s", (_, schema, expected) => {
    const [error] = decode("agents: {a: {x: '${KEY}'}}", variables, { schema }).errors;
    expect(error?.message).toContain(expected);
    if (expected !== SECRET) expect(error?.message).not.toContain(SECRET);
  });
});
