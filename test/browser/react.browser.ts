import { build } from "esbuild";
import { expect, test } from "vitest";
import { registryText } from "../registry-text.ts";
import { AgentSchema } from "../../mod.ts";
import { testBrowser } from "./chromium.ts";
import { served } from "./served.ts";

const browser = testBrowser();

/** Renders the component of the example with a registry that follows the server of the page. */
const PROGRAM = `
  import { createElement } from "react";
  import { createRoot } from "react-dom/client";
  import { connectRegistry } from "./src/client/connect-registry.ts";
  import { AgentList } from "./examples/apps/use-registry.tsx";
  const registry = await connectRegistry("./");
  const place = document.body.appendChild(document.createElement("div"));
  place.id = "react";
  createRoot(place).render(createElement(AgentList, { registry }));
`;

test("the React component of the examples shows an edit of the file", async () => {
  const { outputFiles: [program] } = await build({
    stdin: { contents: PROGRAM, resolveDir: process.cwd(), loader: "ts" },
    bundle: true,
    format: "esm",
    jsx: "automatic",
    write: false,
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const { url, save } = await served(registryText(["alpha"]), { schema: AgentSchema });
  const page = await browser.page();
  await page.goto(`${url}status`);
  await page.evaluate(
    `import(URL.createObjectURL(new Blob([${
      JSON.stringify(program!.text)
    }], { type: "text/javascript" })))`,
  );
  await page.locator("#react").getByText("alpha 1.0.0").waitFor();
  save(registryText({ alpha: { version: "2.0.0" }, beta: {} }));
  await page.locator("#react").getByText("alpha 2.0.0").waitFor();
  expect(await page.locator("#react li").count()).toBe(2);
});
