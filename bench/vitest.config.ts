import { defineConfig } from "vitest/config";

const config: ReturnType<typeof defineConfig> = defineConfig({
  test: { include: ["bench/**/*.measure.ts"], fileParallelism: false },
});

export default config;
