import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { runInside } from "./cli/run.ts";
import { type AgentText, registryText } from "./registry-text.ts";
import { serving, testServer } from "./source/http/test-server.ts";
import { tempDir } from "./temp-dir.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const documents = ["", "docs/"].flatMap((folder) =>
  readdirSync(join(root, folder)).filter((name) => name.endsWith(".md")).map((name) =>
    folder + name
  )
);

const installs = "scripts/test-package.mjs installs the package";
const nats = "test/cli/publish.test.ts runs it, with a server where there is one";
const piped = "test/cli/pipes.test.ts runs it in a shell, with cat and sed in place of git";

/** Commands that are not run here, and why not, or what runs them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "npm install @agent-registry/rx rxjs": installs,
  "deno add npm:@agent-registry/rx npm:rxjs": installs,
  "bun add @agent-registry/rx rxjs": installs,
  "npm install @agent-registry/rx @nats-io/kv @nats-io/transport-node": installs,
  "npm install hono srvx": installs,
  "npm run rehearse": "it publishes to a registry of its own, and takes minutes",
  "helm repo add nats https://nats-io.github.io/k8s/helm/charts/": "it takes a cluster",
  "helm install nats nats/nats --set config.cluster.enabled=true --set config.jetstream.enabled=true":
    "the same",
  "npm ci": "it is how the place of this test was made",
  "npm config set script-shell bash": "it changes the settings of a person",
  "git clone https://github.com/agent-registry/rx && cd rx": "it takes a network",
  "node program.mjs": "scripts/rehearse.mjs runs the program of the README",
  "deno run --allow-read=. --ignore-env program.mjs": "the same",
  "bun program.mjs": "the same",
  "npx @agent-registry/rx": "a name without a command; it takes a published package",
  "bunx @agent-registry/rx": "the same",
  "deno run -A npm:@agent-registry/rx": "the same",
  "deno run -A src/cli/main.ts": "test/cli/pipes.test.ts runs it under Deno",
  "bun src/cli/main.ts": "test/cli/pipes.test.ts runs it under Bun",
  "agent-registry COMMAND --help": "test/cli/help.test.ts runs it for every command",
  "npx vitest test/decode": "it watches, and it is this suite",
  "npx tsc -p .": "npm run check runs it",
  "nats-server -js -sd /var/lib/nats": "test/nats starts servers, each with a folder of its own",
  "agent-registry publish agents/ --to nats://127.0.0.1:4222/agents": nats,
  "agent-registry publish --once agents/ --to nats://127.0.0.1:4222/agents": nats,
  "npx agent-registry publish agents/ --to nats://127.0.0.1:4222/agents": nats,
  "npx agent-registry watch nats://127.0.0.1:4222/agents": nats,
  "git show HEAD:agents.yaml | agent-registry check -": piped,
  "agent-registry diff <(git show HEAD:agents.yaml) agents.yaml": piped,
};

/** How a document calls the command line. */
const CLI =
  /^(?:npx @agent-registry\/rx|npx agent-registry|bunx @agent-registry\/rx|deno run -A npm:@agent-registry\/rx|agent-registry) /;
const FIRST_WORDS = "npx|bunx|npm|deno|bun|node|agent-registry";

function commandsOf(text: string): readonly string[] {
  const blocks = [...text.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block]) => block!.split("\n"));
  const inline = text.replace(/```.*?```/gs, "")
    .matchAll(new RegExp(`\`((?:${FIRST_WORDS})\\s[^\`]+)\``, "g"));
  return [...blocks, ...[...inline].map(([, command]) => command!.replace(/\s+/g, " "))]
    .map((line) => line.replace(/\s+#.*$/, "").trim())
    .filter((line) => line !== "");
}

const commands = [...new Set(documents.flatMap((file) => commandsOf(read(file))))];
const isElsewhere = (command: string): boolean => Object.hasOwn(ELSEWHERE, command);
const run = commands.filter((command) => CLI.test(command) && !isElsewhere(command));

describe("a command in a document that is not run here", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const others = commands.filter((command) => !run.includes(command) && !isElsewhere(command));

  test.each(others)("%s is there", (command) => {
    const [, script, file] = /^npm (?:run )?([\w:]+)|^node (scripts\/\S+)/.exec(command) ?? [];
    if (file !== undefined) expect(read(file)).not.toBe("");
    else expect(scripts).toHaveProperty([script ?? command]);
  });

  test("stands in a document", () => {
    expect(Object.keys(ELSEWHERE).filter((command) => !commands.includes(command))).toEqual([]);
  });
});

const translator: AgentText = {
  category: "production",
  tags: ["mail"],
  description: "Translates an invoice",
};
const files: Readonly<Record<string, string>> = {
  "agents.yaml": registryText({ translator }),
  "old.yaml": registryText({ translator }),
  "new.yaml": registryText({ translator: { ...translator, owner: "crew" } }),
  "agents/core.yaml": registryText({ translator }),
  "teams/finance.yaml": registryText(["dunning"]),
  ".claude/agents/reviewer.md": "---\nname: reviewer\n---\nRead it twice.\n",
};
const places = [...Object.keys(files), "agents/", "teams/*.yaml", ".claude/agents/"];

/** The words of a command line, with files and a URL that are there in place of those it names. */
function wordsOf(command: string, directory: string, url: string): readonly string[] {
  const words = command.replace(CLI, "").replace(/ > \S+$/, "").replace("$TOKEN", "t")
    .match(/'[^']*'|"[^"]*"|\S+/g)!;
  return words.map((word) => word.replace(/^(['"])(.*)\1$/, "$2"))
    .map((word) => places.includes(word) ? join(directory, word) : word)
    .map((word) => word === "https://example.com/agents.yaml" ? `${url}/agents.yaml` : word);
}

test.each(run)("%s", async (command) => {
  const directory = tempDir();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  const server = await testServer(serving(registryText({ translator: {} })));
  const [name = "", ...words] = wordsOf(command, directory, server.url);
  const port = name === "serve" ? ["--port", "0"] : [];
  const cli = runInside([name, ...port, ...words]);
  if (["watch", "serve"].includes(name) && !/--once|--help/.test(command)) {
    await cli.prints(words.includes("--json") ? "\n" : "Ctrl-C ends");
    cli.interrupt();
  }
  expect(await cli.code).toBe(name === "diff" ? 1 : 0);
  expect(cli.errors()).toBe("");
});

test("the documents name commands to run", () => expect(run.length).toBeGreaterThan(20));
