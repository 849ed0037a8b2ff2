import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { filter, firstValueFrom } from "rxjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Type } from "@sinclair/typebox";
import { fileSource, type FileSourceOptions, openRegistry } from "../../../mod.ts";
import { hasProgram } from "../writer.ts";
import { runChild } from "../runtime-child.ts";

const before = process.cwd();
const root = mkdtempSync(join(tmpdir(), "find-files-"));

/** What there is: each file holds its own path, a link is `path -> target`. */
const TREE = `
  one.yaml
  agents/b.yml agents/a.yaml agents/c.JSON agents/d.md agents/e.txt agents/f.toml
  agents/README.md agents/LICENSE.md agents/.hidden.yaml agents/a.yaml~ agents/x.yaml.bak agents/#a.yaml#
  agents/sub/deep/a.yaml agents/sub.yaml agents/node_modules/x/x.yaml agents/.git/x.yaml
  teams/x/agents.yaml teams/y/agents.yaml teams/y/other.yaml teams/.z/agents.yaml
  odd/agents[1].yaml odd/agents1.yaml odd/star* odd/q?.yaml
  map/..1/a.yaml map/..data->..1 map/a.yaml->..data/a.yaml
  links/dir->../teams/x links/file.yaml->../one.yaml links/dangling.yaml->nowhere links/loop->.
  links/self->self links/nowhere->../missing
  empty/x.txt empty.yaml/x.txt`;

beforeAll(() => {
  process.chdir(root);
  for (const line of TREE.trim().split(/\s+/)) {
    const [path, target] = line.split("->");
    mkdirSync(dirname(path!), { recursive: true });
    if (target === undefined) writeFileSync(path!, path!);
    else symlinkSync(target, path!);
  }
});
afterAll(() => {
  process.chdir(before);
  rmSync(root, { recursive: true });
});

async function find(inputs: string | URL | readonly (string | URL)[], options?: FileSourceOptions) {
  const source = fileSource(inputs, options);
  const { documents, issues } = await firstValueFrom(source.read({ quietMs: 1 }));
  return [
    ...documents.map(({ path }) => path),
    ...issues.map(({ code, path }) => `${code} ${path}`),
  ];
}

const IN_AGENTS = [
  ...["agents/a.yaml", "agents/b.yml", "agents/c.JSON", "agents/d.md"],
  ...["agents/sub.yaml", "agents/sub/deep/a.yaml"],
];
const MAIN = ["agents/a.yaml", "agents/b.yml", "agents/sub.yaml"];

/** inputs, what is found, in this order */
const TABLE: readonly (readonly [string | readonly string[], readonly string[]])[] = [
  ["one.yaml", ["one.yaml"]],
  ["agents/e.txt", ["agents/e.txt"]],
  ["agents/README.md", ["agents/README.md"]],
  ["agents", IN_AGENTS],
  ["agents/", IN_AGENTS],
  ["./agents//", IN_AGENTS.map((path) => `./${path}`)],
  ["agents/**", IN_AGENTS],
  ["agents/**/*.yaml", ["agents/a.yaml", "agents/sub.yaml", "agents/sub/deep/a.yaml"]],
  ["agents/*", [
    "agents/a.yaml",
    "agents/b.yml",
    "agents/c.JSON",
    "agents/d.md",
    "agents/sub.yaml",
  ]],
  ["agents/*.{yml,yaml}", MAIN],
  ["agents/*.toml", ["agents/f.toml"]],
  ["agents/*.md", ["agents/d.md"]],
  ["agents/{README,d}.md", ["agents/README.md", "agents/d.md"]],
  ["agents/.hidden.yaml", ["agents/.hidden.yaml"]],
  ["agents/.h*.yaml", ["agents/.hidden.yaml"]],
  ["agents/*/x.yaml", ["missing-agents agents/*/x.yaml"]],
  ["agents/node_modules/**", ["agents/node_modules/x/x.yaml"]],
  ["agents/.git/", ["agents/.git/x.yaml"]],
  ["agents/s*/", ["agents/sub/deep/a.yaml"]],
  ["teams/*/agents.yaml", ["teams/x/agents.yaml", "teams/y/agents.yaml"]],
  ["{teams,none}/[xy]/a*.yaml", ["teams/x/agents.yaml", "teams/y/agents.yaml"]],
  ["teams/.z/*.yaml", ["teams/.z/agents.yaml"]],
  ["*.yaml", ["one.yaml"]],
  ["teams/../o*e.yaml", ["teams/../one.yaml"]],
  ["odd/agents[1].yaml", ["odd/agents[1].yaml"]],
  ["odd/agents\\[1\\].yaml", ["odd/agents[1].yaml"]],
  ["odd/a*[1].yaml", ["odd/agents1.yaml"]],
  ["odd/star*", ["odd/star*"]],
  ["odd/q\\?.yaml", ["odd/q?.yaml"]],
  ["map/", ["map/a.yaml"]],
  ["links/", ["links/dir/agents.yaml", "links/file.yaml", "file-missing links/dangling.yaml"]],
  [["teams/y/", "agents/a.yaml", "agents/*.y*ml"], [
    ...["teams/y/agents.yaml", "teams/y/other.yaml"],
    ...["agents/a.yaml", "agents/b.yml", "agents/sub.yaml"],
  ]],
  ["missing.yaml", ["file-missing missing.yaml"]],
  ["missing/", ["file-missing missing/"]],
  [["one.yaml", "missing/x/*.yaml"], ["one.yaml", "file-missing missing/x/"]],
  ["one.yaml/", ["not-a-file one.yaml/"]],
  ["one.yaml/*.yaml", ["not-a-file one.yaml/"]],
  ["empty", ["missing-agents empty"]],
  [["one.yaml", "empty"], ["one.yaml"]],
  [["one.yaml", "empty.yaml"], ["one.yaml", "not-a-file empty.yaml"]],
  [["empty", "none*"], ["missing-agents empty"]],
];

