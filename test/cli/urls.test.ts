import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { registryText } from "../registry-text.ts";
import { serving, status, testServer } from "../source/http/test-server.ts";
import { tempDir } from "../temp-dir.ts";
import { runInside } from "./run.ts";

test("watch follows a URL, and prints neither its password nor its query", async () => {
  const server = await testServer(serving(registryText(["alpha"])));
  const url = `${server.url.replace("//", "//mia:s3cret@")}/agents.yaml?key=s3cret`;
  const cli = runInside(["watch", "--poll-ms", "20", "--debounce-ms", "5", url]);
  expect(await cli.prints("Ctrl-C ends")).toContain(`following ${server.url}/agents.yaml, `);
  server.handler = serving(registryText(["alpha", "beta"]));
  expect(await cli.prints("+ beta")).toContain("revision 2, 2 agents");
  server.handler = status(503);
  expect(await cli.prints("http-status")).toContain("still serving revision 2, 2 agents");
  server.handler = serving(registryText(["alpha", "beta"]));
  await cli.prints("in sync again");
  cli.interrupt();
  expect(await cli.code).toBe(0);
  expect(cli.text()).not.toContain("s3cret");
});

test("check tells what is wrong with the document at a URL, and where", async () => {
  const server = await testServer(serving(registryText({ alpha: { owner: 5 } })));
  const cli = runInside(["check", `${server.url}/agents.yaml`]);
  expect(await cli.code).toBe(1);
  expect(cli.text()).toContain(`${server.url}/agents.yaml:6:12 error invalid-agent`);
});

test("check says why a URL cannot be read", async () => {
  const server = await testServer(status(403));
  const cli = runInside(["check", `${server.url}/agents.yaml`]);
  expect(await cli.code).toBe(1);
  expect(cli.text()).toContain("status 403 (not allowed): check the option `headers`");
});

test("--header is sent along", async () => {
  const server = await testServer((request, response) => {
    const known = request.headers.authorization === "Bearer t:1";
    (known ? serving(registryText(["alpha"])) : status(401))(request, response);
  });
  const cli = runInside(["check", "--header", "Authorization: Bearer t:1", server.url]);
  expect(await cli.code).toBe(0);
});

test("a --header without a name is refused without a word of it", async () => {
  const cli = runInside(["check", "--header", "s3cret", "http://127.0.0.1"]);
  expect(await cli.code).toBe(2);
  expect(cli.errors()).toContain("Expected --header to be such as");
  expect(cli.errors()).not.toContain("s3cret");
});

test("diff compares a URL with a file", async () => {
  const server = await testServer(serving(registryText(["alpha"])));
  const file = join(tempDir(), "agents.yaml");
  writeFileSync(file, registryText({ alpha: { owner: "crew" } }));
  const cli = runInside(["diff", server.url, file]);
  expect(await cli.code).toBe(1);
  expect(cli.text()).toContain("owner: core → crew");
});
