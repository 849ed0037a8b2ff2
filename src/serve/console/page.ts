import { debounceTime, distinctUntilChanged, map, merge, of, ReplaySubject, switchMap } from "rxjs";
import { connectRegistry } from "../../client/connect-registry.ts";
import { AgentPanel } from "./agent-panel.ts";
import type { AnyAgent } from "./agent-rows.ts";
import { AgentsView } from "./agents-view.ts";
import { Announcer } from "./widgets/announcer.ts";
import { confirmed } from "./widgets/confirmed.ts";
import { byId } from "./widgets/element.ts";
import type { FollowedRegistry } from "./followed-registry.ts";
import { issuesOf, IssuesView } from "./issues-view.ts";
import { Router, VIEWS } from "./route.ts";
import { type HistoryEntry, Server } from "./server.ts";
import { StatusBar } from "./status-bar.ts";
import { TimelineView } from "./timeline-view.ts";

const registry = await connectRegistry<AnyAgent>("./", {
  required: false,
  maxRetryMs: 5_000,
  logger: false,
});
const server = new Server();
const router = new Router();
const announcer = new Announcer(byId("announcement"));
new StatusBar(registry.status$);
announcer.follow(registry);

const history$ = followHistory(registry, server);
const canWrite = await server.canWrite().catch(() => false);
const agents = new AgentsView(byId("agents"), registry, router);
new AgentPanel(byId("agent"), registry, history$, router);
new IssuesView(byId("issues"), registry);
new TimelineView(byId("timeline"), {
  history$,
  served$: registry.status$.pipe(map(({ revision }) => revision), distinctUntilChanged()),
  router,
  rollback: canWrite ? rollback : undefined,
});
showViews();
showCounts();
offerReload();
listenToKeys();
document.body.dataset["ready"] = "yes";

/** The history anew after each reload, and when the server is there again. */
function followHistory(followed: FollowedRegistry, { history }: Server) {
  const connected$ = followed.status$.pipe(
    map(({ watching }) => watching === "disconnected"),
    distinctUntilChanged(),
  );
  const latest$ = new ReplaySubject<readonly HistoryEntry[]>(1);
  latest$.next([]);
  merge(of(undefined), followed.reload$, connected$).pipe(
    debounceTime(50),
    // While the server cannot be reached, what is known stays.
    switchMap(() => history().catch(() => undefined)),
  ).subscribe((entries) => {
    if (entries !== undefined) latest$.next(entries);
  });
  return latest$;
}

function showViews(): void {
  router.route$.subscribe(({ view }) => {
    for (const name of VIEWS) {
      byId(name).hidden = name !== view;
      const link = document.querySelector(`[data-view="${name}"]`)!;
      if (name === view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  });
  byId("skip").addEventListener("click", () => byId("main").focus());
}

function showCounts(): void {
  registry.snapshot$.subscribe((snapshot) => {
    byId("agents-count").textContent = snapshot.agents.size.toLocaleString("en");
  });
  history$.subscribe((entries) => {
    byId("timeline-count").textContent = String(entries.length);
  });
  merge(registry.status$, registry.snapshot$).subscribe(() => {
    const issues = issuesOf(registry.status, registry.snapshot);
    const isBad = issues.some(({ severity }) => severity === "error");
    byId("issues-count").textContent = String(issues.length);
    byId("issues-count").className = `count ${
      issues.length === 0 ? "" : isBad ? "error" : "warning"
    }`;
  });
}

function offerReload(): void {
  const button = byId("reload") as HTMLButtonElement;
  button.hidden = !canWrite;
  button.addEventListener("click", async () => {
    button.disabled = true;
    await server.reload().then(
      () => announcer.say("Reloaded"),
      (error: Error) => announcer.warn(error.message),
    );
    button.disabled = false;
  });
}

async function rollback(revision: number): Promise<void> {
  const question =
    `Serve revision ${revision} again? It stays until the files are edited, or until “Reload now”.`;
  if (!await confirmed(question, `Roll back to ${revision}`)) return;
  await server.rollback(revision).catch((error: Error) => announcer.warn(error.message));
}

function listenToKeys(): void {
  document.addEventListener("keydown", (event) => {
    const isTyping = (event.target as HTMLElement).matches("input, select, textarea");
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (router.route.view !== "agents") router.go({ view: "agents", id: undefined });
      agents.focusSearch();
    }
  });
}
