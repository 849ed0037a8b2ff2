import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, onTestFinished } from "vitest";

const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** A browser for the tests of a file. */
export interface TestBrowser {
  /** A page of a profile of its own; a second one of the same profile by `page.context().newPage()`. */
  page(options?: BrowserContextOptions): Promise<Page>;
}

/** Starts Chromium, as Debian has it or as CHROMIUM says, before the tests of this file. */
export function testBrowser(): TestBrowser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
    browser = await chromium.launch({ executablePath, args: ARGS });
  });
  afterAll(() => browser?.close());
  return {
    async page(options) {
      const context = await browser!.newContext(options);
      onTestFinished(() => context.close());
      return await context.newPage();
    },
  };
}
