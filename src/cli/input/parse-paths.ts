import { isNatsUrl, parseNatsUrl } from "./nats-url.ts";

const DEFAULT_PATH = "agent_registry.yaml";

/**
 * Reads the paths of a registry, or the URL of a bucket.
 *
 * @throws {Error} with a message for the command line
 */
export function pathsFrom(words: readonly string[]): readonly (string | URL)[] {
  return (words.length === 0 ? [DEFAULT_PATH] : words).map((word) => {
    if (word === "") throw new Error("Expected a path, got an empty one");
    if (/^https?:/i.test(word) && !URL.canParse(word)) {
      throw new Error(`Expected a URL such as https://host/agents.yaml, got "${word}"`);
    }
    if (isNatsUrl(word)) {
      if (words.length > 1) throw new Error("Expected one NATS URL, or paths: not both");
      parseNatsUrl(word);
    }
    if (!word.startsWith("file:")) return word;
    const url = new URL(word);
    if (url.host !== "") throw new Error(`Expected a file: URL of this machine, got ${word}`);
    return url;
  });
}

/** The same, but no bucket. */
export function filesFrom(words: readonly string[]): readonly (string | URL)[] {
  if (words.some(isNatsUrl)) throw new Error("Expected paths to publish, and the NATS URL as --to");
  return pathsFrom(words);
}
