import type { AgentRegistry } from "../../../mod.ts";
import type { AnyAgent } from "../input/any-agent.ts";
import { eventJson } from "./event-json.ts";
import { eventReport } from "./event-report.ts";
import type { Style } from "./style.ts";

/** How reloads are told. */
export interface TellOptions {
  readonly json: boolean;
  readonly style: Style;
  readonly print: (text: string) => void;
}

/**
 * Tells what each reload did, from now on. One that changed nothing is told in JSON, or when it is in sync
 * again.
 */
export function tellReloads(
  registry: AgentRegistry<AnyAgent>,
  { json, style, print }: TellOptions,
): void {
  let before = registry.snapshot;
  let { inSync } = registry.status;
  registry.reload$.subscribe((event) => {
    const { snapshot } = registry;
    if (json) print(eventJson(event, snapshot, style));
    else if (event.type !== "unchanged" || !inSync) {
      print(eventReport(event, before, snapshot, inSync, style));
    }
    before = snapshot;
    ({ inSync } = registry.status);
  });
}
