import { combineLatest } from "rxjs";
import type { RegistrySnapshot } from "../../model/snapshot/snapshot.ts";
import { cellText, columnsFor } from "../../text/columns-for.ts";
import { type AnyAgent, wantedAgents } from "./agent-rows.ts";
import { element } from "./widgets/element.ts";
import { FilterBar } from "./filter-bar.ts";
import type { FollowedRegistry } from "./followed-registry.ts";
import { type Route, routeHash, type Router } from "./route.ts";
import { VirtualRows } from "./widgets/virtual-rows.ts";

/** How wide a column is at least, in pixels, beside the first with its 26 %. */
const COLUMN = 140;

/** The table of agents: searched, filtered, sorted. */
export class AgentsView {
  readonly #router: Router;
  readonly #filters: FilterBar;
  readonly #found = element("p", { class: "found", role: "status" });
  readonly #table = element("table");
  readonly #head = element("thead");
  readonly #body = element("tbody");
  readonly #scroller: HTMLElement;
  readonly #rows: VirtualRows<AnyAgent>;
  #snapshot: RegistrySnapshot<AnyAgent>;
  #columns: readonly string[] = [];
  #shape = "";
  /** The columns that there is room for. */
  #shown: readonly string[] = [];
  /** The agent that the Tab key reaches. */
  #current: string | undefined;
  #open: string | undefined;
  /** What the address says of the table. */
  #query = "";

