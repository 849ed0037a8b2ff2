import { expect, test } from "vitest";
import { isPrivateAddress } from "../../../src/source/http/http-address.ts";
import { request } from "../../../src/source/http/http-request.ts";

/** Public addresses, which nobody is asked at: `fetch` is the test's own. */
const PUBLIC = "https://93.184.216.34/agents.yaml";
const OTHER = "https://93.184.216.35/agents.yaml";

/** Asks a URL that redirects to another, and tells with which headers each was asked. */
async function redirected(from: string, to: string) {
  const asked: [string, Headers][] = [];
  const answer = await request({
    url: new URL(from),
    headers: new Headers({ authorization: "Bearer secret", "x-key": "secret" }),
    conditions: { url: to, headers: new Headers({ "if-none-match": '"a"' }) },
    signal: new AbortController().signal,
    fetch: (url, init) => {
      asked.push([url.href, new Headers(init.headers)]);
      return Promise.resolve(
        url.href === from
          ? new Response(null, { status: 302, headers: { location: to } })
          : new Response("agents: {}"),
      );
    },
  });
  return { answer, asked };
}

test("a redirect to another origin is followed without the user's headers", async () => {
  const { answer, asked } = await redirected(PUBLIC, OTHER);
  expect(answer).toMatchObject({ url: OTHER, conditional: true });
  expect(asked[0]![1].get("x-key")).toBe("secret");
  expect([...asked[1]![1].keys()]).toEqual(["accept", "if-none-match"]);
});

test("validators are sent to the URL that they came from, and to no other", async () => {
  const { asked } = await redirected(PUBLIC, OTHER);
  expect(asked.map(([, headers]) => headers.get("if-none-match"))).toEqual([null, '"a"']);
});

test("a redirect within an origin keeps the user's headers", async () => {
  const { asked } = await redirected(PUBLIC, "https://93.184.216.34/v2.yaml");
  expect(asked[1]![1].get("authorization")).toBe("Bearer secret");
});

test("a redirect from https to http is not followed", async () => {
  const redirect = redirected(PUBLIC, "http://93.184.216.34/agents.yaml");
  await expect(redirect).rejects.toThrow("A redirect from https to http, to 93.184.216.34");
});

test.each([
  "https://127.0.0.1/",
  "https://localhost/",
  "https://169.254.169.254/latest/meta-data",
  "https://[::1]/",
  "https://[::ffff:10.0.0.1]/",
  "https://2130706433/",
  "https://0x7f.1/",
  "https://metadata.localhost./",
])("a redirect from the Internet to %s is not followed", async (to) => {
  await expect(redirected(PUBLIC, to)).rejects.toThrow("A redirect into a private network, to ");
});

test("a redirect within a private network is followed", async () => {
  const { answer } = await redirected("http://127.0.0.1/a", "http://10.0.0.1/b");
  expect(answer.url).toBe("http://10.0.0.1/b");
});

test.each<[string, boolean]>([
  ["0.0.0.0", true],
  ["10.255.255.255", true],
  ["100.64.0.1", true],
  ["172.15.255.255", false],
  ["172.16.0.1", true],
  ["172.32.0.0", false],
  ["192.168.1.1", true],
  ["224.0.0.1", true],
  ["255.255.255.255", true],
  ["8.8.8.8", false],
  ["::", true],
  ["fd12::1", true],
  ["fe80::1%eth0", true],
  ["2606:4700:4700::1111", false],
  ["::ffff:192.168.0.1", true],
  ["::ffff:8.8.8.8", false],
  ["64:ff9b::7f00:1", true],
])("the address %s is private: %s", (address, isPrivate) => {
  expect(isPrivateAddress(address)).toBe(isPrivate);
});
