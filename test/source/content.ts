import type { RegistrySnapshot } from "../../mod.ts";

/** A registry file, and what a snapshot that has all of it, and nothing else, means. */
export interface Content {
  readonly text: string;
  readonly meaning: string;
}

/** How many agents a content has unless it says otherwise. */
const AGENTS = 8;

/** Makes a registry whose every agent bears one label, so that a mixture or a part of two shows. */
export function content(label: string, agents: number = AGENTS): Content {
  return contentOf(Array.from({ length: agents }, (_, at) => [`a${at}`, label]));
}

/** Makes a registry of these agents: id and label. */
export function contentOf(agents: readonly (readonly [string, string])[]): Content {
  return {
    text: `agents:\n${agents.map(([id, label]) => agentText(id, label)).join("")}`,
    meaning: agents.map(([id, label]) => `${id}=${label}`).join(" "),
  };
}

/** One agent, as it stands in a file. */
export function agentText(id: string, label: string): string {
  return `  ${id}:\n    label: ${label}\n`;
}

/** What a snapshot means, to compare with {@linkcode Content.meaning}. */
export function meaningOf({ agents }: RegistrySnapshot<object>): string {
  return [...agents].map(([id, agent]) => `${id}=${(agent as { label?: unknown }).label}`).join(
    " ",
  );
}

/** Whether a meaning is that of one whole content with one label. */
export function isOneContent(meaning: string): boolean {
  const labels = meaning.split(" ").map((agent) => agent.split("=")[1]);
  return meaning === content(labels[0] ?? "").meaning;
}
