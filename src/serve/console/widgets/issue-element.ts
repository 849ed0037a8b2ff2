import type { Issue } from "../../../model/report/issue.ts";
import { element } from "./element.ts";

/** An issue: how bad, what, where, and the lines of the file around it. */
export function issueElement(issue: Issue): HTMLElement {
  const { severity, code, message, path, line, column, frame } = issue;
  const place = line === undefined ? path : `${path}:${line}:${column ?? 1}`;
  return element(
    "article",
    { class: `issue ${severity}` },
    element(
      "p",
      { class: "issue-head" },
      element("span", { class: `badge ${severity}` }, severity),
      element("code", { class: "code" }, code),
      element("code", { class: "place" }, place),
    ),
    element("p", { class: "issue-message" }, message),
    frame === undefined ? undefined : element(
      "pre",
      { class: "frame", tabindex: 0, role: "region", "aria-label": `Lines around ${place}` },
      ...frameLines(frame),
    ),
  );
}

/** The line that is meant stands out. */
function frameLines(frame: string): readonly HTMLElement[] {
  return frame.split("\n").map((line) => {
    const kind = line.startsWith(">") ? "meant" : /^\s*\|\s*\^/.test(line) ? "caret" : undefined;
    return element("span", { class: kind }, `${line}\n`);
  });
}
