import { defineConfig } from "vitest/config";

/** What needs a real browser: not a part of `npm test`. */
const config: ReturnType<typeof defineConfig> = defineConfig({
  test: {
    include: ["test/browser/**/*.browser.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});

export default config;
