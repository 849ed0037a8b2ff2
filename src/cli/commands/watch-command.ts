import type {
  AgentRegistry,
  Issue,
  IssueCode,
  RegistrySnapshot,
  ReloadEvent,
} from "../../../mod.ts";
import { printable } from "../../text/printable.ts";
import type { CommandLine } from "../args/parse-arguments.ts";
import type { CliContext } from "../cli-context.ts";
import type { AnyAgent } from "../input/any-agent.ts";
import { interruption } from "../input/interruption.ts";
import { open } from "../input/open.ts";
import { agentTable } from "../print/agent-table.ts";
import { eventJson } from "../print/event-json.ts";
import { eventReport } from "../print/event-report.ts";
import { countIssues, issueReport } from "../print/issue-report.ts";
import { type Style, styleFor } from "../print/style.ts";

/** Issues that are not about what is in the files. */
const HINDRANCES: ReadonlySet<IssueCode> = new Set([
  "watch-failed",
  "cache-failed",
  "cache-corrupt",
]);

/** Prints the registry, and what every reload did, until it is interrupted. */
export async function watchCommand(line: CommandLine, context: CliContext): Promise<number> {
  const { flags, words } = line;
  const [once, json] = [flags.once === true, flags.json === true];
  const { out } = context;
  const style = styleFor(context, out, flags);
  const print = (text: string): void => void out.write(`${text}\n`);

  using interrupted = interruption(context);
  await using opened = await open(line, words, context, !once);
  const { registry } = opened;
  const first = registry.status.lastReload!;
  if (json) print(eventJson(first, registry.snapshot, style));
  else print(firstReport(registry, printable(opened.name), once, style));
  if (once) return first.success ? 0 : 1;

  let before = registry.snapshot;
  let inSync = registry.status.inSync;
  registry.reload$.subscribe((event) => {
    if (json) print(eventJson(event, registry.snapshot, style));
    else if (event.type !== "unchanged" || !inSync) {
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
    if (news.length > 0) print(issueReport(news, style));
    else if (status.watching === "events" && watching === "polling") {
      print("changes are found by events again");
    }
    watching = status.watching;
  });
  await interrupted.promise;
  if (!json) print(style.dim("\nstopped"));
  return 0;
}

function firstReport(
  { snapshot, status }: AgentRegistry<AnyAgent>,
  where: string,
  once: boolean,
  style: Style,
): string {
  const issues = [...status.inSync ? [] : status.issues, ...snapshot.warnings];
  if (snapshot.revision === 0) {
    const next = once ? "nothing to serve" : `waiting for a good ${where}, Ctrl-C ends`;
    return [issueReport(issues, style), "", `${style.red(countIssues(issues))}, ${next}`].join(
      "\n",
    );
  }
  const next = once ? [] : [style.dim(`following ${where}, Ctrl-C ends`), ""];
  return [everything(snapshot, issues, style), ...next].join("\n");
}

/** What is wrong, the agents, and one line that counts both. */
function everything(
  snapshot: RegistrySnapshot<AnyAgent>,
  issues: readonly Issue[],
  style: Style,
): string {
  const report = issues.length === 0 ? [] : [issueReport(issues, style), ""];
  const counted = issues.length === 0 ? "" : `, ${countIssues(issues)}`;
  return [
    ...report,
    agentTable(snapshot.list(), style, `, revision ${snapshot.revision}${counted}`),
  ].join("\n");
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
    ? `${everything(after, after.warnings, style)}\n`
    : eventReport(event, before, after, inSync, style);
}
