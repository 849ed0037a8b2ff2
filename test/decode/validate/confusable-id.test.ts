import { describe, expect, test } from "vitest";
import { decode, flow } from "../decode-one.ts";

const warningsOf = (...ids: readonly string[]) =>
  decode(`agents: {${ids.map((id) => `${id}: {${flow}}`).join(", ")}}`);

describe("an id that looks like another one", () => {
  test.each([
    ["caf\u00e9", "cafe\u0301", "normal form NFC"],
    ["planner", "plan\u200bner", "invisible character, U+200B"],
    ["planner", "plan\u200dner", "invisible character, U+200D"],
    ["planner", "planner\u00ad", "invisible character, U+00AD"],
    ["planner", "\ufeffplanner", "invisible character, U+FEFF"],
    ["planner", "plan\u2060ner", "invisible character, U+2060"],
  ])("%s is told from %j with a warning", (id, twin, why) => {
    const { agents, errors, warnings } = warningsOf(id, twin);
    expect(errors).toEqual([]);
    expect([...agents.keys()]).toEqual([id, twin]);
    expect(warnings).toMatchObject([{ code: "confusable-id", severity: "warning", line: 1 }]);
    expect(warnings[0]?.message).toContain(why);
    expect(warnings[0]?.message).toContain(`"${id}" is another id`);
  });

  test.each([
    ["ASCII", "a-b_c.d"],
    ["NFC", "caf\u00e9"],
    ["letters that joiners shape", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"],
    ["an emoji of several", "\u{1f468}\u200d\u{1f4bb}"],
    ["Han", "\u8a08\u753b"],
  ])("is not: %s", (_, id) => {
    expect(warningsOf(id).warnings).toEqual([]);
  });
});
