import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eventValue } from "../../../src/decode/tree/event-value.ts";
import { EventTree } from "../../../src/decode/tree/event-tree.ts";
import { inspectTree } from "../../../src/decode/tree/inspect-tree.ts";
import { parseJson } from "../../../src/decode/parse/parse-json.ts";
import { times } from "../../times.ts";

/** What `JSON.parse` says of a text. */
function oracle(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function check(text: string): void {
  const { parsed, findings } = parseJson(text, true);
  const expected = oracle(text);
  if (text.trim() === "" || findings.some(({ code }) => code === "json-extension")) return;
  expect(parsed !== undefined, JSON.stringify([text, findings])).toBe(expected !== undefined);
  if (parsed === undefined || expected === undefined) {
    expect(findings.length).toBeGreaterThan(0);
    for (const { offset } of findings) expect(offset).toBeLessThanOrEqual(text.length);
    return;
  }
  const tree = new EventTree(parsed);
  if (inspectTree(tree, 1).keyFindings.length === 0) {
    expect(eventValue(tree, 1)).toEqual(expected.value);
  }
}

describe("parseJson", () => {
  const json = fc.json({ maxDepth: 6 });
  const spaced = fc.jsonValue({ maxDepth: 5 }).map((value) =>
    JSON.stringify(value, undefined, "\t ")
  );

  test("accepts what JSON.parse accepts, and gives the same", () => {
    fc.assert(fc.property(fc.oneof(json, spaced), check), { numRuns: times(300) });
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
      { numRuns: times(500) },
    );
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...signs)), (all) => check(all.join(""))),
      { numRuns: times(300) },
    );
  });

  test.each([
    ["[1 2]", 3, 'Expected ",", found "2"'],
    ["{a: 1}", 1, 'Expected a value, or a key in double quotes, found "a"'],
    ['{"a" 1}', 5, 'Expected ":", found "1"'],
    ['["a\nb"]', 1, "This text is never closed: end it with a double quote"],
    ['["a', 1, "This text is never closed: end it with a double quote"],
    ['["\\x"]', 1, "A backslash in this text starts no escape sequence"],
    ["[", 0, 'This list is never closed: end it with "]"'],
    ['[{"a": [1]\n', 1, 'This map is never closed: end it with "}"'],
  ])("says what is wrong with %j", (text, offset, message) => {
    const [first] = parseJson(text, true).findings;
    expect(first).toMatchObject({ code: "json-syntax", offset, message });
  });

  test.each([
    ['{"a": 1,}', 7, "JSON has no trailing commas: some programs will refuse this file"],
    ["[1, // x\n2]", 4, "JSON has no comments: some programs will refuse this file"],
  ])("reads %j with a warning", (text, offset, message) => {
    const { parsed, findings } = parseJson(text, true);
    expect(parsed).toBeDefined();
    expect(findings).toMatchObject([
      { code: "json-extension", severity: "warning", offset, message },
    ]);
    expect(parseJson(text, false).findings).toEqual([]);
  });

  test("finds keys that are there twice", () => {
    const { parsed } = parseJson('{"a": {"b": 1, "b": 2}, "a": 3}', true);
    const { keyFindings } = inspectTree(new EventTree(parsed!), 1);
    expect(keyFindings.map(({ mapStart, finding: { offset, first } }) => [mapStart, offset, first]))
      .toEqual([[6, 15, 7], [0, 24, 1]]);
  });

  test("survives nesting that is deeper than any registry", () => {
    const { findings } = parseJson("[".repeat(1_000_000), true);
    expect(findings).toMatchObject([{ code: "too-deep" }]);
  });
});
