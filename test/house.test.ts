import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What a folder or file may import: other folders and files, and packages. */
interface Room {
  readonly imports: readonly string[];
  readonly packages?: readonly string[];
}

type Rooms = Readonly<Record<string, Room>>;

const ofFiles = ["node:fs", "node:fs/promises", "node:path"];
const ofTime = ["node:timers", "node:timers/promises"];
const ofTypeBox = ["", "/compiler", "/errors", "/value"].map((at) => `@sinclair/typebox${at}`);

/** `find <- read <- watch <- file-source`: the right may import the left. */
const roomsOfSource: Rooms = {
  "src/source/find": {
    imports: ["src/model", "src/text"],
    packages: [...ofFiles, "node:url"],
  },
  "src/source/read": {
    imports: ["src/model", "src/text", "src/source/find"],
    packages: ["node:buffer", ...ofFiles, ...ofTime],
  },
  "src/source/watch": {
    imports: [
      "src/model",
      "src/text",
      "src/operators",
      "src/source/registry-source.ts",
      "src/source/find",
      "src/source/read",
    ],
    packages: ["rxjs", "chokidar", "node:events", ...ofFiles, ...ofTime],
  },
  "src/source/http": {
    imports: [
      "src/model",
      "src/text",
      "src/protocol",
      "src/source/positive.ts",
      "src/source/registry-source.ts",
    ],
    packages: ["rxjs", "node:dns/promises", "node:net"],
  },
  "src/source/http-source.ts": {
    imports: [
      "src/model",
      "src/source/http",
      "src/source/max-bytes.ts",
      "src/source/positive.ts",
      "src/source/registry-source.ts",
    ],
    packages: ["rxjs"],
  },
  "src/source/combined-source.ts": {
    imports: ["src/model", "src/source/registry-source.ts"],
    packages: ["rxjs"],
  },
  "src/source/max-bytes.ts": { imports: [] },
  "src/source/positive.ts": { imports: [] },
  "src/source/pipe-source.ts": {
    imports: [
      "src/model",
      "src/source/max-bytes.ts",
      "src/source/positive.ts",
      "src/source/registry-source.ts",
    ],
    packages: ["rxjs", "node:buffer", ...ofFiles],
  },
  "src/source/file-source.ts": {
    imports: ["src/model", "src/source"],
    packages: ["rxjs", "node:events"],
  },
};

/** What every room of `src/decode` may import. */
const forDecode = [
  "src/model",
  "src/text",
  "src/decode/decoded-registry.ts",
  "src/decode/layout-options.ts",
  "src/decode/layout.ts",
];

/** `report, layout <- tree <- parse <- extract <- validate <- segments <- table <- decoder`. */
const roomsOfDecode: Rooms = {
  "src/decode/decoded-registry.ts": { imports: ["src/model"] },
  "src/decode/layout-options.ts": { imports: ["src/model"] },
  "src/decode/layout.ts": {
    imports: ["src/model", "src/text", "src/decode/layout-options.ts"],
  },
  "src/decode/report": { imports: ["src/model", "src/text"] },
  "src/decode/tree": {
    imports: [...forDecode, "src/decode/report"],
    packages: ["js-yaml"],
  },
  "src/decode/parse": {
    imports: [...forDecode, "src/decode/report", "src/decode/tree"],
    packages: ["yaml", "js-yaml", "jsonc-parser"],
  },
  "src/decode/extract": {
    imports: [...forDecode, "src/decode/report", "src/decode/tree", "src/decode/parse"],
  },
  "src/decode/validate": {
    imports: [
      ...forDecode,
      "src/decode/report",
      "src/decode/tree",
      "src/decode/parse",
      "src/decode/extract",
    ],
    packages: ofTypeBox,
  },
  "src/decode/segments": {
    imports: [
      ...forDecode,
      "src/decode/report",
      "src/decode/tree",
      "src/decode/parse",
      "src/decode/extract",
      "src/decode/validate",
    ],
  },
  "src/decode/table": {
    imports: [
      ...forDecode,
      "src/decode/report",
      "src/decode/tree",
      "src/decode/parse",
      "src/decode/extract",
      "src/decode/validate",
      "src/decode/segments",
    ],
  },
  "src/decode/decoder.ts": { imports: ["src/model", "src/decode"] },
};

/** A browser can have them: no rxjs, and nothing of Node. `value <- report, agent <- snapshot`. */
const roomsOfModel: Rooms = {
  "src/model/value": { imports: ["src/text"] },
  "src/model/report": { imports: ["src/text", "src/model/value"] },
  "src/model/agent": {
    imports: ["src/text", "src/model/value"],
    packages: ["@sinclair/typebox"],
  },
  "src/model/snapshot": {
    imports: ["src/text", "src/model/value", "src/model/report", "src/model/agent"],
  },
};

