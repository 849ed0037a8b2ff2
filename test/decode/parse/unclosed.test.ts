import { describe, expect, test } from "vitest";
import { AnyAgentSchema } from "../../../src/model/agent/any-agent-schema.ts";
import { createDecoder } from "../sync-decoder.ts";

/** Agents around one with a value; the value starts at 5:12. */
const around = (value: string): string =>
  `agents:\n  a:\n    name: A\n  b:\n    owner: ${value}\n    name: B\n  c:\n    name: C\n`;
/** More than is given to the second parser. */
const LONG = "      and so on\n".repeat(20_000);

describe("what is not closed is reported where it opens", () => {
  const first = (text: string, path: string, isWhole: boolean): string => {
    const decode = createDecoder(AnyAgentSchema, {}, { isWhole });
    const [issue, ...more] = decode({ documents: [{ path, content: text }], issues: [] }).errors;
    expect(more).toEqual([]);
    return `${issue?.line}:${issue?.column} ${issue?.code} ${issue?.message}`;
  };
  const texts: Readonly<Record<string, readonly [text: string, expected: string]>> = {
    "a double quote": [
      around('"team'),
      "5:12 yaml-syntax This text is never closed: end it with a double quote",
    ],
    "a double quote before another": [
      around('"team').replace("name: C", 'name: "C"'),
      "5:12 yaml-syntax This text is never closed: end it with a double quote",
    ],
    "a single quote": [
      around("'team"),
      "5:12 yaml-syntax This text is never closed: end it with a single quote",
    ],
    "a list": [around("[team"), '5:12 yaml-syntax This list is never closed: end it with "]"'],
    "a list that holds one": [
      around("[team, [of, nine]"),
      '5:12 yaml-syntax This list is never closed: end it with "]"',
    ],
    "a list in a list": [
      around("[team, [of, nine"),
      '5:19 yaml-syntax This list is never closed: end it with "]"',
    ],
    "a map": [around("{a: b"), '5:12 yaml-syntax This map is never closed: end it with "}"'],
    "a quote in a list": [
      around('[team, "of]'),
      "5:19 yaml-syntax This text is never closed: end it with a double quote",
    ],
    "a key": [
      around("t").replace("  b:", '  "b:'),
      "4:3 yaml-syntax This text is never closed: end it with a double quote",
    ],
    "a list before the agents": [
      `version: [1\n${around("t")}`,
      '1:10 yaml-syntax This list is never closed: end it with "]"',
    ],
    "a quote before a long text": [
      `agents:\n  a:\n    name: "open\n${LONG}`,
      "3:11 yaml-syntax This text is never closed: end it with a double quote",
    ],
    "a list before a long text": [
      `agents:\n  a:\n    name: [open,\n${LONG}`,
      '3:11 yaml-syntax This list is never closed: end it with "]"',
    ],
    "a quote that a long text is less indented than": [
      `agents: { a: { name: 'open\n${LONG.replaceAll("      ", "")}`,
      "1:22 yaml-syntax This text is never closed: end it with a single quote",
    ],
    "a map in JSON": [
      '{"agents": {"a": {"name": "A"\n}}\n',
      '1:1 json-syntax This map is never closed: end it with "}"',
    ],
  };

  for (const [name, [text, expected]] of Object.entries(texts)) {
    const path = text.startsWith('{"') ? "a.json" : "a.yaml";
    test(name, () => expect(first(text, path, false)).toBe(expected));
    test(`${name}, in one piece`, () => expect(first(text, path, true)).toBe(expected));
  }
});

test("a list that is closed, and wrong inside, is not said to be open", () => {
  const decode = createDecoder(AnyAgentSchema);
  const content = around("[team\n      of: nine]");
  const { errors } = decode({ documents: [{ path: "a.yaml", content }], issues: [] });
  expect(errors[0]?.code).toBe("yaml-syntax");
  expect(errors.map(({ message }) => message).join()).not.toContain("never closed");
});
