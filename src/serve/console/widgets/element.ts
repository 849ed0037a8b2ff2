/** What an element can be given: text, others, and nothing. */
export type Child = Node | string | undefined;

/** Attributes by name. `undefined` and `false` leave one out; a function listens to the event. */
export interface Attributes {
  readonly [name: string]: string | number | boolean | undefined | ((event: Event) => void);
}

/** Makes an element. Whatever is shown becomes text, never HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== undefined && value !== false) {
      made.setAttribute(name, value === true ? "" : String(value));
    }
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** Finds an element of the page. */
export function byId(id: string): HTMLElement {
  return document.getElementById(id)!;
}
