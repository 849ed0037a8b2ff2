import { build } from "esbuild";
import { expect, test } from "vitest";
import { registryText } from "../registry-text.ts";
import { testBrowser } from "./chromium.ts";

const browser = testBrowser();

/** Checks what it is given, and answers with plain data. */
const PROGRAM = `
  import * as rx from "./src/browser/mod.ts";
  globalThis.check = async (documents, options) => {
    if (options?.any) options = { ...options, any: undefined, schema: rx.AnyAgentSchema };
    const { any: _, ...rest } = options ?? {};
    const { ok, agents, issues } = await rx.checkRegistry(documents, rest);
    return { ok, agents: Object.fromEntries(agents), issues: issues.map(rx.formatIssue) };
  };
  globalThis.exported = Object.keys(rx);
  globalThis.read = (documents) => new Promise((resolve) =>
    rx.memorySource(documents).read({ quietMs: 0 }).subscribe(resolve));
`;

async function program(): Promise<string> {
  const { outputFiles: [file], metafile } = await build({
    stdin: { contents: PROGRAM, resolveDir: process.cwd(), loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
    metafile: true,
  });
  const { imports } = Object.values(metafile.outputs)[0]!;
  expect(imports.filter(({ external }) => external)).toEqual([]);
  expect(file!.text).not.toMatch(/(from|import\(|require\()\s*"node:/);
  return file!.text;
}

test.each([["", "compiled"], ["script-src blob: 'unsafe-inline'", "not to be compiled"]])(
  "checkRegistry works in Chromium; with the policy %j schemas are %s",
  async (policy) => {
    const page = await browser.page();
    const failures: string[] = [];
    page.on("pageerror", (error) => failures.push(String(error)));
    const meta = policy === ""
      ? ""
      : `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
    await page.route(
      "http://page.test/",
      (route) =>
        route.fulfill({ contentType: "text/html", body: `<!doctype html>${meta}<title>t</title>` }),
    );
    await page.goto("http://page.test/");
    const text = JSON.stringify(await program());
    await page.evaluate(
      `import(URL.createObjectURL(new Blob([${text}], { type: "text/javascript" })))`,
    );
    const call = (name: string, ...args: unknown[]): Promise<unknown> =>
      page.evaluate(`${name}(...${JSON.stringify(args)})`);

    expect(await call("check", { "agents.yaml": registryText(["alpha", "beta"]) })).toMatchObject({
      ok: true,
      agents: { alpha: { id: "alpha", status: "active" }, beta: { owner: "core" } },
      issues: [],
    });
    // For this the other parser is loaded.
    expect(await call("check", { "agents.yaml": "agents:\n  a: [\n" })).toMatchObject({
      ok: false,
      issues: [expect.stringMatching(/^agents\.yaml:\d+:\d+ error yaml-syntax: /)],
    });
    expect(await call("check", { "agents.yaml": registryText({ a: { category: "nope" } }) }))
      .toMatchObject({
        ok: false,
        issues: [expect.stringMatching(/^agents\.yaml:4:15 error invalid-agent: .*\n[^]*\^/)],
      });
    const documents = {
      "a.json": '{"agents": {"a": {"x": "${X:-y} $${"}}}',
      "b.md": "---\nname: b\n---\nText.",
    };
    expect(await call("check", documents, { any: true, variables: {} })).toMatchObject({
      ok: true,
      agents: { a: { x: "y ${" }, b: { prompt: "Text." } },
    });
    expect(await call("read", { "a.yaml": "agents: {}" })).toEqual({
      documents: [{ path: "a.yaml", content: "agents: {}" }],
      issues: [],
    });
    expect(failures).toEqual([]);
  },
);