/** What every room of `src/cli` may import. */
const forCli = ["mod.ts", "src/text", "src/cli/cli-context.ts"];

/** `args <- input <- print <- commands <- run-cli <- main`. */
const roomsOfCli: Rooms = {
  "src/cli/cli-context.ts": { imports: [] },
  "src/cli/args": { imports: forCli, packages: ["node:util", "yaml"] },
  "src/cli/input": {
    imports: [...forCli, "src/cli/args", "src/source/pipe-source.ts", "src/nats/mod.ts"],
    packages: ["@nats-io/transport-node"],
  },
  "src/cli/print": { imports: [...forCli, "src/cli/args", "src/cli/input"] },
  "src/cli/commands": {
    imports: [
      ...forCli,
      "src/cli/args",
      "src/cli/input",
      "src/cli/print",
      "src/serve/serve-registry.ts",
      "src/nats/mod.ts",
    ],
    packages: ["yaml", "srvx"],
  },
  "src/cli/run-cli.ts": {
    imports: [
      "src/text",
      "src/version.ts",
      "src/cli/cli-context.ts",
      "src/cli/args",
      "src/cli/input/nats-connection.ts",
      "src/cli/commands",
    ],
  },
  "src/cli/main.ts": { imports: ["src/cli/run-cli.ts"], packages: ["node:process"] },
};

/** Who may import whom, type imports included. The longest name that fits a file is its room. */
const rooms: Rooms = {
  "src/text": { imports: [] },
  "src/version.ts": { imports: [] },
  ...roomsOfModel,
  "src/operators": { imports: [], packages: ["rxjs"] },
  "src/source/registry-source.ts": { imports: ["src/model"], packages: ["rxjs"] },
  "src/source/memory-source.ts": {
    imports: ["src/model", "src/source/registry-source.ts"],
    packages: ["rxjs"],
  },
  ...roomsOfSource,
  ...roomsOfDecode,
  // Sees what decoding gives and what a source is, never how either does it.
  "src/pipeline": {
    imports: [
      "src/model",
      "src/operators",
      "src/decode/decoded-registry.ts",
      "src/source/registry-source.ts",
    ],
    packages: ["rxjs"],
  },
  "src/cache": {
    imports: ["src/model", "src/pipeline/fallback.ts"],
    packages: ["rxjs", "node:buffer", "node:crypto", "node:fs/promises", "node:path", "node:url"],
  },
  "src/logging": { imports: ["src/model", "src/text"] },
  "src/registry": {
    imports: [
      "src/model",
      "src/operators",
      "src/decode",
      "src/source",
      "src/pipeline",
      "src/cache",
      "src/logging",
    ],
    // A type, and nothing of it at run time.
    packages: ["rxjs", "node:async_hooks"],
  },
  // An entry point, as mod.ts is.
  "src/browser": {
    imports: [
      "src/model",
      "src/decode",
      "src/source",
      "src/pipeline",
      "src/logging",
      "src/registry",
    ],
  },
  ...roomsOfCli,
  "src/nats": {
    imports: ["mod.ts", "src/operators"],
    packages: ["rxjs", "@nats-io/kv", "@nats-io/nats-core", "node:buffer", "node:crypto"],
  },
  // Spoken by both ends of a connection.
  "src/protocol": { imports: ["src/model"] },
  "src/serve": {
    imports: [
      "src/model",
      "src/protocol",
      "src/logging/logger.ts",
      "src/registry/agent-registry.ts",
      "src/registry/registry-view.ts",
      "src/version.ts",
    ],
    packages: [
      "rxjs",
      "hono",
      "hono/body-limit",
      "hono/cors",
      "hono/method-not-allowed",
      "hono/utils/buffer",
    ],
  },
  "src/client": {
    imports: [
      "src/model",
      "src/protocol",
      "src/logging/logger.ts",
      "src/registry/read-side.ts",
      "src/registry/registry-view.ts",
    ],
    packages: ["rxjs"],
  },
  "src/serve/console": {
    imports: [
      "src/client",
      "src/model",
      "src/text",
      "src/registry/registry-view.ts",
      "src/serve/history-changes.ts",
    ],
    packages: ["rxjs"],
  },
  "src/otel": { imports: ["mod.ts", "src/version.ts"], packages: ["@opentelemetry/api"] },
};

/** How many files a folder may hold before it is two. */
const MAX_FILES = 15;
const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => normalize(join("src", file)));

