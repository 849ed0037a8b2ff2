import { element } from "./element.ts";

/** A value in one line. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value) && value.every((member) => typeof member !== "object")) {
    return value.join(", ");
  }
  return JSON.stringify(value);
}

/** Where a value leads. */
export interface ValueLink {
  readonly href: string;
  readonly title: string;
}

/** A value as a person reads it, which may lead somewhere; an address leads there. */
export function valueElement(
  value: unknown,
  link: (member: string) => ValueLink | undefined,
): HTMLElement {
  if (Array.isArray(value) && value.every((member) => typeof member !== "object")) {
    return element(
      "ul",
      { class: "chips" },
      ...value.map((member) => element("li", {}, chip(String(member), link))),
    );
  }
  if (typeof value === "object" && value !== null) {
    return element("pre", { class: "data", tabindex: 0 }, JSON.stringify(value, null, 2));
  }
  const text = valueText(value);
  if (text === "") return element("span", { class: "nothing" }, value === "" ? "empty" : "none");
  if (/^https?:\/\/\S+$/i.test(text)) {
    const attributes = { href: text, target: "_blank", rel: "noopener noreferrer" };
    return element("a", attributes, text);
  }
  return text.length <= 40 && !text.includes("\n")
    ? chip(text, link)
    : element("span", { class: "prose" }, text);
}

function chip(text: string, link: (member: string) => ValueLink | undefined): HTMLElement {
  const to = link(text);
  return to === undefined
    ? element("span", {}, text)
    : element("a", { class: "value", href: to.href, title: to.title }, text);
}

/** `before → after`, and what there was none of. */
export function changeElement(
  { field, before, after }: { field: string; before?: unknown; after?: unknown },
): HTMLElement {
  const side = (value: unknown, name: "before" | "after") =>
    value === undefined
      ? element("span", { class: "nothing" }, "none")
      : element(name === "before" ? "del" : "ins", {}, valueText(value) || "empty");
  return element(
    "li",
    { class: "change" },
    element("span", { class: "field" }, field),
    element(
      "span",
      { class: "sides" },
      side(before, "before"),
      element("span", { class: "arrow" }, " → "),
      side(after, "after"),
    ),
  );
}
