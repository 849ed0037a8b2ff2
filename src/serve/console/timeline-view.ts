import type { Observable } from "rxjs";
import type { HistoryEntry } from "./server.ts";
import { changeElement } from "./widgets/value.ts";
import { element } from "./widgets/element.ts";
import { issueElement } from "./widgets/issue-element.ts";
import type { Router } from "./route.ts";
import { timeElement } from "./widgets/time.ts";

/** How many changed agents an entry shows at first. */
const FIRST = 20;

/** What a {@linkcode TimelineView} is made of. */
export interface TimelineOptions {
  readonly history$: Observable<readonly HistoryEntry[]>;
  readonly served$: Observable<number>;
  readonly router: Router;
  /** Serves an older revision again; `undefined` where the server takes no changes. */
  readonly rollback: ((revision: number) => void) | undefined;
}

/** The last reloads, the newest first, with what each changed. */
export class TimelineView {
  readonly #list = element("ol", { class: "timeline" });
  readonly #options: TimelineOptions;
  readonly #entries = new Map<number, HTMLElement>();
  #served = 0;

  constructor(section: HTMLElement, options: TimelineOptions) {
    this.#options = options;
    section.replaceChildren(element("div", { class: "page" }, this.#list));
    options.served$.subscribe((revision) => {
      this.#served = revision;
      this.#mark();
    });
    options.history$.subscribe((history) => this.#show(history));
  }

  /** What was opened stays open: entries never change. */
  #show(history: readonly HistoryEntry[]): void {
    const before = new Map(this.#entries);
    this.#entries.clear();
    for (const entry of history.toReversed()) {
      const known = before.get(entry.number);
      const isSame = known?.dataset["at"] === entry.timestamp;
      this.#entries.set(entry.number, isSame ? known : this.#entry(entry));
    }
    this.#list.replaceChildren(...this.#entries.values());
    this.#mark();
  }

  #mark(): void {
    const seen = new Set<number>();
    for (const item of this.#entries.values()) {
      const revision = Number(item.dataset["revision"]);
      const isServed = revision === this.#served && item.dataset["applied"] === "yes" &&
        !seen.has(revision);
      if (isServed) seen.add(revision);
      item.classList.toggle("served", isServed);
      for (const button of item.querySelectorAll<HTMLElement>("button.rollback")) {
        button.hidden = revision === this.#served;
      }
    }
  }

  #entry(entry: HistoryEntry): HTMLElement {
    const { number, type, revision, timestamp, durationMs, cause, changes, error } = entry;
    const time = new Date(timestamp);
    const isApplied = changes !== undefined;
    const { rollback } = this.#options;
    const button = rollback === undefined || !isApplied ? undefined : element("button", {
      type: "button",
      class: "rollback quiet",
      click: () => rollback(revision),
    }, `Roll back to ${revision}`);
    return element(
      "li",
      {
        class: `entry ${type}`,
        "data-number": number,
        "data-revision": revision,
        "data-at": timestamp,
        "data-applied": isApplied ? "yes" : "no",
      },
      element(
        "div",
        { class: "entry-head" },
        element("span", { class: `badge ${type}` }, type),
        element("strong", {}, `Revision ${revision}${type === "rejected" ? " kept" : ""}`),
        element("span", { class: "served-mark" }, "served now"),
        element("span", { class: "counts" }, ...countElements(entry)),
        element(
          "span",
          { class: "when" },
          timeElement(time),
          ` · ${causeText(cause)} · ${durationMs.toFixed(1)} ms`,
        ),
        button,
      ),
      error === undefined ? undefined : element("p", { class: "entry-error" }, error),
      this.#details(entry),
    );
  }

  #details(entry: HistoryEntry): HTMLElement | undefined {
    const { changes, issues = [], document = [] } = entry;
    const { added = [], updated = [], removed = [] } = changes ?? {};
    const total = added.length + updated.length + removed.length + document.length + issues.length;
    if (total === 0) return undefined;
    const details = element("details", {}, element("summary", {}, summaryOf(entry)));
    details.addEventListener("toggle", () => {
      if (details.open && details.childElementCount === 1) details.append(this.#content(entry));
    });
    // What one person changed is seen without a click.
    if (total <= 3) details.open = true;
    return details;
  }

  #content({ changes, fields = {}, issues = [], document = [] }: HistoryEntry): HTMLElement {
    const { added = [], updated = [], removed = [] } = changes ?? {};
    const rows = [
      ...added.map((id) => this.#agent("added", id)),
      ...updated.map((id) => this.#agent("updated", id, fields[id])),
      ...removed.map((id) => this.#agent("removed", id)),
    ];
    const list = element("ul", { class: "changes" }, ...rows.slice(0, FIRST).map((row) => row()));
    const rest = rows.slice(FIRST);
    if (rest.length > 0) {
      const more = element("button", {
        type: "button",
        class: "quiet",
        click: () => {
          list.append(...rest.splice(0, 500).map((row) => row()));
          more.textContent = `Show ${rest.length} more`;
          more.hidden = rest.length === 0;
        },
      }, `Show ${rest.length} more`);
      list.after(more);
      return element("div", {}, list, more, ...this.#around(document, issues));
    }
    return element("div", {}, list, ...this.#around(document, issues));
  }

  #around(
    document: NonNullable<HistoryEntry["document"]>,
    issues: NonNullable<HistoryEntry["issues"]>,
  ): readonly HTMLElement[] {
    return [
      ...document.length === 0 ? [] : [
        element("p", { class: "around" }, "Around the agents"),
        element("ul", { class: "fields" }, ...document.map(changeElement)),
      ],
      ...issues.map(issueElement),
    ];
  }

  #agent(
    kind: "added" | "updated" | "removed",
    id: string,
    fields: NonNullable<HistoryEntry["fields"]>[string] = [],
  ): () => HTMLElement {
    const sign = { added: "+", updated: "~", removed: "−" }[kind];
    return () =>
      element(
        "li",
        { class: kind },
        element("span", { class: "sign", "aria-hidden": "true" }, sign),
        element("span", { class: "unseen" }, `${kind} `),
        kind === "removed"
          ? element("code", {}, id)
          : element("a", { href: this.#options.router.hash({ view: "agents", id }) }, id),
        fields.length === 0
          ? undefined
          : element("ul", { class: "fields" }, ...fields.map(changeElement)),
      );
  }
}

function countElements({ changes }: HistoryEntry): readonly HTMLElement[] {
  if (changes === undefined) return [];
  const { added, updated, removed } = changes;
  const parts: readonly [string, string, number][] = [
    ["added", "+", added.length],
    ["updated", "~", updated.length],
    ["removed", "−", removed.length],
  ];
  return parts.filter(([, , count]) => count > 0).map(([kind, sign, count]) =>
    element("span", { class: kind, title: `${count} ${kind}` }, `${sign}${count}`)
  );
}

function summaryOf({ changes, issues = [], document = [] }: HistoryEntry): string {
  const { added = [], updated = [], removed = [] } = changes ?? {};
  const count = (list: readonly unknown[], what: string): string[] =>
    list.length === 0 ? [] : [`${list.length} ${what}`];
  return [
    ...count(added, "added"),
    ...count(updated, "updated"),
    ...count(removed, "removed"),
    ...count(
      document,
      document.length === 1 ? "change around the agents" : "changes around the agents",
    ),
    ...count(issues, issues.length === 1 ? "issue" : "issues"),
  ].join(", ");
}

function causeText(cause: HistoryEntry["cause"]): string {
  switch (cause) {
    case "initial":
      return "first load";
    case "change":
      return "edit";
    case "manual":
      return "asked for";
    case "rollback":
      return "rollback";
  }
}