  constructor(section: HTMLElement, registry: FollowedRegistry, router: Router) {
    this.#router = router;
    this.#snapshot = registry.snapshot;
    this.#filters = new FilterBar(router, () => this.#snapshot.list());
    this.#table.append(this.#head, this.#body);
    this.#scroller = element("div", { class: "scroller" }, this.#table);
    section.replaceChildren(
      element(
        "div",
        { class: "tools" },
        this.#filters.search,
        this.#filters.pickers,
        this.#found,
      ),
      this.#filters.chips,
      this.#scroller,
    );
    this.#rows = new VirtualRows<AnyAgent>({
      scroller: this.#scroller,
      body: this.#body,
      key: ({ id }) => id,
      row: (agent) => this.#row(agent),
    });
    this.#body.addEventListener("keydown", (event) => this.#keyed(event));
    this.#body.addEventListener("click", (event) => this.#clicked(event));
    combineLatest([registry.snapshot$, router.route$]).subscribe(([snapshot, route]) => {
      this.#show(snapshot, route);
    });
    new ResizeObserver(() => this.#show(this.#snapshot, router.route)).observe(section);
  }

  /** Puts the cursor where a search is typed. */
  focusSearch(): void {
    this.#filters.search.focus();
    this.#filters.search.select();
  }

  #show(snapshot: RegistrySnapshot<AnyAgent>, route: Route): void {
    const agents = snapshot.list();
    const isNew = snapshot !== this.#snapshot;
    const staleBefore = this.#snapshot.stale;
    this.#snapshot = snapshot;
    if (this.#columns.length === 0 || isNew) {
      this.#columns = columnsFor(agents);
      this.#filters.offerFields();
    }
    this.#query = routeHash({ ...route, view: "agents", id: undefined }).slice("#/agents".length);
    this.#layOut(route);
    // Whether an agent is stale is not in the agent.
    if (isNew && (staleBefore.size > 0 || snapshot.stale.size > 0)) this.#rows.clear();
    const wanted = wantedAgents(snapshot, route);
    this.#table.setAttribute("aria-rowcount", String(wanted.length + 1));
    this.#rows.show(wanted);
    this.#mark(route.id);
    this.#filters.show(route);
    this.#found.textContent = wanted.length === agents.length
      ? counted(agents.length)
      : `${wanted.length.toLocaleString("en")} of ${counted(agents.length)}`;
    this.#scroller.classList.toggle("none", wanted.length === 0);
  }

  /** The head, with as many columns as there is room for. */
  #layOut({ sort, descending }: Route): void {
    const room = Math.max(2, 1 + Math.floor(this.#scroller.clientWidth * 0.74 / COLUMN));
    const shown = this.#columns.slice(0, room);
    this.#shown = shown;
    const shape = JSON.stringify([shown, sort, descending]);
    if (shape === this.#shape) return;
    const focused = this.#head.contains(document.activeElement)
      ? document.activeElement?.textContent
      : undefined;
    if (!this.#shape.startsWith(JSON.stringify([shown]).slice(0, -1))) this.#rows.clear();
    this.#shape = shape;
    const heads = shown.map((column) => {
      const order = column !== sort ? undefined : descending ? "descending" : "ascending";
      const next = order === "ascending"
        ? { descending: true }
        : order === "descending"
        ? { sort: undefined, descending: false }
        : { sort: column, descending: false };
      const button = element(
        "button",
        { type: "button", click: () => this.#router.replace(next) },
        column,
      );
      return element("th", { scope: "col", "aria-sort": order ?? "none" }, button);
    });
    this.#head.replaceChildren(element("tr", { "aria-rowindex": 1 }, ...heads));
    if (focused === undefined) return;
    for (const button of this.#head.querySelectorAll("button")) {
      if (button.textContent === focused) button.focus();
    }
  }

  #row(agent: AnyAgent): HTMLTableRowElement {
    const { id } = agent;
    const [first = "id", ...others] = this.#shown;
    const isStale = this.#snapshot.stale.has(id);
    const link = element("a", {}, cellText(agent[first]));
    const mark = isStale
      ? element("span", { class: "badge warning", title: "Kept at its last good version" }, "stale")
      : undefined;
    const row = element(
      "tr",
      { "data-id": id, class: isStale ? "stale" : undefined },
      element("td", {}, mark, link),
      ...others.map((column) => element("td", {}, cellText(agent[column]))),
    );
    this.#markRow(row, link, id);
    return row;
  }

  /** Shows which agent is open, and lets the Tab key reach one row. */
  #mark(open: string | undefined): void {
    const rows = [...this.#body.querySelectorAll<HTMLElement>("tr[data-id]")];
    const ids = rows.map((row) => row.dataset["id"]!);
    this.#open = open;
    if (this.#current === undefined || !ids.includes(this.#current)) this.#current = ids[0];
    rows.forEach((row, at) => this.#markRow(row, row.querySelector("a")!, ids[at]!));
  }

  #markRow(row: HTMLElement, link: HTMLAnchorElement, id: string): void {
    const isOpen = id === this.#open;
    row.classList.toggle("open", isOpen);
    link.tabIndex = id === this.#current ? 0 : -1;
    link.setAttribute("href", `#/agents/${encodeURIComponent(id)}${this.#query}`);
    if (isOpen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }

  #clicked(event: MouseEvent): void {
    const target = event.target as HTMLElement;
    const id = target.closest<HTMLElement>("tr[data-id]")?.dataset["id"];
    const isText = (getSelection()?.toString() ?? "") !== "";
    if (id === undefined || target.closest("a") !== null || isText) return;
    this.#current = id;
    this.#router.go({ view: "agents", id });
  }

  #keyed(event: KeyboardEvent): void {
    const id = (event.target as HTMLElement).closest<HTMLElement>("tr[data-id]")?.dataset["id"];
    const items = this.#rows.items;
    const at = items.findIndex((agent) => agent.id === id);
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / 44) - 1);
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: items.length - 1,
    };
    const to = steps[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const index = Math.min(Math.max(to, 0), items.length - 1);
    this.#current = items[index]!.id;
    const row = this.#rows.reveal(index);
    this.#mark(this.#router.route.id);
    row?.querySelector("a")?.focus({ preventScroll: true });
  }
}

function counted(count: number): string {
  return `${count.toLocaleString("en")} agent${count === 1 ? "" : "s"}`;
}
