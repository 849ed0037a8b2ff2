import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { afterEach, describe, expect, test, vi } from "vitest";
import { oneModule } from "../one-module.ts";
import { decode, decodeAgent, flow } from "./decode-one.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const bin = join(root, "node_modules", ".bin");
const forbid = "--disallow-code-generation-from-strings";
const text = `categories: [own]\nagents:
  good: {${flow}, status: archived}
  own: {${flow}, category: own}
  bad: {${flow}, category: nope, tags: [a, a], deprecated: true}\n`;
const { Deno, Bun } = globalThis as { Deno?: unknown; Bun?: unknown };

/** A program that decodes with the modules of a directory, and proves that it may not evaluate. */
function program(from: string, extension: string): string {
  const url = (name: string) => JSON.stringify(pathToFileURL(join(from, `${name}.${extension}`)));
  return `
    import { createDecoder } from ${url("src/decode/decoder")};
    import { AgentSchema } from ${url("src/model/agent/agent-schema")};
    let evaluates = true;
    try { new Function("return 1")(); } catch { evaluates = false; }
    const documents = [{ path: "agents.yaml", content: ${JSON.stringify(text)} }];
    const steps = createDecoder(AgentSchema)({ documents, issues: [] });
    let step = steps.next();
    while (!step.done) step = steps.next();
    const { agents, errors } = step.value;
    console.log(JSON.stringify({ evaluates, agents: [...agents.values()], errors }));
  `;
}

function run(command: string, args: readonly string[], input: string): unknown {
  const { stdout, stderr } = spawnSync(command, args, { input, cwd: root, encoding: "utf8" });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

const { agents, errors } = decode(text);
const expected = JSON.parse(
  JSON.stringify({ evaluates: false, agents: [...agents.values()], errors }),
);

// Each runtime tests itself. Bun has no switch that forbids it; there the next suite has to do.
describe("where code generation is forbidden, the schema is interpreted", () => {
  test.runIf(Deno === undefined && Bun === undefined)("on Node", { timeout: 60_000 }, async () => {
    const args = [forbid, "--input-type=module", "-"];
    expect(run(process.execPath, args, await oneModule(program(root, "ts")))).toEqual(expected);
  });

  test.runIf(Deno !== undefined)("on Deno", { timeout: 60_000 }, () => {
    const args = [
      "run",
      "--quiet",
      "--no-check",
      "--allow-read",
      "--allow-env",
      `--v8-flags=${forbid}`,
      "-",
    ];
    expect(run(join(bin, "deno"), args, program(root, "ts"))).toEqual(expected);
  });
});

describe("when the compiler throws", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const throwing = (error: Error) =>
    vi.spyOn(TypeCompiler, "Compile").mockImplementation(() => {
      throw error;
    });

  test("an EvalError, agents are validated all the same", () => {
    const spy = throwing(new EvalError("Code generation from strings disallowed"));
    const interpreted = decode(text);
    expect(spy).toHaveBeenCalled();
    expect([...interpreted.agents]).toEqual([...agents]);
    expect(interpreted.errors).toEqual(errors);
    expect(decodeAgent({}).errors).toEqual([]);
  });

  test("anything else, that is not hidden", () => {
    throwing(new TypeError("No such kind"));
    expect(() => decode(text)).toThrow("No such kind");
  });
});
