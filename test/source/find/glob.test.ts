import { array, assert, constant, constantFrom, oneof, property, stringMatching } from "fast-check";
import picomatch from "picomatch";
import { describe, expect, test } from "vitest";
import { advance, isGlob, parseGlobs } from "../../../src/source/find/glob.ts";
import { times } from "../../times.ts";

function matches(pattern: string, path: string): boolean {
  const names = path.split("/");
  let state = parseGlobs(pattern);
  for (const name of names.slice(0, -1)) state = advance(state, name).below;
  return advance(state, names.at(-1)!).file !== undefined;
}

/** pattern, what it matches, what it does not */
const TABLE: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["*.yaml", ["a.yaml", "-.yaml"], [".a.yaml", ".yaml", "a.yml", "x/a.yaml", "a.yamlx"]],
  ["**/*.yaml", ["a.yaml", "x/a.yaml", "x/y/a.yaml"], [".x/a.yaml", "x/.a.yaml"]],
  ["x/**", ["x/a", "x/y/a.b"], ["x", "a", "y/x/a", "x/.a", "x/.y/a"]],
  ["x/**/a/*", ["x/a/b", "x/y/a/b", "x/a/a/b"], ["x/b", "a/b"]],
  ["a?.b", ["ax.b", "a😀.b", "a?.b"], ["a.b", "axx.b"]],
  ["[a-c]x[!0-9]", ["axb", "cx-"], ["dxb", "ax1", "ax"]],
  ["[^a]", ["b", "^"], ["a", ".", "bb"]],
  ["[\\]a-]", ["]", "a", "-"], ["b", "\\"]],
  ["[z-a]", [], ["z", "a", "[z-a]"]],
  ["[a", ["[a"], ["a"]],
  ["{a,b/c}/*.{yaml,yml}", ["a/x.yaml", "b/c/x.yml"], ["b/x.yaml", "a/x.json", "a,b/c/x.yml"]],
  ["a{,.b}", ["a", "a.b"], ["a,", "a."]],
  ["{a,{b,c}d}", ["a", "bd", "cd"], ["b", "ad"]],
  ["{a,{b}}", ["a", "{b}"], ["b"]],
  ["{a,b\\,c\\}}d", ["ad", "b,c}d"], ["bd"]],
  ["{a\\,b}", ["{a,b}"], ["a"]],
  ["{a}", ["{a}"], ["a"]],
  ["\\*", ["*"], ["a", "\\*"]],
  [".*", [".a"], ["a"]],
  [".x/*", [".x/a"], [".y/a"]],
  ["a(b)+$^|.c", ["a(b)+$^|.c"], ["ab.c"]],
  ["./a/./*.yaml", ["a/b.yaml"], ["a.yaml"]],
  ["[!a]b", ["bb"], [".b"]],
  ["{a,*}b", ["ab", "cb"], [".b"]],
  ["*\n*", ["a\nb"], ["a b"]],
];

describe("a glob matches what it says, and nothing else:", () => {
  test.each(TABLE)("%j", (pattern, yes, no) => {
    for (const path of yes) expect([path, matches(pattern, path)]).toEqual([path, true]);
    for (const path of no) expect([path, matches(pattern, path)]).toEqual([path, false]);
  });

  test("and just what picomatch matches", () => {
    const piece = constantFrom(
      ..."abab-.",
      ...["*", "**", "?", "[ab]", "[!a]", "[^b]", "[a-b]", "{a,b}", "{a,*b}", "{a.,?}", "\\*"],
    );
    const segment = array(piece, { minLength: 1, maxLength: 4 })
      .map((pieces) => pieces.join(""))
      // Where picomatch differs from the shells: a negated class or braces before a leading dot, and
      // braces right after stars. And "." is a name to it.
      .filter((text) => !/^(\[[!^]|\{|\.$)|\*\{/.test(text));
    const pattern = array(oneof({ arbitrary: segment, weight: 3 }, constant("**")), {
      minLength: 1,
      maxLength: 4,
    }).map((names) => names.join("/"));
    const name = stringMatching(/^[ab.*-]{1,4}$/).filter((text) => !/^\.\.?$/.test(text));
    const paths = array(array(name, { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 20,
    })
      .map((list) => list.map((names) => names.join("/")));
    let matched = 0;
    assert(
      property(pattern, paths, (text, list) => {
        // It is files that are looked for: what ends in `**` means what is below.
        const oracle = picomatch(text.replace(/(^|\/)\*\*$/, "$1**/*"), {
          noextglob: true,
          nonegate: true,
          posix: true,
        });
        for (const path of list) {
          const expected = oracle(path);
          if (expected) matched++;
          expect([text, path, matches(text, path)]).toEqual([text, path, expected]);
        }
      }),
      { numRuns: times(1_000) },
    );
    expect(matched).toBeGreaterThan(times(400));
  });
});

test.each([
  ["agents.yaml", false],
  ["a/b c/@(d)!.yaml", false],
  ["a{b}.yaml", false],
  ["a[.yaml", false],
  ["*.yaml", true],
  ["a/**/b", true],
  ["a?", true],
  ["agents[1].yaml", true],
  ["{a,b}", true],
  ["a\\*b", true],
])("isGlob: %s is one: %s", (text, is) => {
  expect(isGlob(text)).toBe(is);
});

test("parseGlobs refuses braces that stand for more patterns than anybody means", () => {
  expect(() => parseGlobs("{a,b}".repeat(40))).toThrow(RangeError);
});

test("a glob of many stars takes no time for a long name that almost matches", () => {
  const name = "-".repeat(250);
  expect(matches("*-*-*-*-*.yaml", name)).toBe(false);
  expect(matches("*-*-*-*-*.yaml", `${name}.yaml`)).toBe(true);
  expect(matches(`${"*[!x]?-".repeat(60)}.yaml`, name)).toBe(false);
});

test("several globs match what one of them matches", () => {
  const state = parseGlobs("*.yaml", "x/*");
  expect(advance(state, "a.yaml").file).toBe("extension");
  expect(advance(advance(state, "x").below, "b").file).toBe("any");
  expect(advance(state, "b").file).toBeUndefined();
});
