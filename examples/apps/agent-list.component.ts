// Angular: the same registry as a signal. Provide it once, as REGISTRY.
import { Component, inject, InjectionToken, type Signal } from "@angular/core";
import { toSignal } from "@angular/core/rxjs-interop";
import type { Agent, RegistryView } from "../../mod.ts";

export const REGISTRY: InjectionToken<RegistryView<Agent>> = new InjectionToken("agent registry");

@Component({
  selector: "agent-list",
  template: `
    <ul>
      @for (agent of agents(); track agent.id) {
        <li>{{ agent.name }} {{ agent.version }}</li>
      }
    </ul>
  `,
})
export class AgentListComponent {
  readonly agents: Signal<readonly Agent[]> = toSignal(
    inject(REGISTRY).list$({ category: "production" }),
    { requireSync: true },
  );
}