function textOf(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** What a file imports, exports from, or imports when it is needed: its own files by path. */
function importsOf(file: string): string[] {
  const statements = /^(?:import|export)\b[^;"]*?\bfrom "([^"]+)";|^import "([^"]+)";/gms;
  const calls = /\bimport\("([^"]+)"\)/g;
  // An example in a comment is no import.
  const text = textOf(file).replace(/\/\*.*?\*\//gs, "");
  return [...text.matchAll(statements), ...text.matchAll(calls)]
    .map(([, from, bare]) => from ?? bare!)
    .map((from) => from.startsWith(".") ? normalize(join(dirname(file), from)) : from);
}

function isIn(file: string, room: string): boolean {
  return file === room || file.startsWith(`${room}/`);
}

function roomOf(file: string): string | undefined {
  return Object.keys(rooms)
    .filter((room) => isIn(file, room))
    .sort((a, b) => b.length - a.length)[0];
}

/** What of a file's imports its room does not allow. */
function foreignImports(file: string): readonly string[] {
  const room = roomOf(file)!;
  const { imports, packages = [] } = rooms[room]!;
  return importsOf(file).filter((from) =>
    isIn(from, "src") || from === "mod.ts"
      ? !(roomOf(from) === room || imports.some((other) => isIn(from, other)))
      : !packages.includes(from)
  );
}

/** The files that lead from a file back to itself, if any do. */
function circleFrom(start: string, imports: ReadonlyMap<string, readonly string[]>): string[] {
  const cameFrom = new Map<string, string>();
  const next = [start];
  for (let file = next.pop(); file !== undefined; file = next.pop()) {
    for (const other of imports.get(file) ?? []) {
      if (cameFrom.has(other)) continue;
      cameFrom.set(other, file);
      next.push(other);
    }
  }
  const circle: string[] = [];
  for (let at = cameFrom.get(start); at !== undefined; at = cameFrom.get(at)) {
    circle.unshift(at);
    if (at === start) break;
  }
  return circle;
}

test.each(files)("%s has a room, and imports only what that may", (file) => {
  expect(roomOf(file), `${file} is in no room`).toBeDefined();
  expect(foreignImports(file)).toEqual([]);
});

test("every room has files, so that no row is idle", () => {
  const inhabited = new Set(files.map(roomOf));
  expect(Object.keys(rooms).filter((room) => !inhabited.has(room))).toEqual([]);
});

test("no import leads back to where it started, type imports included", () => {
  const all = ["mod.ts", ...files];
  const imports = new Map(all.map((file) => [file, importsOf(file)]));
  expect(all.map((file) => circleFrom(file, imports)).filter(({ length }) => length > 0)).toEqual(
    [],
  );
});

test(`no folder holds more than ${MAX_FILES} files`, () => {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  const tooMany = [...counts].filter(([, count]) => count > MAX_FILES);
  expect(tooMany).toEqual([]);
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
    expect(textOf(file)).not.toMatch(/^import (?!type ).*mod\.ts";$/m);
  }
});

test("src/nats takes types of mod.ts only, src/cli types of src/nats and its transport only", () => {
  const valueImports = (room: string, from: RegExp) =>
    files.filter((file) => file.startsWith(room)).flatMap((file) =>
      (textOf(file).match(/^import (?!type )[^;]*";$/gm) ?? [])
        .filter((line) => from.test(line))
    );
  expect(valueImports("src/nats/", /"(\.\.\/)+mod\.ts"/)).toEqual([]);
  expect(valueImports("src/cli/", /nats\/mod\.ts"|@nats-io/)).toEqual([]);
});

test("entry points are the only barrels and name what they export", () => {
  for (const file of ["mod.ts", ...files]) {
    const text = textOf(file);
    expect(text, file).not.toMatch(/^export \*/m);
    if (!/^(src\/(nats|browser)\/)?mod\.ts$/.test(file)) {
      expect(text, file).not.toMatch(/^export \{[^}]*\} from/m);
    }
  }
});

test("the entry point for browsers has everything of mod.ts but what needs a server", () => {
  const exported = (file: string): string[] =>
    [...textOf(file).matchAll(/^export (type )?\{([^}]*)\} from/gms)]
      .flatMap(([, type = "", names]) => names!.split(",").map((name) => `${type}${name.trim()}`))
      .filter((name) => name.replace("type ", "") !== "");
  const browser = new Set(exported("src/browser/mod.ts"));
  expect(exported("mod.ts").filter((name) => !browser.has(name)).toSorted()).toEqual(
    ["fileSource", "httpSource", "openRegistry", "registryState$"],
  );
});

test("the version is the same everywhere", () => {
  const versionOf = (file: string): string =>
    /"?version"?:? = ?"([^"]+)"|"version": "([^"]+)"/i
      .exec(textOf(file))!.slice(1).find(Boolean)!;
  expect(versionOf("deno.json")).toBe(versionOf("package.json"));
  expect(versionOf("src/version.ts")).toBe(versionOf("package.json"));
});
