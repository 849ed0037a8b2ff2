// NestJS: the registry as a provider that is closed with the application.
import { Inject, Injectable, Module, type OnApplicationShutdown } from "@nestjs/common";
import { type Agent, type AgentRegistry, openRegistry } from "../../mod.ts";

/** Injects the registry: `constructor(@Inject(REGISTRY) registry: AgentRegistry<Agent>)`. */
export const REGISTRY: unique symbol = Symbol("agent registry");

@Injectable()
class RegistryCloser implements OnApplicationShutdown {
  readonly #registry: AgentRegistry<Agent>;

  constructor(@Inject(REGISTRY) registry: AgentRegistry<Agent>) {
    this.#registry = registry;
  }

  onApplicationShutdown(): Promise<void> {
    return this.#registry.close();
  }
}

@Module({
  providers: [
    { provide: REGISTRY, useFactory: () => openRegistry("examples/agent_registry.yaml") },
    RegistryCloser,
  ],
  exports: [REGISTRY],
})
export class RegistryModule {}
