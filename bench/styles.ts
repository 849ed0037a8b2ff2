/** A way in which people write registries. */
export type Style = "plain" | "quoted" | "block" | "nested" | "commented" | "full-width";

/** One agent: its id, and how often it was edited since it was written. */
export interface Entry {
  readonly id: string;
  readonly revision: number;
  /** The agent that is to be taken in its place. */
  readonly replacement?: string;
}

/** Where the agents stand in the text. */
export interface Place {
  /** The layout of the agents. @default that of the style */
  readonly layout?: "map" | "list";
  /** The keys above the agents. @default ["agents"] */
  readonly at?: readonly string[];
  /** The field that names an agent in a list. @default "id" */
  readonly idField?: string;
}

type Pick = <T>(list: readonly T[]) => T;

/** The lines of one agent below its id, without indentation. */
type Lines = (number: number, revision: number, pick: Pick) => readonly string[];

const TEAMS = ["orders", "billing", "logistics", "support", "people", "platform", "finance"];
const TASKS = ["intake", "status", "forecast", "summary", "triage", "review", "search", "report"];
const PEOPLE = ["Mina Park", "Jonas Weber", "Aiko Sato", "Lucía Gómez", "Sam O'Neill"];

const required = (number: number, revision: number, pick: Pick): readonly string[] => [
  `category: ${pick(["production", "example", "test", "system"])}`,
  `environment: ${pick(["production", "staging", "demo", "test"])}`,
  `owner: team-${number % 50}`,
  `version: ${1 + number % 4}.${revision}.${number % 10}`,
];

/** Edits change the length, as they do when people make them. */
const edited = (revision: number): string =>
  revision === 0 ? "" : `, revised ${revision === 1 ? "once" : `${revision} times by the owner`}`;

const STYLES: Readonly<Record<Style, Lines>> = {
  plain: (number, revision, pick) => [
    `name: ${title(pick)} agent ${number}`,
    `description: Answers questions about topic ${number} and hands the rest to a person` +
    edited(revision),
    ...required(number, revision, pick),
    `location: agents/group_${number % 100}/agent_${number}`,
    `status: ${pick(["active", "active", "experimental", "archived"])}`,
    `tags: [${pick(["memory", "planning", "search"])}, ${pick(["chat", "batch", "voice"])}]`,
    `maintainer: ${pick(PEOPLE)}`,
    `created_at: 2025-0${1 + number % 9}-15`,
    "performance_metrics:",
    `  avg_latency_ms: ${100 + number % 900}`,
    `  success_rate: 0.9${number % 10}`,
    `  cost_per_call: 0.0${1 + number % 9}`,
  ],
  quoted: (number, revision, pick) => [
    `name: "${title(pick)} agent ${number}"`,
    `description: "Answers \\"where is my order?\\" \\u2014 and, when asked twice,\\n` +
    `hands ${number} over to a person${edited(revision)}"`,
    ...required(number, revision, pick),
    `location: "agents/group_${number % 100}/agent_${number}"`,
    `business_goal: 'It''s the customers'' time that counts: under ${number % 60} minutes'`,
    `tags: ["${pick(["memory", "planning"])}", "${pick(["chat", "batch"])}", 'read-only']`,
    `maintainer: "${pick(PEOPLE)} <owner-${number % 50}@harbour.example>"`,
    `documentation_url: "https://docs.harbour.example/agents/${number}?view=full#usage"`,
    `limits: { "requests per minute": ${10 + number % 90}, burst: 20, "on error": "retry" }`,
  ],
  block: (number, revision, pick) => [
    `name: ${title(pick)} agent ${number}`,
    "description: >",
    `  Reads orders from mail and EDI and files them, in the ${number % 40} countries`,
    `  in which the company sells${edited(revision)}; what is doubtful`,
    "  goes to a person.",
    ...required(number, revision, pick),
    `location: agents/group_${number % 100}/agent_${number}`,
    "prompt: |",
    `  You are the ${pick(TASKS)} agent of the ${pick(TEAMS)} team.`,
    "",
    "  Rules:",
    "    - answer in the language of the question",
    `    - at most ${2 + number % 9} sentences: no more, no less`,
    "    - never invent an order number # not even as an example",
    "",
    "  When unsure, say so.",
    "escalation: |-",
    `  Ask ${pick(PEOPLE)} first`,
    "  and the team channel after that",
  ],
  nested: (number, revision, pick) => [
    `name: ${title(pick)} agent ${number}`,
    `description: Plans and runs the tools below${edited(revision)}`,
    ...required(number, revision, pick),
    `location: agents/group_${number % 100}/agent_${number}`,
    "tags:",
    `  - ${pick(["memory", "planning", "search"])}`,
    `  - ${pick(["chat", "batch", "voice"])}`,
    "tools:",
    `  - name: ${pick(TASKS)}`,
    "    timeout_ms: 2500",
    "    scopes:",
    "      - orders:read",
    `      - ${pick(TEAMS)}:write`,
    "  - name: translate",
    "    retry:",
    `      attempts: ${1 + number % 5}`,
    "      backoff: { base_ms: 100, factor: 2 }",
    "model:",
    "  provider: harbour",
    "  parameters:",
    `    temperature: 0.${number % 10}`,
    "    stop: null",
  ],
  commented: (number, revision, pick) => [
    `name: ${title(pick)} agent ${number} # as it is called in the dashboard`,
    `description: Answers questions about topic ${number}${edited(revision)}`,
    ...required(number, revision, pick).map((line, at) => at === 2 ? `${line} # on call` : line),
    '# moved from services/ in spring, see the wiki: "Where agents live"',
    `location: agents/group_${number % 100}/agent_${number}   # no trailing slash!`,
    `tags: [${pick(["memory", "planning"])}, ${pick(["chat", "batch"])}]  # keep sorted`,
    `# status: ${pick(["archived", "deprecated"])}`,
    `maintainer: ${pick(PEOPLE)}`,
    "",
    "performance_metrics: # measured last week",
    `  avg_latency_ms: ${100 + number % 900} # p50`,
    `  success_rate: 0.9${number % 10}`,
  ],
  "full-width": (number, revision, pick) => [
    `name: ${pick(["注文受付", "倉庫案内", "請求書作成", "翻訳"])}エージェント${number}`,
    `description: お客様の質問（トピック${number}）に「二文以内」で答え、残りは担当者へ渡します。` +
    (revision === 0 ? "" : `改訂：${revision}回目、長さも変わる`),
    ...required(number, revision, pick).filter((line) => !line.startsWith("owner:")),
    `owner: ${pick(["物流チーム", "財務部", "カスタマーサポート", "人事・総務"])}`,
    `location: agents/group_${number % 100}/agent_${number}`,
    `business_goal: 回答までの時間：${number % 60}分以内、満足度は９割以上`,
    `tags: [${pick(["物流", "請求", "検索"])}, ${pick(["会話", "一括", "音声"])}]`,
    `maintainer: ${pick(["朴 美娜", "佐藤 愛子", "鈴木 一郎"])}`,
    "performance_metrics:",
    `  avg_latency_ms: ${100 + number % 900}`,
    `  success_rate: 0.9${number % 10}`,
  ],
};

