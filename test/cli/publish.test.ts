import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { freePort, startNats } from "../nats/nats-server.ts";
import { natsTest } from "../nats/nats-test.ts";
import { registryText } from "../registry-text.ts";
import { tempDir } from "../temp-dir.ts";
import { run } from "../run-program.ts";
import { runInside } from "./run.ts";

function tempFile(text: string) {
  const path = join(tempDir(), "agents.yaml");
  const save = (next: string): void => {
    writeFileSync(`${path}.new`, next);
    renameSync(`${path}.new`, path);
  };
  save(text);
  return { path, save };
}

const quick = ["--debounce-ms", "20", "--poll-ms", "200"];

describe("agent-registry publish", () => {
  natsTest("publishes every change, never a broken file, and watch follows it", async () => {
    await using server = await startNats();
    const url = `${server.url}/agents`;
    const { path, save } = tempFile(registryText(["alpha"]));
    const publish = runInside(["publish", ...quick, path, "--to", url]);
    expect(await publish.prints(" sent)")).toMatch(
      /published revision 1 to nats:\/\/127\.0\.0\.1:\d+\/agents as \d+ \(1 chunk, \d+ bytes sent\)/,
    );
    const watch = runInside(["watch", "--debounce-ms", "20", url]);
    expect(await watch.prints("Ctrl-C ends")).toContain(`following ${url}`);

    save("agents: [");
    expect(await publish.prints("is not published")).toContain("yaml-syntax");
    save(registryText(["alpha", "beta"]));
    await publish.prints("published revision 2");
    expect(await watch.prints("+ beta")).toContain("revision 2, 2 agents");
    expect(watch.text()).not.toContain("yaml-syntax");
    for (const cli of [publish, watch]) {
      cli.interrupt();
      expect(await cli.code).toBe(0);
      expect(cli.errors()).toBe("");
    }
  });

  natsTest("with --once publishes and exits, 1 when there is nothing good", async () => {
    await using server = await startNats();
    const url = `${server.url}/agents`;
    const { path, save } = tempFile(registryText(["alpha"]));
    const once = runInside(["publish", "--once", "--json", path, "--to", url]);
    expect(await once.code).toBe(0);
    const events = once.text().trimEnd().split("\n").map((line) => JSON.parse(line));
    expect(events.at(0)).toMatchObject({ type: "applied", cause: "initial" });
    expect(events.at(-1)).toMatchObject({ type: "published", revision: 1, chunks: 1 });
    save("agents: [");
    const broken = runInside(["publish", "--once", path, "--to", url]);
    expect(await broken.code).toBe(1);
    expect(broken.text()).toContain(`${path} is not published`);
    const list = runInside(["list", "--json", url]);
    expect(await list.code).toBe(0);
    expect(JSON.parse(list.text())).toMatchObject([{ id: "alpha" }]);
  });

  natsTest("takes a user and password, or a token, and prints neither", async () => {
    const { path } = tempFile(registryText(["alpha"]));
    for (
      const [args, login] of [[["--user", "me", "--pass", "hush"], "me:hush"], [
        ["--auth", "hush"],
        "hush",
      ]] as const
    ) {
      await using server = await startNats({ args, login });
      const url = (who: string): string => `nats://${who}@127.0.0.1:${server.port}/agents`;
      const publish = runInside(["publish", "--once", path, "--to", url(login)]);
      expect(await publish.code).toBe(0);
      // In a process of its own: on Deno the client leaves an error of the socket behind, which ends one.
      const wrong = await run(`
        process.argv = ["", "", "watch", "--once", ${JSON.stringify(url("me:hash"))}];
        await import("${new URL("../../src/cli/main.ts", import.meta.url).href}");
      `);
      expect(wrong.exitCode).toBe(1);
      const printed = [publish.text(), publish.errors(), wrong.stdout, wrong.stderr].join("");
      expect(printed).not.toMatch(/h[ua]sh/);
      expect(wrong.stderr).toMatch(
        /^nats:\/\/127\.0\.0\.1:\d+\/agents refuses the login \(.*\): put a user.*\n$/,
      );
    }
  });

  natsTest("says what to do when the server has no JetStream", async () => {
    await using server = await startNats({ jetStream: false });
    const url = `${server.url}/agents`;
    const { path } = tempFile(registryText(["alpha"]));
    const publish = runInside(["publish", "--once", path, "--to", url]);
    expect(await publish.code).toBe(1);
    expect(publish.text()).toContain("the server has no JetStream: start it with nats-server -js");
    const list = runInside(["list", url]);
    expect(await list.code).toBe(2);
    expect(list.text() + list.errors()).toContain("start it with nats-server -js");
  });

  natsTest("prints no password of a URL that it publishes", async () => {
    await using server = await startNats();
    const from = `http://me:hush@127.0.0.1:${await freePort()}/a.yaml?key=hush`;
    const publish = runInside(["publish", "--once", from, "--to", `${server.url}/agents`]);
    expect(await publish.code).toBe(1);
    expect(publish.text()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/a\.yaml is not published$/m);
    expect(publish.text() + publish.errors()).not.toContain("hush");
  });

  natsTest("fills a bucket that serve can serve, whose password it does not print", async () => {
    await using server = await startNats({ args: ["--auth", "hush"], login: "hush" });
    const url = `nats://hush@127.0.0.1:${server.port}/agents`;
    const { path, save } = tempFile(registryText(["alpha"]));
    const publish = runInside(["publish", ...quick, path, "--to", url]);
    await publish.prints("published revision 1");
    const serve = runInside(["serve", "--port", "0", "--debounce-ms", "20", url]);
    const [address] = /http:\S+\//.exec(await serve.prints("Ctrl-C ends"))!;
    save(registryText(["alpha", "beta"]));
    await serve.prints("revision 2, 2 agents");
    expect(await (await fetch(`${address}agents`)).text()).toContain("beta");
    for (const cli of [serve, publish]) {
      cli.interrupt();
      expect(await cli.code).toBe(0);
      expect(cli.text() + cli.errors()).not.toContain("hush");
    }
  });

  test("says that a server cannot be reached: exit 1, or 2 for a query", async () => {
    const url = `nats://127.0.0.1:${await freePort()}/agents`;
    for (const [args, code] of [[["watch", url], 1], [["list", url], 2]] as const) {
      const cli = runInside(args);
      expect(await cli.code).toBe(code);
      expect(cli.errors()).toMatch(
        /^nats:\S+ cannot be reached: .*refused; is nats-server running there\?/i,
      );
    }
  });

  test.each([
    [["publish", "a.yaml"], "Expected a NATS URL, such as nats://127.0.0.1:4222/agents"],
    [["publish", "a.yaml", "--to", "http://a/b"], "Expected a NATS URL"],
    [["publish", "--to", "nats://me:hush@a"], "Expected nats://a to name a bucket"],
    [["publish", "nats://a/b", "--to", "nats://a/b"], "Expected paths to publish"],
    [
      ["publish", "--replicas", "9", "--to", "nats://a/b"],
      'Expected --replicas to be 1 to 5, got "9"',
    ],
    [["watch", "a.yaml", "nats://a/b"], "Expected one NATS URL, or paths: not both"],
    [["watch", "nats://a/b", "--to", "nats://a/b"], "--to goes with publish only"],
  ])("exits 2 for %j", async (args, message) => {
    const cli = runInside(args);
    expect(await cli.code).toBe(2);
    expect(cli.errors()).toContain(message);
    expect(cli.errors()).not.toContain("hush");
  });
});
