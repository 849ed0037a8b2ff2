import { Type } from "@sinclair/typebox";
import { describe, expect, test } from "vitest";
import { createDecoder } from "../../src/decode/decoder.ts";
import { decodeReading, readingOf } from "./run-steps.ts";

const schema = Type.Object({ n: Type.Optional(Type.Unknown()) });

async function issuesOf(number: string, path: string): Promise<readonly string[]> {
  const text = path.endsWith(".json")
    ? `{"agents": {"a": {\n"n": ${number}}}}`
    : `agents:\n  a:\n    n: ${number}\n`;
  const { errors } = await decodeReading(createDecoder(schema), readingOf(text, path));
  return errors.map(({ code, line, message }) => `${code} ${line} ${message}`);
}

describe.each(["a.yaml", "a.json"])("a number in %s", (path) => {
  test.each(["1234567890123456789", "0.12345678901234567890", "1e400", "-1e309", "1e-400"])(
    "is refused where a double does not hold it: %s",
    async (number) => {
      const [issue, ...others] = await issuesOf(number, path);
      expect(issue).toMatch(/^inexact-number [23] /);
      expect(issue).toContain(number);
      expect(others).toEqual([]);
    },
  );

  test.each(["9007199254740991", "0.1", "1e300", "0", "0.0", "-0", "0e5", "1e-300", "1.50"])(
    "is taken where it does: %s",
    async (number) => expect(await issuesOf(number, path)).toEqual([]),
  );
});

test.each([".inf", "-.Inf", ".nan", "0x0", "0xFFFF"])("%s is a number of YAML", async (number) => {
  expect(await issuesOf(number, "a.yaml")).toEqual([]);
});
