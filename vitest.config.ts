import { defineConfig } from "vitest/config";

const config: ReturnType<typeof defineConfig> = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/random-seed.ts"],
    // Real files on a busy machine: a wait that ends on its own says more than one that is cut off.
    testTimeout: 20_000,
    hookTimeout: 20_000,
    reporters: ["default"],
  },
});

export default config;
