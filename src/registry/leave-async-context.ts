import type { AsyncLocalStorage } from "node:async_hooks";

/**
 * Runs a function outside of the async context of its caller (`AsyncLocalStorage.run`): in the one that
 * this module was loaded in. What a registry does for years is no part of the request that opened it.
 */
export function leaveAsyncContext<T>(run: () => T): T {
  return runInFirstContext(run);
}

// Taken when the module is loaded, as no runtime gives an empty context later. Not imported: a browser has none.
const runInFirstContext: <T>(run: () => T) => T = firstContext();

function firstContext(): <T>(run: () => T) => T {
  const hooks = globalThis.process?.getBuiltinModule?.("node:async_hooks") as
    | { readonly AsyncLocalStorage: typeof AsyncLocalStorage }
    | undefined;
  return hooks?.AsyncLocalStorage.snapshot?.() ?? ((run) => run());
}
