import { diffSnapshots, type RegistrySnapshot, type ReloadEvent } from "../../../mod.ts";
import type { AnyAgent } from "../input/any-agent.ts";
import { changeLines } from "./change-lines.ts";
import { countOf } from "./count-of.ts";
import { issueReport } from "./issue-report.ts";
import type { Style } from "./style.ts";

/** What came of a reload, for a person: what is wrong, and last one line that says what is served. */
export function eventReport(
  event: ReloadEvent,
  before: RegistrySnapshot<AnyAgent>,
  after: RegistrySnapshot<AnyAgent>,
  wasInSync: boolean,
  style: Style,
): string {
  const time = style.dim(event.timestamp.toTimeString().slice(0, 8));
  const again = wasInSync ? "" : style.green(" in sync again:");
  const served = `revision ${event.revision}, ${countOf(event.agentsCount, "agent")}`;
  const changes = (): readonly string[] => changeLines(diffSnapshots(before, after), style);
  const count = event.success ? "" : style.red(countOf(event.issues.length, "issue"));
  switch (event.type) {
    case "applied":
      return [...above(after.warnings, style), `${time}${again} ${served}`, ...changes()].join(
        "\n",
      );
    case "partial": {
      const summary = `${time} ${count}, serving ${served}, ${after.stale.size} of them stale`;
      return [...above(event.issues, style), summary, ...changes()].join("\n");
    }
    case "unchanged":
      return `${time}${again} ${served}, nothing changed`;
    case "rejected":
      return [...above(event.issues, style), `${time} ${count}, still serving ${served}`].join(
        "\n",
      );
  }
}

/** Issues that stand above a line of their own. */
function above(issues: Parameters<typeof issueReport>[0], style: Style): readonly string[] {
  return issues.length === 0 ? [] : ["", issueReport(issues, style), ""];
}
