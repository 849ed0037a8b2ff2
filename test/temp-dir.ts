import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Makes a directory that is gone when the test is over. */
export function tempDir(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "agent-registry-")));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
