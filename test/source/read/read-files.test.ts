import { Buffer } from "node:buffer";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { firstValueFrom } from "rxjs";
import { afterEach, describe, expect, test, vi } from "vitest";
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
  const renaming = place.run(`perl -e 'for (1 .. 40) {
    for (["d/a.yaml", "d/z.yaml"], ["d/z.yaml", "d/b.yaml"], ["d/b.yaml", "d/a.yaml"]) {
      rename $$_[0], $$_[1]; select undef, undef, undef, 0.004;
    }
    select undef, undef, undef, 0.08 }'`).finally(() => over = true);
  let readings = 0;
  while (!over) {
    const contents = contentsOf(await firstValueFrom(source.read({ quietMs: 1 })));
    expect(contents.toSorted()).toEqual(["one\n", "two\n"]);
    readings++;
  }
  await renaming;
  expect(readings).toBeGreaterThan(5);
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

describe("files that were read before", () => {
  afterEach(() => void vi.useRealTimers());

  /** A directory of two files, and a way to read it: gives the memory that each file is in. */
  function twoFiles() {
    const directory = tempDir();
    const [a, b] = [join(directory, "a.yaml"), join(directory, "b.yaml")] as const;
    writeFileSync(a, "one");
    writeFileSync(b, "two");
    const source = fileSource([`${directory}/`]);
    const read = async () => {
      const { documents } = await firstValueFrom(source.read({ quietMs: 1 }));
      return documents.map(({ content }) => content);
    };
    return { directory, a, b, read };
  }

  /** The time of files cannot be set, that of the process can. */
  const later = () => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10_000 });

  test("are not read again when their stamp proves that they are the same", async () => {
    const { b, read } = twoFiles();
    later();
    const [first, again] = [await read(), await read()];
    expect(again[0]).toBe(first[0]);
    expect(again[1]).toBe(first[1]);
    writeFileSync(b, "other");
    const [untouched, edited] = await read();
    expect(untouched).toBe(first[0]);
    expect(new TextDecoder().decode(edited as Uint8Array)).toBe("other");
    rmSync(b);
    expect(await read()).toEqual([first[0]]);
    writeFileSync(b, "third");
    expect((await read())[1]).toEqual(Buffer.from("third"));
  });

  test("are read again when they were only just written, or are named", async () => {
    const { a, read } = twoFiles();
    const [first] = await read();
    const [again] = await read();
    expect(again).toEqual(first);
    expect(again).not.toBe(first);
    later();
    const source = fileSource(a);
    const [one, two] = [
      await firstValueFrom(source.read({ quietMs: 1 })),
      await firstValueFrom(source.read({ quietMs: 1 })),
    ];
    expect(two.documents[0]!.content).not.toBe(one.documents[0]!.content);
  });

  test("are read again when there is only one, and it has changed", async () => {
    const { a, b, read } = twoFiles();
    rmSync(b);
    later();
    await read();
    writeFileSync(a, "other");
    expect(await read()).toEqual([Buffer.from("other")]);
  });
});

/**
 * Reads again and again while versions are put in place, each without letting the reading of this process
 * go on, so that a version is never there in part when anything is decided.
 */
async function readWhile(path: string, count: number, put: (version: number) => void) {
  put(0);
  const source = fileSource(path);
  const readings: (readonly string[])[] = [];
  let version = 0;
  let timer = setTimeout(function next() {
    put(++version);
    if (version < count) timer = setTimeout(next, 80 + 15 * (version % 20));
  }, 100);
  try {
    while (version < count) {
      readings.push(contentsOf(await firstValueFrom(source.read({ quietMs: 0 }))));
    }
  } finally {
    clearTimeout(timer);
  }
  return readings;
}

test(
  "a reading of a directory is of one moment while all of it changes there and back",
  async () => {
    const directory = tempDir();
    const put = (version: number): void => {
      for (let k = 0; k < 40; k++) {
        writeFileSync(join(directory, "tmp"), `${version % 2}`);
        renameSync(join(directory, "tmp"), join(directory, `${k}.yaml`));
      }
    };
    const readings = await readWhile(directory, 30, put);
    for (const contents of readings) {
      expect([contents.length, new Set(contents).size]).toEqual([40, 1]);
    }
    expect(readings.length).toBeGreaterThan(3);
  },
  15_000,
);

test(
  "a reading of a ConfigMap is of one version, however soon the next is swapped in",
  async () => {
    const directory = tempDir();
    const keys = "a b c d e f g h".split(" ");
    keys.forEach((key) => symlinkSync(`..data/${key}.yaml`, join(directory, `${key}.yaml`)));
    const put = (version: number): void => {
      const folder = join(directory, `..${version}`);
      mkdirSync(folder);
      keys.forEach((key) => writeFileSync(join(folder, `${key}.yaml`), `${version}`));
      symlinkSync(`..${version}`, join(directory, "..tmp"));
      renameSync(join(directory, "..tmp"), join(directory, "..data"));
      rmSync(join(directory, `..${version - 1}`), { recursive: true, force: true });
    };
    const readings = await readWhile(directory, 30, put);
    for (const contents of readings) {
      expect([contents.length, new Set(contents).size]).toEqual([keys.length, 1]);
    }
    expect(readings.length).toBeGreaterThan(5);
  },
  30_000,
);

test("documents that a search found are told from those that were named", async () => {
  const directory = tempDir();
  writeFileSync(join(directory, "a.yaml"), "");
  const read = async (path: string) =>
    (await firstValueFrom(fileSource(path).read({ quietMs: 0 }))).documents.map(({ found }) =>
      found
    );
  expect(await read(join(directory, "a.yaml"))).toEqual([undefined]);
  expect(await read(directory)).toEqual([true]);
  expect(await read(join(directory, "*.yaml"))).toEqual([true]);
});

test.skipIf(!existsSync("/proc/version"))(
  "a file of /proc, which has no size, is read",
  async () => {
    const reading = await firstValueFrom(fileSource("/proc/version").read({ quietMs: 0 }));
    expect(contentsOf(reading)).toEqual([readFileSync("/proc/version", "utf8")]);
  },
);
