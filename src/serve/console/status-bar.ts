import { combineLatest, map, type Observable, startWith, timer } from "rxjs";
import type { RegistryStatus } from "../../model/report/status.ts";
import { byId, element } from "./widgets/element.ts";
import { agoText, timeElement } from "./widgets/time.ts";

type Health = "in-sync" | "out-of-sync" | "pinned" | "disconnected" | "waiting";

const HEALTH_TEXT: Readonly<Record<Health, string>> = {
  "in-sync": "In sync",
  "out-of-sync": "Out of sync",
  pinned: "Pinned",
  disconnected: "Disconnected",
  waiting: "Connecting",
};

/** How often times are told anew, in milliseconds. */
const TICK = 20_000;

/** How the registry is doing, and whether this page still hears of it. */
export class StatusBar {
  readonly #health = byId("health");
  readonly #facts = byId("facts");
  readonly #banner = byId("banner");
  #disconnectedSince: Date | undefined;
  #bannerText = "";

  constructor(status$: Observable<RegistryStatus>) {
    const tick$ = timer(TICK, TICK).pipe(map(() => undefined), startWith(undefined));
    combineLatest([status$, tick$]).subscribe(([status]) => this.#show(status));
  }

  /** Tells that there was never an answer. */
  failed(why: string): void {
    this.#setHealth("disconnected");
    this.#setBanner("trouble", [`The server cannot be followed: ${why}`]);
  }

  #show(status: RegistryStatus): void {
    const health = healthOf(status);
    this.#disconnectedSince = health === "disconnected"
      ? this.#disconnectedSince ?? new Date()
      : undefined;
    this.#setHealth(health);
    this.#facts.replaceChildren(
      ...fact("Revision", String(status.revision)),
      ...fact(
        "Since",
        timeElement(status.servedSince),
        element("span", { class: "ago" }, ` · ${agoText(status.servedSince)}`),
      ),
      ...status.staleAgents === 0 ? [] : fact("Stale", String(status.staleAgents)),
      ...fact("Watching", watchingText(status.watching)),
    );
    this.#tell(status, health);
  }

  #tell(status: RegistryStatus, health: Health): void {
    const { issues, revision, pinned, consecutiveFailures } = status;
    switch (health) {
      case "disconnected":
        return this.#setBanner("quiet", [
          "Disconnected since ",
          timeElement(this.#disconnectedSince!),
          ". This is what was heard last; the page catches up by itself.",
        ]);
      case "out-of-sync": {
        const [first] = issues;
        const { staleAgents, lastReload } = status;
        const stale = staleAgents === 0 ? "" : `, ${staleAgents} of its agents stale`;
        const served = lastReload?.type === "partial"
          ? `Revision ${revision} is served in part${stale}`
          : `Still serving revision ${revision}`;
        const failed = consecutiveFailures > 1
          ? `, after ${consecutiveFailures} failed reloads`
          : "";
        return this.#setBanner("trouble", [
          element("strong", {}, `${served}${failed}.`),
          " ",
          ...first === undefined ? [] : [placeElement(first), ` ${first.message} `],
          element(
            "a",
            { href: "#/issues" },
            issues.length > 1 ? `All ${issues.length} issues` : "Show the issue",
          ),
        ]);
      }
      case "pinned":
        return this.#setBanner("attention", [
          `Revision ${pinned} is pinned by a rollback. The next edit, or a reload, ends that.`,
        ]);
      default:
        return this.#setBanner("", []);
    }
  }

  #setHealth(health: Health): void {
    this.#health.dataset["health"] = health;
    this.#health.replaceChildren(element("span", {}, HEALTH_TEXT[health]));
    document.title = health === "in-sync"
      ? "Agent registry"
      : `${HEALTH_TEXT[health]} · Agent registry`;
  }

  #setBanner(kind: string, content: readonly (string | Node)[]): void {
    const text = content.map((part) => typeof part === "string" ? part : part.textContent).join("");
    if (text === this.#bannerText) return;
    this.#bannerText = text;
    this.#banner.hidden = kind === "";
    this.#banner.className = `banner ${kind}`;
    this.#banner.replaceChildren(element("p", {}, ...content));
  }
}

function healthOf({ watching, inSync, pinned, lastReload }: RegistryStatus): Health {
  if (watching === "disconnected") return "disconnected";
  if (pinned !== undefined) return "pinned";
  return inSync ? "in-sync" : lastReload === undefined ? "waiting" : "out-of-sync";
}

/** The name of the file will do, where its path would push the message out of sight. */
function placeElement({ path, line, column }: RegistryStatus["issues"][number]): HTMLElement {
  const place = line === undefined ? "" : `:${line}:${column ?? 1}`;
  const name = path.slice(path.lastIndexOf("/", path.length - 2) + 1);
  return element("code", { title: `${path}${place}` }, `${name}${place}`);
}

function watchingText(watching: RegistryStatus["watching"]): string {
  switch (watching) {
    case "events":
      return "file events";
    case "polling":
      return "by polling";
    case "stopped":
      return "stopped";
    case "disconnected":
      return "not known";
  }
}

function fact(name: string, ...content: readonly (string | Node)[]): readonly HTMLElement[] {
  return [element("div", {}, element("dt", {}, name), element("dd", {}, ...content))];
}
