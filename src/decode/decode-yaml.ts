import { isMap, isScalar, type Node, type YAMLError, type YAMLMap } from "yaml";
import { duplicateKeys } from "./duplicate-keys.ts";
import { error, type Finding } from "./finding.ts";
import { inspectYaml } from "./inspect-yaml.ts";
import { kindOf } from "./kind-of.ts";
import { isMergeKey, keyText } from "./yaml-key.ts";
import { parseYaml } from "./parse-yaml.ts";
import { YamlTree } from "./yaml-tree.ts";

/** One agent as it stands in a document, before validation. */
export interface Entry {
  readonly id: string;
  /** Plain data, not frozen, the caller's own. */
  readonly value: unknown;
  /** Keys and indexes that lead to it from the root of its document. */
  readonly tokens: readonly string[];
  /** Offset of its key. */
  readonly offset: number;
}

/** What a YAML text holds: entries and what is around them, or findings that say why not. */
export interface DecodedYaml {
  readonly entries: readonly Entry[];
  /** The document without its agents. */
  readonly around: Readonly<Record<string, unknown>>;
  readonly findings: readonly Finding[];
  /** Offset of what stands at a path from the root, or of the nearest thing on the way. */
  offsetOf(tokens: readonly string[]): number;
}

/** The key of a document below which its agents stand. */
export const AGENTS = "agents";
const HINT = 'the agents stand in a map of id to agent below the key "agents"';

/** Decodes a YAML text whose agents are the map at its key `agents`. */
export function decodeYaml(text: string): DecodedYaml {
  const document = parseYaml(text);
  const findings: Finding[] = document.warnings.map((warning) => findingOf(warning, "warning"));
  if (document.errors.length > 0) {
    return nothing([...findings, ...document.errors.map((problem) => findingOf(problem, "error"))]);
  }
  const root = document.contents;
  const inspected = inspectYaml(root);
  if (inspected.findings.length > 0) return nothing([...findings, ...inspected.findings]);
  if (!isMap(root)) return nothing([...findings, rootFinding(root)]);
  const tree = new YamlTree(text, root, inspected.targets);
  return decodeRoot(root, tree, inspected.maps, findings);
}

function decodeRoot(
  root: YAMLMap,
  tree: YamlTree,
  maps: readonly YAMLMap[],
  warnings: readonly Finding[],
): DecodedYaml {
  const pairs = tree.pairsOf(root);
  const pair = pairs.find(({ key }) => key === AGENTS);
  const agents = tree.resolved(pair?.value ?? null);
  // Two agents of one id may stand in two files: that is left to whoever knows them all.
  const repeated = maps.filter((map) => map !== agents).flatMap(duplicateKeys);
  const findings = [...warnings, ...repeated];
  if (pair === undefined) {
    const finding = error("missing-agents", 0, `The document has no "agents": ${HINT}`);
    return nothing([...findings, finding]);
  }
  if (!isMap(agents)) {
    const hint = kindOf(agents) === "nothing" ? 'write "agents: {}" for an empty registry' : HINT;
    const message = `Expected "agents" to be a map, found ${kindOf(agents)}: ${hint}`;
    return nothing([...findings, error("invalid-agents", start(pair.keyNode), message, "/agents")]);
  }
  for (const { key } of agents.items) {
    if (isMergeKey(key) || keyText(tree.resolved(key)) !== undefined) continue;
    const message = "Expected an agent id to be a scalar such as text or a number";
    findings.push(error("invalid-agents", start(key as Node | null), message, "/agents"));
  }
  return {
    entries: tree.pairsOf(agents).map(({ key, keyNode, value }) => ({
      id: key,
      value: tree.valueOf(value),
      tokens: [AGENTS, key],
      offset: start(keyNode),
    })),
    // fromEntries defines its keys, so that one named __proto__ is a key like any other.
    around: Object.fromEntries(
      pairs
        .filter(({ key }) => key !== AGENTS)
        .map(({ key, value }) => [key, tree.valueOf(value)]),
    ),
    findings,
    offsetOf: (tokens) => tree.offsetOf(tokens),
  };
}

function rootFinding(root: unknown): Finding {
  if (root === null || (isScalar(root) && root.value === null)) {
    return error("missing-agents", 0, `The document is empty: ${HINT}`);
  }
  const offset = start(root as Node);
  return error("missing-agents", offset, `Expected a map, found ${kindOf(root)}: ${HINT}`);
}

function findingOf(problem: YAMLError, severity: Finding["severity"]): Finding {
  const [offset] = problem.pos;
  switch (problem.code) {
    case "RESOURCE_EXHAUSTION":
      return error("too-deep", offset, "Collections are nested too deeply to be parsed");
    case "MULTIPLE_DOCS": {
      const message = 'A second document starts here: remove the "---" between them';
      return error("several-documents", offset, message);
    }
    default:
      return { code: "yaml-syntax", severity, message: problem.message, offset };
  }
}

function start(node: Node | null): number {
  return node?.range?.[0] ?? 0;
}

function nothing(findings: readonly Finding[]): DecodedYaml {
  return { entries: [], around: {}, findings, offsetOf: () => 0 };
}
