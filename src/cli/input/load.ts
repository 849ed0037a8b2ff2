import {
  type Issue,
  openRegistry,
  RegistryLoadError,
  type RegistrySnapshot,
} from "../../../mod.ts";
import { openInput } from "./open-input.ts";
import type { CliOptions } from "../parse-options.ts";

/** An agent of whatever schema. */
export interface AnyAgent {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** A registry loaded once, and what is wrong with it: if there is no snapshot, why. */
export interface Loaded {
  readonly snapshot?: RegistrySnapshot<AnyAgent>;
  readonly issues: readonly Issue[];
}

/** Loads a registry, and lets go of it. */
export async function load(
  paths: readonly (string | URL)[],
  options: CliOptions,
): Promise<Loaded> {
  try {
    await using opened = await openInput(paths, options);
    await using registry = await openRegistry(opened.input, {
      ...opened.options,
      watch: false,
      logger: false,
    });
    return { snapshot: registry.snapshot, issues: registry.status.issues };
  } catch (error) {
    if (!(error instanceof RegistryLoadError)) throw error;
    return { issues: error.issues };
  }
}