describe("fileSource finds", () => {
  test.each(TABLE)("%j", async (inputs, paths) => {
    expect(await find(inputs)).toEqual(paths);
  });

  test("what a URL names, and the same below an absolute path", async () => {
    const paths = ["agents/a.yaml", "agents/b.yml"].map((path) => join(root, path));
    expect(await find(new URL(`file://${root}/agents/?.y*ml`.replace("?", "%3F")))).toEqual(paths);
    expect(await find(`${root}/agents/?.y*ml`)).toEqual(paths);
  });

  test("what a text names that is written as a URL", async () => {
    expect(await find(`file://${root}/one.yaml`)).toEqual([join(root, "one.yaml")]);
    expect(await find(`file://${root}/agents/%3F.yml`)).toEqual([join(root, "agents/b.yml")]);
  });

  test("no glob in a path of Windows", async () => {
    for (const path of ["C:\\agents\\x.yaml", "\\\\host\\agents\\*.yaml"]) {
      expect(await find(path)).toEqual([`file-missing ${path}`]);
    }
  });

  /** inputs, globs to ignore, what is found */
  const ignoring: readonly (readonly [string, string | string[], readonly string[]])[] = [
    ["agents/", "sub", IN_AGENTS.filter((path) => !path.includes("sub/"))],
    ["agents/", ["sub/", "*.{yml,JSON,md}"], ["agents/a.yaml", "agents/sub.yaml"]],
    ["agents/", "**/a.yaml", IN_AGENTS.filter((path) => !path.endsWith("/a.yaml"))],
    ["agents/", "sub/**/*.yaml", IN_AGENTS.filter((path) => !path.includes("sub/"))],
    ["agents/**/*.yaml", "sub/deep", ["agents/a.yaml", "agents/sub.yaml"]],
    ["teams/{x,y}/agents.yaml", "x", ["teams/y/agents.yaml"]],
    ["agents/a.yaml", "**", ["agents/a.yaml"]],
    ["agents/", "**", ["missing-agents agents/"]],
  ];
  test.each(ignoring)("in %j, ignoring %j, %j", async (inputs, ignore, paths) => {
    expect(await find(inputs, { ignore })).toEqual(paths);
  });

  test("what ends as it is told to", async () => {
    expect(await find("agents/", { extensions: [".toml", ".TXT"] }))
      .toEqual(["agents/e.txt", "agents/f.toml"]);
  });

  test("nothing, and says so, where there are too many entries", async () => {
    mkdirSync("many/d", { recursive: true });
    for (let k = 0; k < 1_000; k++) writeFileSync(`many/d/${k}.yaml`, "");
    for (let k = 0; k < 100; k++) symlinkSync("d", `many/link${k}`);
    expect(await find(["one.yaml", "many/"])).toEqual(["one.yaml", "too-large many/"]);
    rmSync("many", { recursive: true });
  });
});

