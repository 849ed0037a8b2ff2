import { Type } from "@sinclair/typebox";
import { describe, expect, test } from "vitest";
import { createDecoder } from "../sync-decoder.ts";

const AGENT = "---\nname: a\n---\nHello";
const NOTES = "# Notes\n\nNo agent here.\n";

type Files = Readonly<Record<string, string>>;

function decode(found: Files, named: Files = {}) {
  const documents = [
    ...Object.entries(found).map(([path, content]) => ({ path, content, found: true as const })),
    ...Object.entries(named).map(([path, content]) => ({ path, content })),
  ];
  const decoder = createDecoder<object>(Type.Object({}));
  const first = decoder({ documents, issues: [] });
  const { errors, warnings } = decoder({ documents, issues: [] });
  expect([errors, warnings]).toEqual([first.errors, first.warnings]);
  return first;
}

describe("Markdown without front matter", () => {
  test.each(["AGENTS.md", "CLAUDE.md", "GEMINI.md", "notes.md", "notes.markdown"])(
    "that was found as %s is passed over with a warning",
    (path) => {
      const { agents, errors, warnings } = decode({ "a.md": AGENT, [path]: NOTES });
      expect([...agents.keys()]).toEqual(["a"]);
      expect(errors).toEqual([]);
      expect(warnings).toMatchObject([{ code: "missing-agents", path, line: 1 }]);
      expect(warnings[0]?.message).toContain("passed over");
    },
  );

  test("that was named is an error", () => {
    const { errors, warnings } = decode({ "a.md": AGENT }, { "notes.md": NOTES });
    expect(errors).toMatchObject([{ code: "missing-agents", path: "notes.md" }]);
    expect(warnings).toEqual([]);
  });

  test.each<[string, Files]>([
    ["nothing, as of a save that has just begun", { "a.md": AGENT, "b.md": "" }],
    ["blank lines", { "a.md": AGENT, "b.md": "\n \n" }],
    ["front matter without an end", { "a.md": AGENT, "b.md": "---\nname: b\n" }],
    ["nothing else", { "notes.md": NOTES }],
    ["other formats without agents", { "a.md": AGENT, "b.yaml": "name: x\n" }],
  ])("is an error all the same where there is %s", (_, found) => {
    expect(decode(found).errors).toHaveLength(1);
  });

  test("stays passed over when another file changes what agents may say", () => {
    const decoder = createDecoder<object>(Type.Object({}));
    const read = (version: string) =>
      decoder({
        documents: [
          { path: "notes.md", content: NOTES, found: true },
          { path: "x.yaml", content: `version: ${version}\nagents: {a: {}}`, found: true },
        ],
        issues: [],
      });
    for (const version of ["1", "2"]) {
      const { agents, errors, warnings } = read(version);
      expect([agents.size, errors.length, warnings.length]).toEqual([1, 0, 1]);
    }
  });
});

describe("front matter", () => {
  test.each([
    ["a blank line", "\n\n"],
    ["blank space", "  \n\t\n"],
    ["a comment", "<!-- by hand -->\n"],
    ["a comment of several lines", "<!--\nby\nhand\n-->\n\n"],
    ["a byte order mark", "\ufeff"],
  ])("may stand below %s", (_, before) => {
    const { agents, errors, warnings } = decode({}, { "a.md": before + AGENT });
    expect([...errors, ...warnings]).toEqual([]);
    expect([...agents]).toEqual([["a", { id: "a", name: "a", prompt: "Hello" }]]);
  });
});

describe("a trailing document mark", () => {
  test.each([
    "agents: {a: {}}\n---\n",
    "agents: {a: {}}\n---",
    "agents:\n  a: {}\n--- # the end\n\n",
    "---\nagents: {a: {}}\n...\n---\n...\n",
  ])("is no second document: %j", (content) => {
    const { agents, errors, warnings } = decode({}, { "a.yaml": content });
    expect([...errors, ...warnings]).toEqual([]);
    expect([...agents.keys()]).toEqual(["a"]);
  });
});
