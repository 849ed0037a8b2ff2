import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { ReplaySubject } from "rxjs";
import {
  AnyAgentSchema,
  httpSource,
  type HttpSourceOptions,
  RegistryLoadError,
  type RegistryState,
  registryState$,
} from "../../mod.ts";
import { until } from "../until.ts";
import { tempDir } from "../temp-dir.ts";
import { content, contentOf, meaningOf } from "./content.ts";
import { follow, type Followed } from "./followed.ts";
import { type Handler, serving, status, testServer } from "./http/test-server.ts";

const [one, two, three] = ["one", "two", "three"].map((label) => content(label)) as [
  ReturnType<typeof content>,
  ReturnType<typeof content>,
  ReturnType<typeof content>,
];
const QUICK: HttpSourceOptions = { pollMs: 20, timeoutMs: 5_000 };

async function followed(
  input: Parameters<typeof follow>[0],
  http: HttpSourceOptions = QUICK,
): Promise<Followed> {
  const followed = await follow(input, { debounceMs: 5, http });
  onTestFinished(() => followed.registry.close());
  return followed;
}

/** Follows one good content, then what a bad answer does to it, then its cure. */
async function survives(bad: Handler, code: string, http?: HttpSourceOptions): Promise<string> {
  const server = await testServer(serving(one.text));
  const { registry, reaches, is } = await followed(`${server.url}/agents.yaml`, http);
  await reaches(one.meaning);
  server.handler = bad;
  await is("out of sync", ({ inSync }) => !inSync);
  const [issue] = registry.status.issues;
  expect(issue).toMatchObject({ code, severity: "error", path: `${server.url}/agents.yaml` });
  expect(issue!.message).toMatch(/\(since \d{4}-.*, last good answer \d{4}-.*\)$/);
  expect(registry.snapshot.agents.size).toBe(8);
  server.handler = serving(two.text);
  await reaches(two.meaning);
  expect(registry.status).toMatchObject({ inSync: true, issues: [], watching: "polling" });
  return issue!.message;
}

describe("a URL", () => {
  test("is followed by polling: an edit is a snapshot, 304 is no news", async () => {
    const server = await testServer(serving(one.text));
    const { registry, reaches, events } = await followed(`${server.url}/agents.yaml`);
    await reaches(one.meaning);
    server.handler = serving(two.text);
    await reaches(two.meaning);
    await server.asked(5);
    expect(server.requests.at(-1)!.headers["if-none-match"]).toBeDefined();
    expect(events.map(({ type }) => type)).toEqual(["applied"]);
    expect(registry.snapshot.origins.get("a0")).toMatchObject({
      path: `${server.url}/agents.yaml`,
      line: 2,
    });
  });

  test("is no news when it has the same bytes under another ETag", async () => {
    let times = 0;
    const server = await testServer((_request, response) => {
      response.writeHead(200, { etag: `"${times++}"` }).end(one.text);
    });
    const { events } = await followed(`${server.url}/agents.yaml`);
    await server.asked(5);
    expect(events).toEqual([]);
  });

  test("is asked with If-Modified-Since where there is no ETag", async () => {
    const modified = "Mon, 01 Jan 2024 00:00:00 GMT";
    const server = await testServer((request, response) => {
      const same = request.headers["if-modified-since"] === modified;
      response.writeHead(same ? 304 : 200, { "last-modified": modified });
      response.end(same ? undefined : one.text);
    });
    await followed(`${server.url}/agents.yaml`);
    await server.asked(3);
    expect(server.requests.at(-1)!.headers["if-modified-since"]).toBe(modified);
  });

  test("loses no edit to validators that cannot tell two edits within a second apart", async () => {
    const modified = new Date().toUTCString();
    const answering = (text: string): Handler => (request, response) => {
      const same = request.headers["if-modified-since"] ?? request.headers["if-none-match"];
      const headers = { "last-modified": modified, etag: `"${modified}"`, date: modified };
      response.writeHead(same === undefined ? 200 : 304, headers);
      response.end(same === undefined ? text : undefined);
    };
    const server = await testServer(answering(one.text));
    const { reaches } = await followed(`${server.url}/agents.yaml`);
    await reaches(one.meaning);
    server.handler = answering(two.text);
    await reaches(two.meaning);
  });

  test("is read at once by reload()", async () => {
    const server = await testServer(serving(one.text));
    const http = { pollMs: 600_000 };
    const { registry } = await followed(`${server.url}/agents.yaml`, http);
    server.handler = serving(two.text);
    expect(await registry.reload()).toMatchObject({ type: "applied", cause: "manual" });
  });

  test("refuses to open when it cannot be read, with the reason", async () => {
    const server = await testServer(status(404));
    const opening = follow(`${server.url}/agents.yaml`, { required: true });
    await expect(opening).rejects.toThrow(RegistryLoadError);
    await expect(opening).rejects.toThrow(
      /status 404 \(not found\): check the URL.*no good answer/,
    );
  });

  test("is asked with the headers of each moment, and with its user and password", async () => {
    const server = await testServer(serving(one.text));
    let token = 0;
    const headers = () => Promise.resolve({ "x-token": `${token++}` });
    const url = server.url.replace("//", "//mia:p%40ss@");
    const { registry } = await followed(`${url}/agents.yaml?key=secret`, { ...QUICK, headers });
    await server.asked(1);
    const [first, second] = server.requests;
    expect(first!.headers).toMatchObject({
      authorization: `Basic ${btoa("mia:p@ss")}`,
      "x-token": "0",
    });
    expect(first!.url).toBe("/agents.yaml?key=secret");
    expect(second!.headers["x-token"]).toBe("1");
    expect(registry.snapshot.origins.get("a0")!.path).toBe(`${server.url}/agents.yaml`);
  });
});

