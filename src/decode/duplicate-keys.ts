import type { Node, YAMLMap } from "yaml";
import { quote } from "../text/quote.ts";
import type { Finding } from "./report/finding.ts";
import { keyText } from "./yaml-key.ts";

/** Finds the keys that a map has twice. The parser's own check (`uniqueKeys`) is quadratic. */
export function duplicateKeys(map: YAMLMap): readonly Finding[] {
  const seen = new Map<string, number>();
  const findings: Finding[] = [];
  for (const { key } of map.items) {
    const text = keyText(key);
    if (text === undefined) continue;
    const offset = (key as Node).range?.[0] ?? 0;
    const first = seen.get(text);
    if (first === undefined) seen.set(text, offset);
    else {
      const message = () => `The key ${quote(text)} stands here a second time`;
      findings.push({ code: "duplicate-key", severity: "error", message, offset, first });
    }
  }
  return findings;
}
