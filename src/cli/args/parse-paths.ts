import { Misuse } from "./misuse.ts";
import { isNatsUrl, parseNatsUrl } from "./nats-url.ts";

const DEFAULT_PATH = "agent_registry.yaml";

/**
 * Reads the paths of a registry, or the URL of a bucket.
 *
 * @throws {Misuse}
 */
export function pathsFrom(words: readonly string[]): readonly (string | URL)[] {
  return (words.length === 0 ? [DEFAULT_PATH] : words).map((word) => {
    if (word === "") throw new Misuse("Expected a path, got an empty one");
    if (/^https?:/i.test(word) && !URL.canParse(word)) {
      throw new Misuse(`Expected a URL such as https://host/agents.yaml, got "${word}"`);
    }
    if (isNatsUrl(word)) {
      if (words.length > 1) throw new Misuse("Expected one NATS URL, or paths: not both");
      parseNatsUrl(word);
    }
    if (!word.startsWith("file:")) return word;
    const url = new URL(word);
    if (url.host !== "") throw new Misuse(`Expected a file: URL of this machine, got ${word}`);
    return url;
  });
}
