import { element } from "./element.ts";

/** How many rows are made beyond those that are seen, on each side. */
const SPARE = 10;

/** What the rows of a table are made of. */
export interface VirtualRowsOptions<T> {
  /** Scrolls; holds the table. */
  readonly scroller: HTMLElement;
  readonly body: HTMLTableSectionElement;
  /** Names an item for as long as it is shown. */
  readonly key: (item: T) => string;
  readonly row: (item: T) => HTMLTableRowElement;
}

/** Rows of a table of which only those exist that are seen. All have the same height. */
export class VirtualRows<T> {
  readonly #options: VirtualRowsOptions<T>;
  readonly #above = spacer();
  readonly #below = spacer();
  readonly #rows = new Map<string, { item: T; row: HTMLTableRowElement }>();
  #items: readonly T[] = [];
  #height = 0;
  #frame = 0;

  constructor(options: VirtualRowsOptions<T>) {
    this.#options = options;
    const draw = (): void => this.#drawSoon();
    options.scroller.addEventListener("scroll", draw, { passive: true });
    new ResizeObserver(draw).observe(options.scroller);
  }

  get items(): readonly T[] {
    return this.#items;
  }

  /** Shows these. Rows of items that are still the same stay. */
  show(items: readonly T[]): void {
    this.#items = items;
    this.#draw();
  }

  /** Makes all rows anew: they have other columns. */
  clear(): void {
    this.#rows.clear();
    this.#options.body.replaceChildren();
    this.#height = 0;
  }

  /** Brings a row into sight, and gives it. */
  reveal(index: number): HTMLTableRowElement | undefined {
    const item = this.#items[index];
    if (item === undefined) return undefined;
    const { scroller, body } = this.#options;
    const head = body.offsetTop;
    const top = head + index * this.#rowHeight();
    const { scrollTop, clientHeight } = scroller;
    if (top - head < scrollTop) scroller.scrollTop = top - head;
    else if (top + this.#rowHeight() > scrollTop + clientHeight) {
      scroller.scrollTop = top + this.#rowHeight() - clientHeight;
    }
    this.#draw();
    return this.#rows.get(this.#options.key(item))?.row;
  }

  #drawSoon(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const { scroller, body, key, row } = this.#options;
    const height = this.#rowHeight();
    const first = Math.max(0, Math.floor(scroller.scrollTop / height) - SPARE);
    const last = Math.min(
      this.#items.length,
      Math.ceil((scroller.scrollTop + scroller.clientHeight) / height) + SPARE,
    );
    const before = new Map(this.#rows);
    this.#rows.clear();
    const wanted: HTMLTableRowElement[] = [];
    for (let index = first; index < last; index++) {
      const item = this.#items[index]!;
      const known = before.get(key(item));
      const shown = known !== undefined && known.item === item ? known : { item, row: row(item) };
      if (known !== undefined && known !== shown) replaced(known.row, shown.row);
      // The head is the first.
      shown.row.setAttribute("aria-rowindex", String(index + 2));
      this.#rows.set(key(item), shown);
      wanted.push(shown.row);
    }
    this.#above.height = first * height;
    this.#below.height = Math.max(0, this.#items.length - last) * height;
    place(body, [this.#above.row, ...wanted, this.#below.row]);
  }

  #rowHeight(): number {
    if (this.#height > 0) return this.#height;
    const [first] = this.#items;
    if (first === undefined) return 40;
    const row = this.#options.row(first);
    this.#options.body.append(row);
    this.#height = row.getBoundingClientRect().height || 0;
    row.remove();
    return this.#height || 40;
  }
}

/** Puts rows into their place, and moves none that is there already: it would lose the focus. */
function place(body: HTMLElement, rows: readonly HTMLElement[]): void {
  const wanted = new Set<Node>(rows);
  for (const child of [...body.children]) if (!wanted.has(child)) child.remove();
  let at: Node | null = body.firstChild;
  for (const row of rows) {
    if (row === at) at = at.nextSibling;
    else body.insertBefore(row, at);
  }
}

/** An agent that changed keeps the focus, and is seen to have changed. */
function replaced(before: HTMLElement, after: HTMLElement): void {
  after.classList.add("changed");
  if (!before.contains(document.activeElement)) return;
  before.replaceWith(after);
  after.querySelector("a")?.focus({ preventScroll: true });
}

function spacer() {
  const cell = element("td");
  const row = element("tr", { class: "spacer", "aria-hidden": "true" }, cell);
  return {
    row,
    set height(pixels: number) {
      cell.style.height = `${pixels}px`;
    },
  };
}
