import { filter, firstValueFrom, map, timeout } from "rxjs";
import { Type } from "@sinclair/typebox";
import {
  type AgentRegistry,
  openRegistry,
  type RegistryInput,
  type RegistryOptions,
  type RegistryStatus,
  type ReloadEvent,
} from "../../mod.ts";
import { meaningOf } from "./content.ts";

/** Accepts any agent, so that nothing but reading whole files keeps half of one out. */
const schema = Type.Object({ label: Type.Optional(Type.String()) });

export interface Followed extends AsyncDisposable {
  readonly registry: AgentRegistry<object>;
  /** What each snapshot meant, the first first. */
  readonly meanings: readonly string[];
  readonly revisions: readonly number[];
  readonly events: readonly ReloadEvent[];
  /** Resolves when the snapshot that is served means this. */
  reaches(meaning: string, withinMs?: number): Promise<void>;
  /** Resolves when the status is so. */
  is(what: string, so: (status: RegistryStatus) => boolean, withinMs?: number): Promise<void>;
}

/** How a test follows, where it does not say otherwise: quick, and without help by the poll. */
export const DEBOUNCE_MS = 50;
const NO_POLL_MS = 600_000;

/** Opens a registry as its users do, and writes down what it says. */
export async function follow(
  input: RegistryInput,
  { files, ...options }: Omit<RegistryOptions, "schema" | "guard"> = {},
): Promise<Followed> {
  const registry = await openRegistry(input, {
    schema,
    required: false,
    logger: false,
    debounceMs: DEBOUNCE_MS,
    files: { pollMs: NO_POLL_MS, ...files },
    ...options,
  });
  const meanings: string[] = [];
  const revisions: number[] = [];
  const events: ReloadEvent[] = [];
  registry.snapshot$.subscribe({
    next: (snapshot) => {
      if (snapshot.revision === 0) return;
      meanings.push(meaningOf(snapshot));
      revisions.push(snapshot.revision);
    },
  });
  registry.reload$.subscribe((event) => events.push(event));
  return {
    registry,
    meanings,
    revisions,
    events,
    async reaches(meaning, withinMs = 15_000) {
      const missed = (): never => {
        const last = registry.status.lastReload;
        throw new Error(`Never came to ${meaning}, is at ${meanings.at(-1)} after ${last}`);
      };
      await firstValueFrom(registry.snapshot$.pipe(
        map(meaningOf),
        filter((current) => current === meaning),
        timeout({ first: withinMs, with: missed }),
      ));
    },
    async is(what, so, withinMs = 15_000) {
      const missed = (): never => {
        const { watching, issues } = registry.status;
        throw new Error(`Never was ${what}: ${JSON.stringify({ watching, issues })}`);
      };
      await firstValueFrom(registry.status$.pipe(
        filter(so),
        timeout({ first: withinMs, with: missed }),
      ));
    },
    [Symbol.asyncDispose]: () => registry.close(),
  };
}