test("names that are not UTF-8, or hold control characters, are skipped with a warning", async () => {
  mkdirSync("names");
  writeFileSync("names/ok.yaml", "");
  writeFileSync("names/\uFFFD.yaml", "");
  writeFileSync("names/forged\n2026 ERROR\x1b[2J\u202e.yaml", "");
  writeFileSync("names/other\x1b.txt", "");
  mkdirSync("names/d\u009b");
  // By a shell: Deno 2.9 writes the bytes of a path that are not UTF-8 as U+FFFD.
  execFileSync("sh", ["-c", `: > "$(printf 'names/caf\\351.yaml')"`]);
  const source = fileSource("names/");
  const { documents, issues } = await firstValueFrom(source.read({ quietMs: 1 }));
  expect(documents.map(({ path }) => path)).toEqual(["names/ok.yaml", "names/\uFFFD.yaml"]);
  expect(issues.map(({ code, severity, path }) => [code, severity, path]).toSorted()).toEqual([
    ["bad-encoding", "warning", "names/caf\uFFFD.yaml"],
    ["bad-encoding", "warning", "names/d\uFFFD"],
    ["bad-encoding", "warning", "names/forged\uFFFD2026 ERROR\uFFFD[2J\uFFFD.yaml"],
  ]);
  // The others are served.
  writeFileSync("names/ok.yaml", "agents: { a: {} }");
  writeFileSync("names/\uFFFD.yaml", "agents: {}");
  const schema = Type.Object({});
  const registry = await openRegistry("names/", { schema, logger: false });
  expect([...registry.snapshot.agents.keys()]).toEqual(["a"]);
  expect(registry.snapshot.warnings.map(({ code }) => code)).toContain("bad-encoding");
  writeFileSync("names/ok.yaml", "agents: { a: {}, b: {} }");
  await firstValueFrom(registry.snapshot$.pipe(filter(({ agents }) => agents.has("b"))));
  // Before the directory goes: on Deno chokidar 5 throws when a watch fails that is closed already.
  await registry.close();
  rmSync("names", { recursive: true });
});

test("fileSource refuses what cannot be meant", () => {
  expect(() => fileSource("")).toThrow(TypeError);
  expect(() => fileSource([])).toThrow(TypeError);
  expect(() => fileSource(new URL("http://x/y"))).toThrow(TypeError);
  expect(() => fileSource("{a,b}".repeat(30))).toThrow(RangeError);
  expect(() => fileSource("file://host")).toThrow(TypeError);
  expect(() => fileSource("a", { ignore: [1 as never] })).toThrow(TypeError);
  expect(() => fileSource("a", { ignore: "{a,b}".repeat(30) })).toThrow(RangeError);
  expect(() => fileSource("a", { extensions: ["yaml"] })).toThrow(RangeError);
  expect(() => fileSource("a", { extensions: [] })).toThrow(RangeError);
});

const asNobody = 'exec setpriv --reuid=65534 --clear-groups -- "$@"';
const isRoot = process.getuid?.() === 0;

test.skipIf(isRoot && !hasProgram("setpriv"))(
  "a directory that may not be listed is an issue, as is one below",
  async () => {
    mkdirSync("shut/d/e", { recursive: true });
    writeFileSync("shut/d/a.yaml", "");
    writeFileSync("shut/b.yaml", "agents: {}");
    using child = runChild(
      `
      const { firstValueFrom } = await import("rxjs");
      for (const path of [file + "/", file + "/d/*.yaml", file + "/*/a.yaml"]) {
        const { issues } = await firstValueFrom(mod.fileSource(path).read({ quietMs: 1 }));
        say("issues", issues.map(({ code, path }) => code + " " + path.slice(file.length)));
      }
      const f = await follow(file + "/");
      say("open");
      await f.is("whole", ({ inSync }) => inSync);
      say("agents", [...f.registry.snapshot.agents.keys()]);
      await f.registry.close();
      `,
      join(root, "shut"),
      `chmod 755 "${root}"; chmod 000 "${root}/shut/d"; ${isRoot ? asNobody : 'exec "$@"'}`,
    );
    expect(await child.line("issues")).toBe("issues file-unreadable /d/");
    expect(await child.line("issues")).toBe("issues file-unreadable /d/");
    expect(await child.line("issues")).toBe("issues file-unreadable /d/a.yaml");
    await child.line("open");
    writeFileSync("shut/d/a.yaml", "agents:\n  a: {}\n");
    chmodSync("shut/d", 0o755);
    expect(await child.line("agents")).toBe("agents a");
    expect(await child.ended()).toBe(0);
    rmSync("shut", { recursive: true });
  },
);
