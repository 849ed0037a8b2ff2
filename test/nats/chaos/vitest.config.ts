import { defineConfig } from "vitest/config";

const config: ReturnType<typeof defineConfig> = defineConfig({
  test: {
    include: ["test/nats/chaos/*.chaos.ts"],
    testTimeout: 1_200_000,
    hookTimeout: 60_000,
    reporters: ["verbose"],
  },
});

export default config;
