import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A path that leads to one of several files in turn, so that to edit it takes no time. */
export class Versions {
  readonly path: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "agent-registry-bench-"));
  readonly #files: readonly string[];

  constructor(contents: readonly string[], name = "agents.yaml") {
    this.path = join(this.#folder, name);
    this.#files = contents.map((content, at) => {
      const file = join(this.#folder, `version-${at}`);
      writeFileSync(file, content);
      return file;
    });
    this.turnTo(0);
  }

  /** Saves a version: by rename, as editors do. */
  turnTo(version: number): void {
    symlinkSync(this.#files[version]!, `${this.path}.new`);
    renameSync(`${this.path}.new`, this.path);
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
