import { combineLatest } from "rxjs";
import type { Observable } from "rxjs";
import type { RegistrySnapshot } from "../../model/snapshot/snapshot.ts";
import type { AnyAgent } from "./agent-rows.ts";
import { element } from "./widgets/element.ts";
import type { FollowedRegistry } from "./followed-registry.ts";
import { issueElement } from "./widgets/issue-element.ts";
import type { Route, Router } from "./route.ts";
import type { HistoryEntry } from "./server.ts";
import { timeElement } from "./widgets/time.ts";
import { changeElement, valueElement, type ValueLink } from "./widgets/value.ts";

/** Fields of an agent that name others. */
const REFERENCES = ["dependencies", "replacement_agent"];

/** One agent: all its fields, where it stands, and what happened to it. */
export class AgentPanel {
  readonly #aside: HTMLElement;
  readonly #router: Router;
  #shown: string | undefined;
  #isOpened = false;

  constructor(
    aside: HTMLElement,
    registry: FollowedRegistry,
    history$: Observable<readonly HistoryEntry[]>,
    router: Router,
  ) {
    this.#aside = aside;
    this.#router = router;
    combineLatest([registry.snapshot$, history$, router.route$]).subscribe((news) => {
      this.#show(...news);
    });
    aside.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#close();
    });
  }

  #show(
    snapshot: RegistrySnapshot<AnyAgent>,
    history: readonly HistoryEntry[],
    { view, id }: Route,
  ): void {
    const isOpen = view === "agents" && id !== undefined;
    this.#aside.hidden = !isOpen;
    document.body.classList.toggle("with-agent", isOpen);
    if (!isOpen) {
      this.#shown = undefined;
      this.#isOpened = true;
      return;
    }
    const close = element("button", {
      type: "button",
      class: "close",
      "aria-label": "Close",
      "aria-keyshortcuts": "Escape",
      click: () => this.#close(),
    }, "×");
    const hadFocus = this.#aside.contains(document.activeElement);
    const { scrollTop } = this.#aside;
    const agent = snapshot.get(id);
    this.#aside.replaceChildren(
      close,
      ...agent === undefined ? this.#missing(id) : this.#agent(agent, snapshot),
      ...this.#history(id, history),
    );
    // The first agent came with the address: nobody went there.
    if (hadFocus || (this.#isOpened && this.#shown !== id)) close.focus({ preventScroll: true });
    this.#aside.scrollTop = this.#shown === id ? scrollTop : 0;
    this.#shown = id;
    this.#isOpened = true;
  }

  #close(): void {
    const { id } = this.#router.route;
    this.#router.go({ id: undefined });
    document.querySelector<HTMLElement>(`tr[data-id="${CSS.escape(id ?? "")}"] a`)?.focus();
  }

  #missing(id: string): readonly HTMLElement[] {
    return [
      element("h2", {}, id),
      element("p", { class: "empty" }, "There is no such agent now."),
    ];
  }

  #agent(agent: AnyAgent, snapshot: RegistrySnapshot<AnyAgent>): readonly HTMLElement[] {
    const { id } = agent;
    const name = typeof agent["name"] === "string" ? agent["name"] : id;
    const origin = snapshot.origins.get(id);
    const stale = snapshot.stale.get(id);
    const fields = Object.entries(agent).flatMap(([field, value]) => [
      element("dt", {}, field),
      element("dd", {}, valueElement(value, (member) => this.#link(field, member, snapshot))),
    ]);
    return [
      element("h2", {}, name),
      ...origin === undefined ? [] : [
        element(
          "p",
          { class: "origin" },
          element("code", {}, `${origin.path}:${origin.line}:${origin.column}`),
        ),
      ],
      ...stale === undefined ? [] : [
        element(
          "div",
          { class: "stale-note" },
          element(
            "p",
            {},
            element("span", { class: "badge warning" }, "stale"),
            " This is its last good version. What the file says now is invalid:",
          ),
          ...stale.map(issueElement),
        ),
      ],
      element("dl", { class: "agent-fields" }, ...fields),
    ];
  }

  #link(
    field: string,
    value: string,
    snapshot: RegistrySnapshot<AnyAgent>,
  ): ValueLink | undefined {
    if (field === "id" || field === "name") return undefined;
    if (REFERENCES.includes(field) && snapshot.get(value) !== undefined) {
      return { href: this.#router.hash({ id: value }), title: "Show this agent" };
    }
    const href = this.#router.hash({ id: undefined, query: "", filters: [[field, value]] });
    return { href, title: "Show all that have this" };
  }

  #history(id: string, history: readonly HistoryEntry[]): readonly HTMLElement[] {
    const mine = history.toReversed().flatMap((entry) => {
      const kind = kindOf(entry, id);
      return kind === undefined ? [] : [{ entry, kind }];
    });
    if (mine.length === 0) return [];
    return [
      element("h3", {}, "History"),
      element(
        "ol",
        { class: "agent-history" },
        ...mine.map(({ entry, kind }) =>
          element(
            "li",
            {},
            element("span", { class: `badge ${kind}` }, kind),
            ` revision ${entry.revision} · `,
            timeElement(new Date(entry.timestamp)),
            element("ul", { class: "fields" }, ...(entry.fields?.[id] ?? []).map(changeElement)),
          )
        ),
      ),
    ];
  }
}

function kindOf(
  { changes }: HistoryEntry,
  id: string,
): "added" | "updated" | "removed" | undefined {
  if (changes === undefined) return undefined;
  return (["added", "updated", "removed"] as const).find((kind) => changes[kind].includes(id));
}
