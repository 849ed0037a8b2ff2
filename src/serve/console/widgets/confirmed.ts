import { byId, element } from "./element.ts";

/** Asks before something is done that others notice. */
export function confirmed(question: string, action: string): Promise<boolean> {
  const dialog = byId("confirm") as HTMLDialogElement;
  const end = (value: string) => () => dialog.close(value);
  const yes = element("button", { type: "button", class: "primary", click: end("yes") }, action);
  const no = element("button", { type: "button", class: "quiet", click: end("no") }, "Cancel");
  dialog.replaceChildren(
    element("p", { id: "confirm-text" }, question),
    element("div", { class: "actions" }, no, yes),
  );
  dialog.returnValue = "no";
  dialog.showModal();
  no.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
