import { EVENT_ID } from "js-yaml";
import { error, type Finding } from "../report/finding.ts";
import { EventNode } from "../tree/event-node.ts";
import { EventTree } from "../tree/event-tree.ts";
import { inspectTree } from "../tree/inspect-tree.ts";
import type { ParsedEvents } from "../tree/yaml-events.ts";
import { type ParsedDocument, unparsed } from "./parsed-document.ts";

/** Makes a document of the events of one, which start at an index. */
export function eventDocument(parsed: ParsedEvents, at: number): ParsedDocument {
  const tree = new EventTree(parsed);
  const event = parsed.events[at]!;
  const directives = event.type === EVENT_ID.DOCUMENT ? event.directives : [];
  const findings: Finding[] = [];
  for (const directive of directives) {
    if (directive.kind === "tag") tree.handles.set(directive.handle, directive.prefix);
    else if (directive.version !== "1.2") {
      findings.push(versionIgnored(parsed.text, directive.version));
    }
  }
  const root = at + 1;
  const inspected = inspectTree(tree, root);
  if (inspected.fatal.length > 0) {
    return { ...unparsed(...findings, ...inspected.fatal), isWellFormed: true };
  }
  return {
    root: new EventNode(tree, root, 0),
    findings: [...findings, ...inspected.findings],
    keyFindings: inspected.keyFindings,
    anchors: inspected.anchors,
    hasRepeatedAnchor: inspected.hasRepeatedAnchor,
  };
}

function versionIgnored(text: string, version: string): Finding {
  const message = `YAML ${version} is read as YAML 1.2: "yes" and "no" are text, 0644 is 644`;
  const offset = Math.max(0, text.search(/^%YAML/m));
  return { ...error("yaml-version", offset, message), severity: "warning" };
}
