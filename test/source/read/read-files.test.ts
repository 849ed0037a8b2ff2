import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { firstValueFrom } from "rxjs";
import { expect, test } from "vitest";
import { fileSource, type SourceReading } from "../../../mod.ts";
import { tempDir } from "../../temp-dir.ts";
import { makePlace } from "../writer.ts";

function contentsOf({ documents, issues }: SourceReading): readonly string[] {
  return [
    ...documents.map(({ content }) => new TextDecoder().decode(content as Uint8Array)),
    ...issues.map(({ code }) => code),
  ];
}

test("a reading in the midst of renames has each file, and has it once", async () => {
  await using place = await makePlace();
  await place.run("mkdir d; echo one > d/a.yaml; echo two > d/m.yaml");
  const source = fileSource(`${place.root}/d/`);
  let over = false;
  const renaming = place.run(`perl -e 'for (1 .. 200) {
    for (["d/a.yaml", "d/z.yaml"], ["d/z.yaml", "d/b.yaml"], ["d/b.yaml", "d/a.yaml"]) {
      rename $$_[0], $$_[1]; select undef, undef, undef, 0.004;
    } }'`).finally(() => over = true);
  let readings = 0;
  while (!over) {
    const contents = contentsOf(await firstValueFrom(source.read({ quietMs: 1 })));
    expect(contents.toSorted()).toEqual(["one\n", "two\n"]);
    readings++;
  }
  await renaming;
  expect(readings).toBeGreaterThan(20);
});

test("a reading waits until nothing has come or gone for the quiet time", async () => {
  const directory = tempDir();
  writeFileSync(join(directory, "a.yaml"), "one");
  const source = fileSource(directory);
  const read = async () => contentsOf(await firstValueFrom(source.read({ quietMs: 200 })));
  expect(await read()).toEqual(["one"]);
  rmSync(join(directory, "a.yaml"));
  const reading = read();
  setTimeout(() => writeFileSync(join(directory, "b.yaml"), "two"), 60);
  expect(await reading).toEqual(["two"]);
});

test("a reading waits for files that do not rest, and then says of which it gives up", async () => {
  const directory = tempDir();
  mkdirSync(join(directory, "d"));
  writeFileSync(join(directory, "a.yaml"), "one");
  const source = fileSource([join(directory, "a.yaml"), join(directory, "d/")]);
  let turn = 0;
  writeFileSync(join(directory, "d/0.yaml"), "two");
  const moving = setInterval(() => {
    renameSync(join(directory, `d/${turn}.yaml`), join(directory, `d/${++turn}.yaml`));
  }, 5);
  try {
    const { issues } = await firstValueFrom(source.read({ quietMs: 300 }));
    expect(issues.map(({ code }) => code)).toContain("file-unreadable");
  } finally {
    clearInterval(moving);
  }
}, 15_000);
