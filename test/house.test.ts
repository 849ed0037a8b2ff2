import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What each room may import from: other rooms, single files, and packages. Imports run one way only. */
const rooms: Record<string, { rooms: string[]; packages: string[] }> = {
  "src/text": { rooms: [], packages: [] },
  "src/version.ts": { rooms: [], packages: [] },
  "src/model": { rooms: [], packages: ["@sinclair/typebox", "node:buffer"] },
  "src/operators": { rooms: [], packages: ["rxjs"] },
  "src/decode": {
    rooms: ["src/model", "src/text"],
    packages: [
      "node:buffer",
      "yaml",
      "@sinclair/typebox",
      "@sinclair/typebox/compiler",
      "@sinclair/typebox/errors",
      "@sinclair/typebox/value",
    ],
  },
  "src/source/registry-source.ts": { rooms: ["src/model"], packages: ["rxjs"] },
  "src/source/memory-source.ts": { rooms: ["src/source/registry-source.ts"], packages: ["rxjs"] },
  "src/source": {
    rooms: ["src/model", "src/operators"],
    packages: [
      "rxjs",
      "chokidar",
      "node:fs",
      "node:events",
      "node:fs/promises",
      "node:path",
      "node:timers",
      "node:timers/promises",
      "node:url",
    ],
  },
  "src/pipeline": {
    rooms: [
      "src/model",
      "src/operators",
      "src/decode/decoder.ts",
      "src/source/registry-source.ts",
    ],
    packages: ["rxjs"],
  },
  "src/cache": {
    rooms: ["src/model", "src/pipeline/fallback.ts", "src/source/read/file-state.ts"],
    packages: ["rxjs", "node:crypto", "node:fs/promises", "node:path", "node:url"],
  },
  "src/logging": { rooms: ["src/model"], packages: [] },
  "src/registry": {
    rooms: [
      "src/model",
      "src/operators",
      "src/decode",
      "src/pipeline",
      "src/source",
      "src/cache",
      "src/logging",
    ],
    packages: ["rxjs"],
  },
  "src/cli": {
    rooms: ["mod.ts", "src/text", "src/version.ts", "src/nats/mod.ts"],
    packages: ["@nats-io/transport-node", "node:process", "node:util", "yaml"],
  },
  "src/nats": {
    rooms: ["mod.ts", "src/operators"],
    packages: ["@nats-io/kv", "@nats-io/nats-core", "node:buffer", "node:crypto", "rxjs"],
  },
  "src/otel": { rooms: ["mod.ts", "src/version.ts"], packages: ["@opentelemetry/api"] },
};

const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => normalize(join("src", file)));

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom "([^"]+)";/gms)].map(([, from]) =>
    from!.startsWith(".") ? normalize(join(dirname(file), from!)) : from!
  );
}

function roomOf(file: string): string | undefined {
  return Object.keys(rooms)
    .filter((room) => file === room || file.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];
}

test.each(files)("%s imports only what its room may", (file) => {
  const room = roomOf(file);
  expect(room, `${file} is in no room`).toBeDefined();
  const { rooms: allowed, packages } = rooms[room!]!;
  for (const from of importsOf(file)) {
    const isLocal = from.startsWith("src") || from === "mod.ts";
    const isAllowed = isLocal
      ? [room!, ...allowed].some((other) => from === other || from.startsWith(`${other}/`))
      : packages.includes(from);
    expect(isAllowed, `${file} imports ${from}`).toBe(true);
  }
});

test("only src/source and src/cache import the file system, src/cli the process, src/otel OpenTelemetry", () => {
  const importers = (pattern: RegExp) =>
    files.filter((file) => importsOf(file).some((from) => pattern.test(from))).map(dirname);
  const fileRooms = importers(/^(chokidar|node:fs)/).map((folder) => folder.split("/")[1]);
  expect(new Set(fileRooms)).toEqual(new Set(["source", "cache"]));
  expect(new Set(importers(/^node:process/))).toEqual(new Set(["src/cli"]));
  expect(new Set(importers(/^@opentelemetry/))).toEqual(new Set(["src/otel"]));
});

test("src/otel takes types of mod.ts only, and so loads nothing of it", () => {
  for (const file of files.filter((file) => file.startsWith("src/otel/"))) {
    expect(readFileSync(join(root, file), "utf8")).not.toMatch(/^import (?!type ).*mod\.ts";$/m);
  }
});

test("src/nats takes types of mod.ts only, src/cli types of src/nats and its transport only", () => {
  const valueImports = (room: string, from: RegExp) =>
    files.filter((file) => file.startsWith(room)).flatMap((file) =>
      (readFileSync(join(root, file), "utf8").match(/^import (?!type )[^;]*";$/gm) ?? [])
        .filter((line) => from.test(line))
    );
  expect(valueImports("src/nats/", /"\.\.\/\.\.\/mod\.ts"/)).toEqual([]);
  expect(valueImports("src/cli/", /nats\/mod\.ts"|@nats-io/)).toEqual([]);
});

test("entry points are the only barrels and name what they export", () => {
  for (const file of ["mod.ts", ...files]) {
    const text = readFileSync(join(root, file), "utf8");
    expect(text, file).not.toMatch(/^export \*/m);
    if (file !== "mod.ts" && file !== "src/nats/mod.ts") {
      expect(text, file).not.toMatch(/^export \{[^}]*\} from/m);
    }
  }
});

test("the version is the same everywhere", () => {
  const versionOf = (file: string): string =>
    /"?version"?:? = ?"([^"]+)"|"version": "([^"]+)"/i
      .exec(readFileSync(join(root, file), "utf8"))!.slice(1).find(Boolean)!;
  expect(versionOf("deno.json")).toBe(versionOf("package.json"));
  expect(versionOf("src/version.ts")).toBe(versionOf("package.json"));
});
