import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseDocument } from "yaml";
import { parseNatsUrl } from "../../src/cli/args/nats-url.ts";
import { parseArguments } from "../../src/cli/args/parse-arguments.ts";
import { tempDir } from "../temp-dir.ts";
import { natsBinary } from "./nats-server.ts";
import { natsTest } from "./nats-test.ts";

const guide = readFileSync(new URL("../../docs/distributed.md", import.meta.url), "utf8");
const blocks = [...guide.matchAll(/^```(.*)\n([\s\S]*?)^```/gm)]
  .map(([, , text]) => ({ text: text! }));

function yamlOf(start: string) {
  const { text } = blocks.find(({ text }) => text.startsWith(start))!;
  const document = parseDocument(text, { merge: true });
  expect([...document.errors, ...document.warnings]).toEqual([]);
  return document.toJS();
}

/** Where a container that runs `npx agent-registry publish` publishes to. */
function publishedTo([npx, program, ...args]: readonly string[]) {
  expect([npx, program]).toEqual(["npx", "agent-registry"]);
  const line = parseArguments(args);
  expect(line).toMatchObject({ name: "publish", words: ["/agents"], flags: { replicas: "3" } });
  return parseNatsUrl(line.type === "command" ? line.flags.to ?? "" : "");
}

test("the compose file names servers that the configuration knows, and a command that there is", () => {
  const { services, volumes } = yamlOf("# compose.yaml");
  const { publisher, ...servers } = services;
  expect(Object.keys(servers)).toEqual(publisher.depends_on);
  for (
    const [name, { image, command, volumes: [config, data] }] of Object.entries<
      { image: string; command: string; volumes: string[] }
    >(servers)
  ) {
    expect(image).toMatch(/^nats:/);
    expect(config).toBe(`./${name}.conf:${command.split(" ")[1]}:ro`);
    expect(volumes).toHaveProperty(data!.split(":")[0]!);
    expect(guide).toContain(`nats://${name}:6222`);
  }
  expect(publishedTo(publisher.command.split(" "))).toMatchObject({ bucket: "agents" });
});

test("the Deployment mounts what it publishes, and runs a command that there is", () => {
  const { apiVersion, kind, spec } = yamlOf("# publisher.yaml");
  expect([apiVersion, kind]).toEqual(["apps/v1", "Deployment"]);
  expect(spec.template.metadata.labels).toEqual(spec.selector.matchLabels);
  const { containers: [container], volumes } = spec.template.spec;
  const mounted = container.volumeMounts.map(({ name }: { name: string }) => name);
  expect(volumes.map(({ name }: { name: string }) => name)).toEqual(mounted);
  const secrets = container.env.map(({ name }: { name: string }) => name);
  const args = [...container.command, ...container.args].map((word: string) =>
    word.replace(/\$\((\w+)\)/, (_, name) => secrets.includes(name) ? "hush" : "MISSING")
  );
  expect(publishedTo(args)).toMatchObject({ bucket: "agents", user: "publisher", secret: "hush" });
});

natsTest("nats-server takes the configurations", () => {
  const folder = tempDir();
  const of = (word: string) => blocks.find(({ text }) => text.includes(word))!.text;
  const authorization = of("authorization {").replace(/^tls .*$/m, "");
  for (const text of [of("cluster {"), authorization]) {
    const file = join(folder, "nats.conf");
    writeFileSync(file, text.replace("/data", folder));
    const env = { PUBLISHER: "p1", FOLLOWER: "f1" };
    expect(() => execFileSync(natsBinary!, ["-t", "-c", file], { env, stdio: "pipe" })).not
      .toThrow();
  }
});
