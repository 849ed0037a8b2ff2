import process from "node:process";
import { Type } from "@sinclair/typebox";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { agentRules } from "../../../src/decode/validate/agent-rules.ts";
import { createDecoder } from "../sync-decoder.ts";
import { standardValidator } from "../../../src/decode/validate/standard-validator.ts";
import type { StandardSchemaV1 } from "../../../src/model/agent/standard-schema.ts";

type Validate = StandardSchemaV1<unknown, object>["~standard"]["validate"];

/** A Standard Schema by hand, as nobody's library. */
function schemaOf(validate: Validate): StandardSchemaV1<unknown, object> {
  return { "~standard": { version: 1, vendor: "test", validate } };
}

const validate = (by: Validate, fields: Record<string, unknown> = {}) => {
  const { agent, problems } = standardValidator(schemaOf(by)).validate("a", fields);
  return { agent, problems: problems?.() };
};

const failing = (...issues: readonly StandardSchemaV1.Issue[]): Validate => () => ({ issues });

describe("the path of an issue", () => {
  const fields = { list: [{ x: 1 }], "a/b": { c: null }, text: "abc" };
  test.each<[NonNullable<StandardSchemaV1.Issue["path"]>, readonly string[], boolean]>([
    [["list", 0, "x"], ["list", "0", "x"], false],
    [[{ key: "list" }, { key: 0 }], ["list", "0"], false],
    [["list", { key: 1 }], ["list", "1"], true],
    [["a/b", "c"], ["a/b", "c"], false],
    [["a/b", "d"], ["a/b", "d"], true],
    [["none", "at", "all"], ["none", "at", "all"], true],
    [["constructor"], ["constructor"], true],
    // What a transform has made of a text is checked: there is no such place in the file.
    [["text", "size"], ["text", "size"], false],
    [["list", "length"], ["list", "length"], false],
    [[Symbol("s")], ["Symbol(s)"], true],
  ])("%j", (path, tokens, isMissing) => {
    const code = isMissing ? "missing-field" : "invalid-agent";
    const { problems } = validate(failing({ message: "no", path }), fields);
    expect(problems).toMatchObject([{ tokens, code }]);
  });

  test.each([[undefined], [[]]])("that is %j means the agent as a whole", (path) => {
    const { problems } = validate(failing({ message: "One of both, please.", path }), fields);
    expect(problems).toEqual([{
      tokens: [],
      code: "invalid-agent",
      message: "One of both, please",
    }]);
  });
});

describe("the id", () => {
  test("is put in for a schema that misses it, which then has the word", () => {
    const seen: unknown[] = [];
    const { problems } = validate((value) => {
      seen.push(value);
      const issues = [{ message: "no name", path: ["name"] }];
      return { issues: seen.length === 1 ? [...issues, { message: "no", path: ["id"] }] : issues };
    }, { x: 1 });
    expect(seen).toEqual([{ x: 1 }, { x: 1, id: "a" }]);
    expect(problems).toMatchObject([{ tokens: ["name"] }]);
  });

  test("is left alone where one is written", () => {
    const seen: unknown[] = [];
    const { problems } = validate((value) => {
      seen.push(value);
      return { issues: [{ message: "not text", path: ["id"] }] };
    }, { id: 5 });
    expect(seen).toEqual([{ id: 5 }]);
    expect(problems).toMatchObject([{ tokens: ["id"], code: "invalid-agent" }]);
  });

  test("of an agent is the registry's, whatever the schema gives", () => {
    const { agent } = validate(() => ({ value: { name: "A", id: 5 } }));
    expect(agent).toEqual({ name: "A", id: "a" });
    expect(Object.keys(agent!)[0]).toBe("id");
  });
});

test("a field named __proto__ is a field", () => {
  const value: object = JSON.parse('{"__proto__": {"x": 1}}');
  const { agent } = validate(() => ({ value }));
  expect(Object.getPrototypeOf(agent)).toBe(Object.prototype);
  expect(Object.keys(agent!)).toEqual(["id", "__proto__"]);
});

test("a validator may be a method", () => {
  const props = {
    version: 1,
    vendor: "test",
    name: "A",
    validate() {
      return { value: { name: this.name } };
    },
  } as const;
  const { agent } = standardValidator({ "~standard": props }).validate("a", {});
  expect(agent).toEqual({ id: "a", name: "A" });
});