describe("the last good agents stay, with an issue that says what and since when, after", () => {
  test.each([500, 503, 404, 401, 429])("status %i", async (code) => {
    expect(await survives(status(code), "http-status")).toContain(`status ${code}`);
  });

  test("an answer that never comes", async () => {
    await survives(() => {}, "http-failed", { ...QUICK, timeoutMs: 200 });
  });

  test("a body that never ends", async () => {
    const trickling: Handler = (_request, response) => {
      const timer = setInterval(() => response.write("#\n"), 20);
      response.on("close", () => clearInterval(timer));
    };
    await survives(trickling, "http-failed", { ...QUICK, timeoutMs: 300 });
  });

  test("a body that breaks off, with its length known before", async () => {
    await survives((_request, response) => {
      response.writeHead(200, { "content-length": String(two.text.length) });
      response.write(two.text.slice(0, -60), () => response.destroy());
    }, "http-failed");
  });

  test("a body that is longer than its length says", async () => {
    const text = JSON.stringify({ agents: { a0: { label: "lie" } } });
    const server = await testServer(serving(one.text));
    const { registry, reaches, is } = await followed(`${server.url}/agents.yaml`);
    server.handler = (_request, response) => {
      response.writeHead(200, { "content-length": "10", connection: "close" }).end(text);
    };
    // As much as it says arrives, or nothing: which of the two is the runtime's affair.
    await is("out of sync", ({ inSync }) => !inSync);
    expect(registry.snapshot.agents.size).toBe(8);
    server.handler = serving(two.text);
    await reaches(two.meaning);
  });

  test("a body that breaks off, sent in chunks", async () => {
    await survives((_request, response) => {
      response.write(two.text.slice(0, -60), () => response.destroy());
    }, "http-failed");
  });

  test("a connection that is closed at once", async () => {
    await survives((request) => void request.socket.destroy(), "http-failed");
  });

  test("304 to a request without conditions", async () => {
    const server = await testServer(status(304));
    const { registry, reaches } = await followed(`${server.url}/agents.yaml`);
    expect(registry.status.issues[0]).toMatchObject({ code: "http-status" });
    server.handler = serving(one.text);
    await reaches(one.meaning);
  });

  test("a length of 10 GB, of which nothing is read", async () => {
    const huge: Handler = (_request, response) => {
      response.writeHead(200, { "content-length": String(10 * 1024 ** 3) }).write("agents:\n");
    };
    const message = await survives(huge, "too-large");
    expect(message).toContain("10737418240 bytes, and maxBytes is 67108864");
  });

  test("10 GB that come without a word, as soon as it is more than maxBytes", async () => {
    let sent = 0;
    const flood: Handler = (_request, response) => {
      const block = Buffer.alloc(65_536, "#");
      const pour = (): void => {
        if (response.destroyed || sent > 10 * 1024 ** 3) return;
        sent += block.length;
        if (response.write(block)) setImmediate(pour);
        else response.once("drain", pour);
      };
      pour();
    };
    // Slow, so that it is one answer whose bytes are counted.
    const http = { ...QUICK, pollMs: 400, maxBytes: 1_000_000 };
    await survives(flood, "too-large", http);
    // What was on its way when the connection was cut counts too.
    expect(sent).toBeLessThan(64 * 1024 ** 2);
  });

  test("a compressed body that becomes too large", async () => {
    const { gzipSync } = await import("node:zlib");
    const bomb = gzipSync(Buffer.alloc(20_000_000, "#"));
    await survives(
      (_request, response) => {
        response.writeHead(200, { "content-encoding": "gzip", "content-length": bomb.length });
        response.end(bomb);
      },
      "too-large",
      { ...QUICK, maxBytes: 1_000_000 },
    );
  });

  test("redirects in a circle", async () => {
    const circle = status(302, { location: "/agents.yaml" });
    expect(await survives(circle, "http-redirect")).toContain("More than 10 redirects");
  });

  test("a redirect to what is no web address", async () => {
    await survives(status(302, { location: "file:///etc/passwd" }), "http-redirect");
  });
});

