import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Subject } from "rxjs";
import { onTestFinished } from "vitest";
import { until } from "../../until.ts";

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on a free port of this machine, whose answers the test changes as it goes. */
export interface TestServer {
  readonly url: string;
  handler: Handler;
  /** What was asked for, the first first. */
  readonly requests: readonly IncomingMessage[];
  /** Resolves when it was asked so many times more. */
  asked(times: number): Promise<void>;
}

/** Starts a server that is gone when the test is over, whatever it was answering. */
export async function testServer(handler: Handler): Promise<TestServer> {
  const requests: IncomingMessage[] = [];
  const arrived = new Subject<number>();
  const server = createServer((request, response) => {
    requests.push(request);
    testServer.handler(request, response);
    arrived.next(requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  const { port } = server.address() as AddressInfo;
  const testServer: TestServer = {
    url: `http://127.0.0.1:${port}`,
    handler,
    requests,
    async asked(times) {
      const enough = requests.length + times;
      await until(arrived, (count) => count >= enough);
    },
  };
  return testServer;
}

/** Answers with a text, and with 304 to whoever has it already. */
export function serving(text: string): Handler {
  const etag = `"${text.length}-${
    [...text].reduce((sum, c) => sum * 31 + c.charCodeAt(0) | 0, 0)
  }"`;
  return (request, response) => {
    if (request.headers["if-none-match"] === etag) response.writeHead(304, { etag }).end();
    else response.writeHead(200, { etag }).end(text);
  };
}

/** Answers with a status. */
export function status(code: number, headers: Record<string, string> = {}): Handler {
  return (_request, response) => response.writeHead(code, headers).end("not a registry");
}
