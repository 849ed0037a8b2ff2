import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runToCompletion } from "../../src/model/run-to-completion.ts";
import { parseJson } from "../../src/decode/parse-json.ts";

/** What `JSON.parse` says of a text. */
function oracle(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function check(text: string): void {
  const { tree, findings } = runToCompletion(parseJson(text));
  const expected = oracle(text);
  if (text.trim() === "") return;
  expect(tree !== undefined, JSON.stringify([text, findings])).toBe(expected !== undefined);
  if (tree === undefined || expected === undefined) {
    expect(findings).toHaveLength(1);
    expect(findings[0]!.offset).toBeLessThanOrEqual(text.length);
  } else if (tree.repeatedKeys(new Set()).length === 0) {
    expect(tree.root.value()).toEqual(expected.value);
  }
}

describe("parseJson", () => {
  const json = fc.json({ maxDepth: 6 });
  const spaced = fc.jsonValue({ maxDepth: 5 }).map((value) =>
    JSON.stringify(value, undefined, "\t ")
  );

  test("accepts what JSON.parse accepts, and gives the same", () => {
    fc.assert(fc.property(fc.oneof(json, spaced), check), { numRuns: 2_000 });
  });

  test("refuses what JSON.parse refuses", () => {
    const signs = [..."{}[],:\"\\ \n\t0123456789.eE+-truefalsn/#'\u0001\u2028u"];
    const edit = fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...signs));
    fc.assert(
      fc.property(fc.oneof(json, spaced), fc.array(edit, { maxLength: 3 }), (text, edits) => {
        const edited = edits.reduce((result, [where, less, sign]) => {
          const at = where % (result.length + 1);
          return result.slice(0, at) + sign + result.slice(at + less);
        }, text);
        check(edited);
      }),
      { numRuns: 5_000 },
    );
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...signs)), (all) => check(all.join(""))),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['{"a": 1,}', 7, 'Expected no comma before "}"'],
    ["[1 2]", 3, 'Expected "," or "]", found "2"'],
    ["{a: 1}", 1, 'Expected a key in double quotes, found "a"'],
    ['{"a" 1}', 5, 'Expected ":", found "1"'],
    ['["a\nb"]', 3, "Expected no line break or control character in a text"],
    ['["a', 1, "This text is never closed"],
    ['["\\x"]', 1, "A backslash in this text starts no escape sequence"],
    ["{} // x", 3, 'Expected the end of the document, found "/": JSON has no comments'],
    ["[", 1, "Expected a value, found the end of the file"],
  ])("says what is wrong with %j", (text, offset, message) => {
    expect(runToCompletion(parseJson(text)).findings).toMatchObject([{
      code: "json-syntax",
      offset,
      message,
    }]);
  });

  test("finds keys that are there twice", () => {
    const { tree } = runToCompletion(parseJson('{"a": {"b": 1, "b": 2}, "a": 3}'));
    const repeated = tree!.repeatedKeys(new Set());
    expect(repeated.map(({ offset, first }) => [offset, first])).toEqual([[15, 7], [24, 1]]);
    expect(tree!.repeatedKeys(new Set([0]))).toHaveLength(1);
  });

  test("survives nesting that is deeper than any registry", () => {
    const { findings } = runToCompletion(parseJson("[".repeat(1_000_000)));
    expect(findings).toMatchObject([{ code: "too-deep" }]);
  });

  test("pauses every so many values, also within one list", () => {
    for (const text of [JSON.stringify(Array(10_000).fill(1)), `[${"[[1]],".repeat(5_000)}1]`]) {
      const steps = parseJson(text);
      let pauses = 0;
      while (steps.next().done !== true) pauses++;
      expect(pauses).toBeGreaterThan(100);
    }
  });
});
