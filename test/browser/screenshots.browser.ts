import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { firstValueFrom } from "rxjs";
import { test } from "vitest";
import { AgentSchema } from "../../mod.ts";
import { tempDir } from "../temp-dir.ts";
import { testBrowser } from "./chromium.ts";
import { served } from "./served.ts";

const browser = testBrowser();
const example = readFileSync("examples/agent_registry.yaml", "utf8");

/** The pictures of the documentation: `SCREENSHOTS=1 npm run test:browser -- screenshots`. */
test.skipIf(process.env["SCREENSHOTS"] === undefined)(
  "pictures for the documentation",
  async () => {
    const images = resolve("docs/images");
    // So that the path of the file is as short as a user's.
    const options = { schema: AgentSchema, write: true, file: "agents.yaml" };
    process.chdir(tempDir());
    const { url, save, registry } = await served(example, options);
    const reached = async (text: string): Promise<void> => {
      const reloaded = firstValueFrom(registry.reload$);
      save(text);
      await reloaded;
    };
    await reached(example.replace("Mina Park", "Jonas Weber"));
    await reached(
      example.replace("Mina Park", "Jonas Weber").replace("version: 5.1.0", "version: 5.2.0"),
    );
    const take = async (name: string, hash: string, options: object): Promise<void> => {
      const page = await browser.page({ viewport: { width: 1160, height: 680 }, ...options });
      await page.goto(`${url}${hash}`);
      await page.locator("body[data-ready]").waitFor();
      await page.locator(hash.includes("timeline") ? ".entry" : "#agent h2").first().waitFor();
      await page.screenshot({ path: join(images, `${name}.png`) });
    };
    await take("console-light", "#/agents/invoice_reader", { colorScheme: "light" });
    await take("console-timeline", "#/timeline", { colorScheme: "light" });
    await reached(example.replace("owner: finance", "owner: 5"));
    await take("console-dark", "#/agents/invoice_reader", { colorScheme: "dark" });
    const small = { viewport: { width: 360, height: 740 }, colorScheme: "light" };
    await take("console-360", "#/timeline", small);
  },
);
