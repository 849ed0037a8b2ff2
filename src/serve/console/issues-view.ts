import { combineLatest } from "rxjs";
import type { Issue } from "../../model/report/issue.ts";
import type { RegistrySnapshot } from "../../model/snapshot/snapshot.ts";
import type { RegistryStatus } from "../../model/report/status.ts";
import type { AnyAgent } from "./agent-rows.ts";
import { element } from "./widgets/element.ts";
import type { FollowedRegistry } from "./followed-registry.ts";
import { issueElement } from "./widgets/issue-element.ts";

/** What is wrong now: with the files, with the agents that are served, and with watching. */
export class IssuesView {
  readonly #section: HTMLElement;

  constructor(section: HTMLElement, registry: FollowedRegistry) {
    this.#section = section;
    combineLatest([registry.status$, registry.snapshot$]).subscribe(([status, snapshot]) => {
      this.#show(issuesOf(status, snapshot));
    });
  }

  #show(issues: readonly Issue[]): void {
    const list = issues.length === 0
      ? element(
        "div",
        { class: "empty" },
        element("p", { class: "empty-title" }, "No issues"),
        element("p", {}, "Nothing is wrong with the files, or with watching them."),
      )
      : element("div", { class: "issues" }, ...issues.map(issueElement));
    this.#section.replaceChildren(element("div", { class: "page" }, list));
  }
}

/** Errors first; each once, though a stale agent's are among those of the files. */
export function issuesOf(
  { issues }: RegistryStatus,
  { warnings, stale }: RegistrySnapshot<AnyAgent>,
): readonly Issue[] {
  const all = [...issues, ...[...stale.values()].flat(), ...warnings];
  const once = new Map(all.map((issue) => [JSON.stringify(issue), issue]));
  const rank = ({ severity }: Issue): number => severity === "error" ? 0 : 1;
  return [...once.values()].sort((a, b) => rank(a) - rank(b));
}