describe("a schema that fails", () => {
  const message = (by: Validate) => {
    const { problems } = validate(by);
    expect(problems).toMatchObject([{ tokens: [], code: "invalid-agent" }]);
    return problems![0]!.message;
  };

  test("by throwing is reported for the agent", () => {
    expect(message(() => {
      throw new Error("out of order");
    })).toBe("the schema failed: out of order");
    expect(message(() => {
      throw "text";
    })).toBe("the schema failed: text");
  });

  test("without saying why is reported too", () => {
    expect(message(failing())).toBe("the schema refuses it");
  });

  test("by giving no object is reported", () => {
    // Not what its type says, but what transforms of untyped schemas do.
    const giving = (value: unknown): Validate => () => ({ value: value as object });
    expect(message(giving("text"))).toBe('the schema gives "text", not an object');
    expect(message(giving([]))).toBe("the schema gives a list, not an object");
    expect(message(giving(undefined))).toBe("the schema gives nothing, not an object");
    expect(message((() => undefined) as unknown as Validate)).toContain("the schema failed: ");
  });

  test("by giving a Promise is reported at once, and its rejection is nobody's business", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    try {
      expect(message(() => Promise.resolve({ value: {} }))).toContain("it gave a Promise");
      expect(message(() => Promise.reject(new Error("later")))).toContain("it gave a Promise");
      // Rejections are told of once the microtasks are done.
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.off("unhandledRejection", note);
    }
    expect(unhandled).toEqual([]);
  });

  test("does not keep others from being validated", () => {
    const content = "agents:\n  a:\n    n: 1\n  b:\n    n: 2\n";
    const decode = createDecoder(schemaOf((value) => {
      if ((value as { n: number }).n === 1) throw new Error("no ones");
      return { value: value as object };
    }));
    const { agents, errors } = decode({ documents: [{ path: "a.yaml", content }], issues: [] });
    expect([...agents.keys()]).toEqual(["b"]);
    expect(errors).toMatchObject([{
      code: "invalid-agent",
      message: 'Agent "a": the schema failed: no ones',
      line: 2,
      column: 3,
      pointer: "/agents/a",
    }]);
  });
});

test("is asked only about agents whose text differs", () => {
  const asked: unknown[] = [];
  const decode = createDecoder(schemaOf((value) => {
    asked.push(value);
    return { value: value as object };
  }));
  const read = (content: string) =>
    decode({ documents: [{ path: "a.yaml", content }], issues: [] });
  read("agents:\n  a:\n    n: 1\n  b:\n    n: 2\n");
  read("version: 2\nagents:\n  a:\n    n: 1\n  b:\n    n: 3\n");
  expect(asked).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
});

test("zod's Promises are explained: it makes one, too, of what throws", () => {
  const later = z.object({ n: z.number().refine(() => Promise.resolve(true)) });
  const throwing = z.object({
    n: z.number().transform((): number => {
      throw new Error("no");
    }),
  });
  for (const schema of [later, throwing]) {
    const { problems } = standardValidator(schema).validate("a", { n: 1 });
    expect(problems?.()[0]?.message).toContain("or throws, which zod makes a Promise of");
  }
});

describe("what a schema gives", () => {
  test("is copied: its own objects are neither frozen nor shared", () => {
    const shared = { limits: [1, 2] };
    const decode = createDecoder<{ shared: object }>(schemaOf(() => ({ value: { shared } })));
    const content = "agents:\n  a: {}\n  b: {}\n";
    const { agents } = decode({ documents: [{ path: "a.yaml", content }], issues: [] });
    expect(agents.get("a")).toEqual({ id: "a", shared });
    expect(Object.isFrozen(agents.get("a")!.shared)).toBe(true);
    expect(Object.isFrozen(shared) || Object.isFrozen(shared.limits)).toBe(false);
    expect(agents.get("a")!.shared).not.toBe(agents.get("b")!.shared);
  });

  test("may be Dates, which nobody can set for others", () => {
    const since = new Date("2026-01-31T12:00:00Z");
    const { agent } = validate(() => ({ value: { name: "A", id: 5, since, nested: [since] } }));
    const { since: date, nested } = Object.freeze(agent) as { since: Date; nested: [Date] };
    Date.prototype.setTime.call(date, 0);
    Date.prototype.setTime.call(nested[0], 0);
    expect(agent).toEqual({ id: "a", name: "A", since, nested: [since] });
    expect(Object.keys(agent!)).toEqual(["id", "name", "since", "nested"]);
  });

  class Own {
    readonly x = 1;
  }
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  test.each<[string, unknown, readonly string[]]>([
    ["an instance of Map", new Map(), []],
    ["an instance of URL", new URL("https://example.org"), []],
    ["an instance of Own", new Own(), []],
    ["a function", () => 1, []],
    ["a symbol", Symbol("s"), []],
    ["something that contains itself", cycle, ["self"]],
  ])("may not be %s", (kind, value, inner) => {
    const { problems } = validate(() => ({ value: { list: [1, value] } }), { list: [] });
    const tokens = ["list", "1", ...inner];
    const message = `the schema gives ${kind} at "${
      tokens.join(".")
    }": agents hold plain data and Dates`;
    expect(problems).toEqual([{ tokens, code: "invalid-agent", message }]);
  });
});

describe("agentRules", () => {
  const props = schemaOf(() => ({ value: {} }))["~standard"];
  test("takes a TypeBox schema for one, though it follows Standard Schema too", () => {
    const schema = Object.assign(Type.Object({ x: Type.String({ refersTo: "xs" }) }), {
      "~standard": props,
    });
    expect([...agentRules(schema).references]).toEqual([["x", "xs"]]);
    expect(agentRules(schema).validatorFor({}).validate("a", {}).problems?.()).toHaveLength(1);
  });

  test.each<[string, unknown]>([
    ["Type.String", Type.String()],
    ["Type.String", Object.assign(Type.String(), { "~standard": props })],
    ["string", "schema"],
    ["object", null],
    ["object", {}],
    ["function", () => true],
    ["object", { "~standard": null }],
    ["object", { "~standard": { ...props, version: 2 } }],
    ["object", { "~standard": { ...props, validate: true } }],
  ])("refuses a %s that is no schema", (kind, schema) => {
    const make = () => agentRules(schema as Parameters<typeof agentRules>[0]);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(
      `or one that follows Standard Schema (version 1), such as z.object makes, got ${kind}`,
    );
  });
});
