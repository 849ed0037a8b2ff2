import { type AnyAgent, valuesOf } from "./agent-rows.ts";
import { element } from "./widgets/element.ts";
import type { Route, Router } from "./route.ts";

/** What a table is searched and filtered by: the address remembers it. */
export class FilterBar {
  readonly search: HTMLInputElement;
  /** A field, and then one of its values. */
  readonly pickers: HTMLElement;
  /** The filters that are set. */
  readonly chips: HTMLElement = element("ul", {
    class: "chips filters",
    "aria-label": "Filters",
  });
  readonly #router: Router;
  readonly #agents: () => readonly AnyAgent[];
  readonly #field: HTMLSelectElement;
  readonly #value: HTMLSelectElement;

  /** @param agents those that there are now, whatever is filtered out */
  constructor(router: Router, agents: () => readonly AnyAgent[]) {
    this.#router = router;
    this.#agents = agents;
    this.search = element("input", {
      type: "search",
      placeholder: "Search in all fields",
      "aria-label": "Search in all fields",
      "aria-keyshortcuts": "/",
      autocomplete: "off",
      spellcheck: "false",
      input: () => router.replace({ query: this.search.value }),
    });
    this.#field = element("select", {
      "aria-label": "Filter by field",
      change: () => this.#offerValues(),
    });
    this.#value = element("select", {
      "aria-label": "Filter by value",
      hidden: true,
      change: () => this.#addFilter(),
    });
    this.pickers = element("div", { class: "pickers" }, this.#field, this.#value);
  }

  show(route: Route): void {
    if (this.search.value !== route.query) this.search.value = route.query;
    this.chips.replaceChildren(...route.filters.map((filter) => this.#chip(filter, route)));
    this.chips.hidden = route.filters.length === 0;
  }

  /** Offers the fields that the agents have now. */
  offerFields(): void {
    const fields = new Set(this.#agents().flatMap((agent) => Object.keys(agent)));
    const chosen = this.#field.value;
    this.#field.replaceChildren(
      element("option", { value: "" }, "Filter by…"),
      ...[...fields].map((field) => element("option", { value: field }, field)),
    );
    this.#field.value = fields.has(chosen) ? chosen : "";
    if (this.#field.value !== chosen) this.#offerValues();
  }

  #offerValues(): void {
    const field = this.#field.value;
    this.#value.hidden = field === "";
    const values = field === "" ? [] : valuesOf(this.#agents(), field);
    this.#value.replaceChildren(
      element("option", { value: "" }, "Value…"),
      ...values.map(([value, count]) =>
        element("option", { value: `=${value}` }, `${value || "empty"} (${count})`)
      ),
    );
  }

  #addFilter(): void {
    const filter = [this.#field.value, this.#value.value.slice(1)] as const;
    this.#field.value = "";
    this.#offerValues();
    const { filters } = this.#router.route;
    this.#router.replace({ filters: [...filters, filter] });
    this.#field.focus();
  }

  #chip([field, value]: readonly [string, string], { filters }: Route): HTMLElement {
    const others = filters.filter((filter) => filter[0] !== field || filter[1] !== value);
    const remove = element("button", {
      type: "button",
      "aria-label": `Remove the filter ${field} = ${value}`,
      click: () => {
        this.#router.replace({ filters: others });
        this.search.focus();
      },
    }, "×");
    return element(
      "li",
      {},
      element("span", { class: "field" }, field),
      ` ${value || "empty"} `,
      remove,
    );
  }
}
