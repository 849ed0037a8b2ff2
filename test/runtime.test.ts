import process from "node:process";
import { expect, test } from "vitest";

test("the suite runs on the runtime that it was started for", () => {
  const { Deno, Bun } = globalThis as { Deno?: unknown; Bun?: unknown };
  const runtime = Deno !== undefined ? "deno" : Bun !== undefined ? "bun" : "node";
  expect(runtime).toBe(process.env["EXPECT_RUNTIME"] ?? "node");
});
