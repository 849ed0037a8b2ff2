import { distinctUntilChanged, map, skip } from "rxjs";
import type { ReloadEvent } from "../../../model/report/reload-event.ts";
import { element } from "./element.ts";
import type { FollowedRegistry } from "../followed-registry.ts";

/** How long a message is seen, in milliseconds. */
const SEEN_MS = 8_000;

/** Says what happens to those who do not see it, and shows what went wrong to those who do. */
export class Announcer {
  readonly #line: HTMLElement;

  constructor(line: HTMLElement) {
    this.#line = line;
  }

  /** Says what each reload did, and when the connection comes and goes. */
  follow({ reload$, status$ }: FollowedRegistry): void {
    reload$.subscribe((event) => {
      const text = textOf(event);
      if (text !== undefined) this.say(text);
    });
    status$.pipe(
      map(({ watching }) => watching === "disconnected"),
      distinctUntilChanged(),
      skip(1),
    ).subscribe((isLost) => this.say(isLost ? "Disconnected" : "Connected again"));
  }

  say(text: string): void {
    this.#line.textContent = text;
  }

  /** Says it, and shows it for a while. */
  warn(text: string): void {
    this.say(text);
    const note = element("p", { class: "note", "aria-hidden": "true" }, text);
    document.body.append(note);
    setTimeout(() => note.remove(), SEEN_MS);
  }
}

function textOf(event: ReloadEvent): string | undefined {
  switch (event.type) {
    case "applied":
    case "partial": {
      const { added, updated, removed } = event.changes;
      return `Revision ${event.revision}: ${added.length} added, ${updated.length} updated, ${removed.length} removed`;
    }
    case "rejected":
      return `Reload rejected: ${event.error}`;
    case "unchanged":
      return undefined;
  }
}
