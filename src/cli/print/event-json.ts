import type { RegistrySnapshot, ReloadEvent } from "../../../mod.ts";
import { printableJson } from "../../text/printable.ts";
import type { AnyAgent } from "../input/any-agent.ts";
import { shownIssues } from "./issue-report.ts";
import type { Style } from "./style.ts";

/** What came of a reload, for a program; with what was applied go its warnings. */
export function eventJson(
  event: ReloadEvent,
  { warnings }: RegistrySnapshot<AnyAgent>,
  style: Style,
): string {
  return printableJson({
    ...event,
    ...event.success ? {} : { issues: shownIssues(event.issues, style) },
    ...event.type === "applied" || event.type === "partial"
      ? { warnings: shownIssues(warnings, style) }
      : {},
  });
}
