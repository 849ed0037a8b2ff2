import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { firstValueFrom } from "rxjs";
import { expect, test } from "vitest";
import { fileSource, type SourceReading } from "../../mod.ts";
import { tempDir } from "../temp-dir.ts";

/** A file and a source of it. */
function makeFile() {
  const path = join(tempDir(), "agents.yaml");
  const source = fileSource(path);
  return {
    /** Writes a text of this letter, so many times, and reads it. */
    async next(letter: string, times = 50_000): Promise<SourceReading> {
      writeFileSync(`${path}.tmp`, letter.repeat(times));
      renameSync(`${path}.tmp`, path);
      return await firstValueFrom(source.read({ quietMs: 0 }));
    },
  };
}

function textOf({ documents: [document] }: SourceReading): string {
  return new TextDecoder().decode(document!.content as Uint8Array).replace(/(.)\1*/g, "$1");
}

function memoryOf({ documents: [document] }: SourceReading): ArrayBufferLike {
  return (document!.content as Uint8Array).buffer;
}

test("a reading of files stays as it is until it is released, whatever is read after it", async () => {
  const { next } = makeFile();
  const readings = [await next("a"), await next("b"), await next("c")];
  expect(readings.map(textOf)).toEqual(["a", "b", "c"]);
  expect(new Set(readings.map(memoryOf)).size).toBe(3);
});

test("memory that is released is read into again, and who still looks there sees nothing", async () => {
  const { next } = makeFile();
  const [a, b] = [await next("a", 60_000), await next("b")];
  const size = memoryOf(a).byteLength;
  a.release?.();
  expect(textOf(a)).toBe("");
  const c = await next("c");
  expect([textOf(b), textOf(c)]).toEqual(["b", "c"]);
  // It has more room than is asked for, which new memory would have, too, but not as much as this.
  expect(memoryOf(c).byteLength).toBe(size);
  expect(memoryOf(b).byteLength).toBeLessThan(size);
  a.release?.();
  expect(textOf(c)).toBe("c");
});

test("the latest reading may be released: the source goes on comparing with it", async () => {
  const { next } = makeFile();
  const a = await next("a");
  a.release?.();
  expect(textOf(a)).toBe("a");
  const b = await next("b");
  expect([textOf(a), textOf(b)]).toEqual(["", "b"]);
});
