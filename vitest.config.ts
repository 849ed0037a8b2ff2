import { defineConfig } from "vitest/config";

const everywhere = ["test/**/*.test.ts"];
/** No files, no timers, no processes, and nothing that is large or tries at random for long. */
const unit = [
  "test/{model,operators,pipeline,text}/**/*.test.ts",
  "test/decode/{bad-input,issues,layouts}.test.ts",
  "test/decode/*/**/*.test.ts",
  "test/registry/{closing,opening,registry-state,reloading,streams}.test.ts",
];

const config: ReturnType<typeof defineConfig> = defineConfig({
  test: {
    setupFiles: ["test/random-seed.ts"],
    // Real files on a busy machine: a wait that ends on its own says more than one that is cut off.
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // Most of what takes long waits for file events: more at a time than there are processors.
    maxWorkers: 3,
    reporters: ["default"],
    // One process runs many files, and loads what they import once: no module keeps state.
    isolate: false,
    projects: [
      { extends: true, test: { name: "unit", include: unit } },
      { extends: true, test: { name: "rest", include: everywhere, exclude: unit } },
    ],
  },
});

export default config;
