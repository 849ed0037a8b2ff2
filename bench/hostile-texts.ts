import { load } from "js-yaml";
import type { IssueCode, RegistryOptions, RegistrySnapshot, RegistryStatus } from "../mod.ts";
import { AnyAgentSchema } from "../mod.ts";

/** A text that is large, deep or wrong in a way in which none that people write is. */
export interface HostileText {
  readonly text: () => string;
  /** @default "a.yaml" */
  readonly path?: string;
  readonly options?: RegistryOptions<typeof AnyAgentSchema>;
  /** What it is measured against. @default js-yaml's load */
  readonly other?: (text: string) => unknown;
  /** What must come of it: the code of the first issue, or what holds of the snapshot. */
  readonly expected: IssueCode | readonly IssueCode[] | ((outcome: Outcome) => boolean);
}

/** What came of opening a registry. */
export interface Outcome {
  readonly snapshot: RegistrySnapshot<Record<string, unknown>>;
  readonly status: RegistryStatus;
}

const MB = 1_000_000;
const times = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join("");
const agent = (id: string, owner: string): string =>
  `  ${id}:\n    name: A\n    category: test\n    environment: test\n    owner: ${owner}\n` +
  "    version: 1.0.0\n    location: a\n";
const anyAgent = { schema: AnyAgentSchema } as const;
const promptOf = ({ snapshot }: Outcome): string => String(snapshot.get("a")?.["prompt"]);

/** The texts, by what is in them. */
export const HOSTILE_TEXTS: Readonly<Record<string, HostileText>> = {
  "1,000,000 keys at the top": {
    text: () => `${times(MB, (at) => `key_${at}: ${at}\n`)}agents:\n${agent("a", "team")}`,
    expected: ({ snapshot }) => snapshot.document["key_999999"] === 999_999,
  },
  "200,000 agents of one id": {
    text: () => `agents:\n${times(200_000, (at) => `  same:\n    name: Agent ${at}\n`)}`,
    expected: ["duplicate-agent", "missing-field"],
  },
  "200,000 agents of one id, in a list": {
    text: () => `agents:\n${times(200_000, (at) => `  - id: same\n    name: Agent ${at}\n`)}`,
    options: anyAgent,
    expected: "duplicate-agent",
  },
  "100,000 broken agents": {
    text: () => `agents:\n${times(100_000, (at) => agent(`agent_${at}`, "[team]"))}`,
    expected: "invalid-agent",
  },
  "100,000 agents, each with a syntax error": {
    text: () => `agents:\n${times(100_000, (at) => `  agent_${at}:\n    name: [a\n`)}`,
    expected: "yaml-syntax",
  },
  "10 MB of colons": {
    text: () => ":".repeat(10 * MB),
    expected: ["missing-agents", "yaml-syntax", "invalid-agents"],
  },
  "10 MB of colons and line breaks": {
    text: () => ":\n".repeat(5 * MB),
    expected: ["yaml-syntax", "duplicate-key", "missing-agents"],
  },
  "JSON of 1,000,000 keys": {
    text: () => `{${times(MB, (at) => `"key_${at}": ${at}, `)}"agents": {}}`,
    path: "a.json",
    other: JSON.parse,
    expected: ({ snapshot }) => snapshot.document["key_999999"] === 999_999,
  },
  "JSON of 100,000 broken agents": {
    text: () => `{"agents": {${times(100_000, (at) => `"a${at}": {"name": 1},`)}"b": {}}}`,
    path: "a.json",
    other: JSON.parse,
    expected: ["invalid-agent", "missing-field"],
  },
  "JSON, 100,000 levels": {
    text: () => `{"agents": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
    path: "a.json",
    other: JSON.parse,
    expected: "too-deep",
  },
  "a double-quoted value of 10 MB": {
    text: () => `agents:\n  a:\n    prompt: "${"words \\n ".repeat(10 * MB / 9)}"\n`,
    options: anyAgent,
    expected: (outcome) => promptOf(outcome) === "words \n ".repeat(10 * MB / 9),
  },
  "a single-quoted value of 10 MB": {
    text: () => `agents:\n  a:\n    prompt: '${"it''s ".repeat(10 * MB / 6)}'\n`,
    options: anyAgent,
    expected: (outcome) => promptOf(outcome) === "it's ".repeat(10 * MB / 6),
  },
  "a plain value of 10 MB": {
    text: () => `agents:\n  a:\n    prompt: ${"word ".repeat(10 * MB / 5)}\n`,
    options: anyAgent,
    expected: (outcome) => promptOf(outcome) === "word ".repeat(10 * MB / 5).trimEnd(),
  },
  "a block value of 10 MB": {
    text: () => `agents:\n  a:\n    prompt: |\n${"      words\n".repeat(10 * MB / 12)}`,
    options: anyAgent,
    expected: (outcome) => promptOf(outcome) === "words\n".repeat(10 * MB / 12),
  },
  "3,000 levels of maps": {
    text: () => `agents:\n  a:\n${times(3_000, (at) => `${" ".repeat(at + 4)}k:\n`)}`,
    options: anyAgent,
    expected: "too-deep",
  },
  "3,000 levels of flow lists": {
    text: () => `agents:\n  a: ${"[".repeat(3_000)}${"]".repeat(3_000)}\n`,
    options: anyAgent,
    expected: "too-deep",
  },
  "- - - -, 100,000 deep": {
    text: () => `agents:\n  a:\n    x:\n    ${"- ".repeat(100_000)}1\n`,
    options: anyAgent,
    expected: "too-deep",
  },
  "an unclosed quote in 10 MB": {
    text: () =>
      `agents:\n  a:\n    prompt: "open\n${
        times(10 * MB / 30, (at) => `      and so on, line ${at}\n`)
      }`,
    options: anyAgent,
    expected: "yaml-syntax",
  },
  "an unclosed quote before 50,000 agents": {
    text: () =>
      `agents:\n  a:\n    prompt: "open\n${times(50_000, (at) => agent(`agent_${at}`, "team"))}`,
    options: anyAgent,
    expected: "yaml-syntax",
  },
};

/** What `other` is when there is none. */
export const loadWithJsYaml = (text: string): unknown => load(text);