/** The names of the styles: each YAML that people write, none of them made to please a parser. */
export const STYLE_NAMES: readonly Style[] = Object.keys(STYLES) as Style[];

function title(pick: Pick): string {
  return `${pick(TEAMS)} ${pick(TASKS)}`;
}

/** As many agents as are wanted, none of them edited. */
export function entries(count: number): readonly Entry[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `agent_${String(at).padStart(6, "0")}`,
    revision: 0,
  }));
}

/** The text around the agents and of each of them: they follow each other, so joined they are a file. */
export function textsOf(
  style: Style,
  agents: readonly Entry[],
  { layout = style === "nested" ? "list" : "map", at = ["agents"], idField = "id" }: Place = {},
): { readonly head: string; readonly agents: readonly string[] } {
  const above = at.map((key, depth) => `${"  ".repeat(depth)}${key}:\n`).join("");
  const indent = "  ".repeat(at.length);
  return {
    head: `${HEAD}${above}`,
    agents: agents.map(({ id, revision, replacement }) => {
      const number = Number(id.slice(-6)) || 0;
      const pick: Pick = (list) => list[number % list.length]!;
      const lines = [
        ...STYLES[style](number, revision, pick),
        ...replacement === undefined ? [] : [`replacement_agent: ${replacement}`],
      ];
      const between = style === "commented" && number % 10 === 0
        ? `\n${indent}# --- ${pick(TEAMS)} ${"-".repeat(60)}\n`
        : "";
      const start = layout === "list" ? `- ${idField}: ${id}` : `${id}:`;
      const below = lines.map((line) => line === "" ? "\n" : `${indent}  ${line}\n`);
      return `${between}${indent}${start}\n${below.join("")}`;
    }),
  };
}

/** The text of a registry. */
export function registryText(style: Style, agents: readonly Entry[], place: Place = {}): string {
  const texts = textsOf(style, agents, place);
  return texts.head + texts.agents.join("");
}

const HEAD = `# The agents of a fictional trading company.
version: "1.0"
registry:
  name: Harbour & Sons agent platform
config:
  hot_reload:
    enabled: true
    debounce_ms: 250

`;
