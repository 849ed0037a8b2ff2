import { isMap, isScalar, type Node, parseDocument, type YAMLError } from "yaml";
import type { Finding } from "./finding.ts";
import { inspectYaml, kindOf } from "./inspect-yaml.ts";
import { isMergeKey, keyText, nodeAt, pairsOf, resolved, type YamlDocument } from "./yaml-pairs.ts";

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

const AGENTS = "agents";
const HINT = 'the agents stand in a map of id to agent below the key "agents"';

/** Decodes a YAML text whose agents are the map at its key `agents`. */
export function decodeYaml(text: string): DecodedYaml {
  const document = parseDocument(text, {
    merge: true,
    prettyErrors: false,
    // Quadratic; inspectYaml finds duplicates in one pass.
    uniqueKeys: false,
    logLevel: "error",
  });
  const findings: Finding[] = document.warnings.map((warning) => findingOf(warning, "warning"));
  if (document.errors.length > 0) {
    return nothing([...findings, ...document.errors.map((error) => findingOf(error, "error"))]);
  }

  const root = document.contents;
  const agents = isMap(root)
    ? resolved(root.items.find(({ key }) => keyText(key) === AGENTS)?.value, document)
    : undefined;
  const inspected = inspectYaml(document, agents);
  if (inspected.some(({ code }) => code !== "duplicate-key")) {
    return nothing([...findings, ...inspected]);
  }
  findings.push(...inspected);
  if (!isMap(root)) return nothing([...findings, rootFinding(root)]);

  const pairs = pairsOf(root, document);
  const pair = pairs.find(({ key }) => key === AGENTS);
  if (pair === undefined) {
    const finding = error("missing-agents", 0, `The document has no "agents": ${HINT}`);
    return nothing([...findings, finding]);
  }
  const map = resolved(pair.value, document);
  if (!isMap(map)) {
    const hint = kindOf(map) === "nothing" ? 'write "agents: {}" for an empty registry' : HINT;
    const message = `Expected "agents" to be a map, found ${kindOf(map)}: ${hint}`;
    return nothing([...findings, error("invalid-agents", start(pair.keyNode), message, "/agents")]);
  }
  for (const { key } of map.items) {
    if (keyText(key) !== undefined || isMergeKey(key)) continue;
    const message = "Expected an agent id to be a scalar such as text or a number";
    findings.push(error("invalid-agents", start(key as Node | null), message, "/agents"));
  }
  return {
    entries: pairsOf(map, document).map(({ key, keyNode, value }) => ({
      id: key,
      value: valueOf(value, document),
      tokens: [AGENTS, key],
      offset: start(keyNode),
    })),
    // fromEntries defines its keys, so that one named __proto__ is a key like any other.
    around: Object.fromEntries(
      pairs
        .filter(({ key }) => key !== AGENTS)
        .map(({ key, value }) => [key, valueOf(value, document)]),
    ),
    findings,
    offsetOf: (tokens) => start(nodeAt(root, tokens, document)),
  };
}

function valueOf(node: Node | null, document: YamlDocument): unknown {
  // The parser's own limit is off: inspectYaml has counted what aliases expand to.
  return node === null ? null : node.toJS(document, { maxAliasCount: -1 });
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

function error(code: Finding["code"], offset: number, message: string, pointer?: string): Finding {
  const place = pointer === undefined ? {} : { pointer };
  return { code, severity: "error", message, offset, ...place };
}

function start(node: Node | null): number {
  return node?.range?.[0] ?? 0;
}

function nothing(findings: readonly Finding[]): DecodedYaml {
  return { entries: [], around: {}, findings, offsetOf: () => 0 };
}
