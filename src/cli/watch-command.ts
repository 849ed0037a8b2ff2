import {
  type AgentRegistry,
  type Issue,
  type IssueCode,
  openRegistry,
  type RegistrySnapshot,
  type ReloadEvent,
} from "../../mod.ts";
import { printable } from "../text/printable.ts";
import { aborted } from "./aborted.ts";
import type { AnyAgent } from "./input/load.ts";
import { openInput } from "./input/open-input.ts";
import type { WatchCommand } from "./parse-command.ts";
import { agentTable, eventReport, issueReport, warnings } from "./report.ts";
import type { CliContext } from "./run-cli.ts";
import { type Style, styleFor } from "./style.ts";

/** Issues that are not about what is in the files. */
const HINDRANCES: ReadonlySet<IssueCode> = new Set([
  "watch-failed",
  "cache-failed",
  "cache-corrupt",
]);

/** Prints the registry, and what every reload did, until it is interrupted. */
export async function watchCommand(command: WatchCommand, context: CliContext): Promise<number> {
  const { once, json } = command;
  const { out, signals } = context;
  const style = styleFor(context, context.out);
  const print = (text: string): void => void out.write(`${text}\n`);

  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  signals.on("SIGINT", interrupt);
  signals.on("SIGTERM", interrupt);
  try {
    await using opened = await openInput(command.paths, command.options);
    const { input, options, name } = opened;
    await using registry = await openRegistry(input, {
      ...options,
      required: false,
      watch: !once,
      logger: false,
    });
    const first = registry.status.lastReload;
    if (json) print(JSON.stringify(first));
    else print(firstReport(registry, printable(name), once, style));
    if (once) return first?.success === true ? 0 : 1;

    let before = registry.snapshot;
    let inSync = registry.status.inSync;
    registry.reload$.subscribe((event) => {
      if (json) print(JSON.stringify(event));
      else if (isWorthALine(event, inSync)) {
        print(eventText(event, before, registry.snapshot, inSync, style));
      }
      before = registry.snapshot;
      inSync = registry.status.inSync;
    });
    let { watching } = registry.status;
    let trouble: readonly Issue[] = [];
    registry.status$.subscribe((status) => {
      const hindered = status.issues.filter(({ code }) => HINDRANCES.has(code));
      const news = hindered.filter((issue) => !trouble.includes(issue));
      trouble = hindered;
      if (json) return;
      if (news.length > 0) print(issueReport(news, style).trimEnd());
      else if (status.watching === "events" && watching === "polling") {
        print("changes are found by file events again");
      }
      watching = status.watching;
    });
    await aborted(interrupted.signal);
    if (!json) print(style.dim("\nstopped"));
    return 0;
  } finally {
    signals.off("SIGINT", interrupt);
    signals.off("SIGTERM", interrupt);
  }
}

function firstReport(
  registry: AgentRegistry<AnyAgent>,
  where: string,
  once: boolean,
  style: Style,
): string {
  const { snapshot, status } = registry;
  if (snapshot.revision === 0) {
    const next = once ? "" : `\nwaiting for a good ${where}, Ctrl-C ends`;
    return `${issueReport(status.issues, style)}${next}`;
  }
  const next = once ? [] : [style.dim(`following ${where}, Ctrl-C ends`), ""];
  const issues = status.inSync ? [] : ["", issueReport(status.issues, style).trimEnd()];
  return [agentTable(snapshot, style), ...issues, ...warnings(snapshot, style), ...next].join("\n");
}

// The very first good load after a bad start shows everything, later ones only what changed.
function eventText(
  event: ReloadEvent,
  before: RegistrySnapshot<AnyAgent>,
  after: RegistrySnapshot<AnyAgent>,
  inSync: boolean,
  style: Style,
): string {
  return before.revision === 0 && event.type === "applied"
    ? [agentTable(after, style), ...warnings(after, style), ""].join("\n")
    : eventReport(event, before, after, inSync, style);
}

function isWorthALine(event: ReloadEvent, wasInSync: boolean): boolean {
  return event.type !== "unchanged" || !wasInSync;
}
