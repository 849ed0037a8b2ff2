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

/** A value as a person reads it; what can be filtered by leads to those that share it. */
export function valueElement(
  value: unknown,
  href: (member: string) => string | undefined,
): HTMLElement {
  if (Array.isArray(value) && value.every((member) => typeof member !== "object")) {
    return element(
      "ul",
      { class: "chips" },
      ...value.map((member) => element("li", {}, chip(String(member), href))),
    );
  }
  if (typeof value === "object" && value !== null) {
    return element("pre", { class: "data", tabindex: 0 }, JSON.stringify(value, null, 2));
  }
  const text = valueText(value);
  if (text === "") return element("span", { class: "nothing" }, value === "" ? "empty" : "none");
  return text.length <= 40 && !text.includes("\n")
    ? chip(text, href)
    : element("span", { class: "prose" }, text);
}

function chip(text: string, href: (member: string) => string | undefined): HTMLElement {
  const to = href(text);
  return to === undefined
    ? element("span", {}, text)
    : element("a", { class: "value", href: to, title: "Show all that have this" }, text);
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
