import type { Logger } from "../logging/logger.ts";

/** How a registry is served. Every option has a default. */
export interface ServeOptions {
  /**
   * Decides on each request: `false` is answered 401, a `Response` is the answer. If it throws, the answer
   * is 500.
   * @default everybody may read
   */
  readonly authorize?:
    | ((request: Request) => boolean | Response | Promise<boolean | Response>)
    | undefined;
  /**
   * A secret that each request has to carry, as `Authorization: Bearer <token>` or as the password of
   * Basic authentication. Compared in constant time. Asked before `authorize`.
   * @default none
   */
  readonly token?: string | undefined;
  /**
   * Names of fields that never leave the process, at whatever depth they stand: in agents, in what is
   * around them, in differences, in searches. Issues then come without frames, and without messages that
   * may quote a value. Not `id`.
   * @default none
   */
  readonly redact?: readonly string[] | undefined;
  /** Whether issues show the lines of the file around them. @default true */
  readonly frames?: boolean | undefined;
  /** The path below which it is served, such as `"/agents"`. @default "" */
  readonly base?: string | undefined;
  /** Whether `POST /reload` and `POST /rollback` are answered. @default false */
  readonly write?: boolean | undefined;
  /**
   * The names by which the server may be asked for, without ports. On a loopback address give
   * `["localhost", "127.0.0.1", "[::1]"]`, or any web page can read it by DNS rebinding; the command
   * line does.
   * @default any name
   */
  readonly hosts?: readonly string[] | undefined;
  /**
   * The origins whose pages may read it (CORS), such as `["https://console.example"]`.
   * @default none but its own
   */
  readonly cors?: readonly string[] | undefined;
  /** How many event streams may be open at once; beyond it the answer is 503. @default 1_000 */
  readonly maxFollowers?: number | undefined;
  /**
   * How often a silent event stream gets a comment, in milliseconds, from 100 to 9_500: Bun closes a
   * connection that is silent for ten seconds.
   * @default 8_000
   */
  readonly heartbeatMs?: number | undefined;
  /**
   * What `GET /metrics` gives, in the text format of Prometheus. See docs/serving.md for the exporter of
   * OpenTelemetry.
   * @default none: there is no such path
   */
  readonly metrics?: (() => string | Promise<string>) | undefined;
  /** Where failures are logged to, or `false` for nowhere. @default the console */
  readonly logger?: Logger | false | undefined;
}

/** Throws where an option cannot be meant. */
export function checkServeOptions(options: ServeOptions): void {
  for (const name of ["authorize", "metrics"] as const) {
    const value = options[name];
    if (value !== undefined && typeof value !== "function") {
      throw new TypeError(`Expected ${name} to be a function, got ${typeof value}`);
    }
  }
  for (const name of ["redact", "hosts", "cors"] as const) {
    const value: unknown = options[name];
    if (value === undefined || (Array.isArray(value) && value.every(isText))) continue;
    throw new TypeError(`Expected ${name} to be a list of texts, got ${typeof value}`);
  }
  for (const name of ["frames", "write"] as const) {
    const value = options[name];
    if (value === undefined || typeof value === "boolean") continue;
    throw new TypeError(`Expected ${name} to be true or false, got ${typeof value}`);
  }
  const { token, base, redact, maxFollowers = 1, heartbeatMs = 1_000 } = options;
  if (token !== undefined && !isText(token)) {
    throw new TypeError("Expected token to be a text that is not empty");
  }
  if (base !== undefined && !/^(\/[\w.~%-]+)*\/?$/.test(base)) {
    throw new TypeError(
      `Expected base to be a path such as "/agents", got ${JSON.stringify(base)}`,
    );
  }
  if (redact?.includes("id") === true) {
    throw new TypeError('Expected redact not to hold "id": agents are told apart by it');
  }
  if (!(Number.isInteger(maxFollowers) && maxFollowers >= 0)) {
    throw new RangeError(`Expected maxFollowers to be a whole number, got ${maxFollowers}`);
  }
  if (!(heartbeatMs >= 100 && heartbeatMs <= 9_500)) {
    throw new RangeError(
      `Expected heartbeatMs to be 100 to 9500 milliseconds, got ${heartbeatMs}`,
    );
  }
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