describe("several inputs", () => {
  test("of URLs and files are one registry, in their order", async () => {
    const file = join(tempDir(), "local.yaml");
    writeFileSync(file, contentOf([["local", "here"]]).text);
    const server = await testServer((request, response) => {
      serving(contentOf([[request.url!.slice(1, -5), "there"]]).text)(request, response);
    });
    const inputs = [`${server.url}/b.yaml`, file, new URL(`${server.url}/a.yaml`)];
    const { registry, reaches } = await followed(inputs);
    expect([...registry.snapshot.agents.keys()]).toEqual(["b", "local", "a"]);
    writeFileSync(file, contentOf([["local", "edited"]]).text);
    await reaches("b=there local=edited a=there");
    expect(registry.status.watching).toBe("polling");
  });

  test("keep the agents of a URL that fails, and take those of the others, with isolate", async () => {
    const server = await testServer((request, response) => {
      serving(contentOf([[request.url!.slice(1), "old"]]).text)(request, response);
    });
    const inputs = [`${server.url}/a`, `${server.url}/b`];
    const followed = await follow(inputs, { debounceMs: 5, http: QUICK, onInvalid: "isolate" });
    await using _ = followed;
    server.handler = (request, response) => {
      if (request.url === "/a") status(500)(request, response);
      else serving(contentOf([["b", "new"]]).text)(request, response);
    };
    await followed.reaches("b=new a=old");
    expect([...followed.registry.snapshot.stale.keys()]).toEqual(["a"]);
  });

  test("which differ in their query only are told apart", async () => {
    const server = await testServer((request, response) => {
      serving(contentOf([[request.url!.at(-1)!, "x"]]).text)(request, response);
    });
    const { registry } = await followed([`${server.url}/?team=a`, `${server.url}/?team=b`]);
    const paths = [...registry.snapshot.origins.values()].map(({ path }) => path);
    expect(paths).toEqual([`${server.url}/`, `${server.url}/#2`]);
  });

  test("of one source that is followed twice tell both of an edit", async () => {
    const server = await testServer(serving(one.text));
    const source = httpSource(server.url, QUICK);
    const quick = { schema: AnyAgentSchema, debounceMs: 5 };
    const states = [registryState$(source, quick), registryState$(source, quick)].map((state$) => {
      const latest$ = new ReplaySubject<RegistryState<object>>(1);
      const subscription = state$.subscribe(latest$);
      onTestFinished(() => subscription.unsubscribe());
      return latest$;
    });
    for (const { text, meaning } of [one, two, three, one, two]) {
      server.handler = serving(text);
      await Promise.all(
        states.map((state$) => until(state$, ({ snapshot }) => meaningOf(snapshot) === meaning)),
      );
    }
  });
});

describe("httpSource refuses", () => {
  test.each<[unknown, HttpSourceOptions, string]>([
    ["ftp://host/a", {}, 'Expected an http or https URL, got one that starts with "ftp"'],
    ["https://", {}, 'Expected an http or https URL, got one that starts with "https"'],
    [[], {}, "Expected at least one URL, got an empty list"],
    ["http://a", { pollMs: 0 }, "Expected pollMs to be more than 0, got 0"],
    ["http://a", { maxBytes: -1 }, "Expected maxBytes to be more than 0, got -1"],
    ["http://a", { headers: { "x-key": "s3cret\n\n" + "x" } }, 'Expected header "x-key" to have'],
  ])("%j with %j", (urls, options, message) => {
    expect(() => httpSource(urls as string, options)).toThrow(message);
  });
});
