import type { Logger } from "../logging/logger.ts";

/** Header fields, by name. */
export type HeaderFields = Readonly<Record<string, string>>;

/** How a registry is connected to. Every option has a default. */
export interface ConnectOptions {
  /**
   * What is sent with every request, such as `{ authorization: "Bearer …" }`, or a function that is asked
   * before each, for tokens that expire.
   * @default none
   */
  readonly headers?: HeaderFields | (() => HeaderFields | Promise<HeaderFields>) | undefined;
  /**
   * What happens when the first connection fails: `true` rejects with a `RegistryLoadError`, `false` opens
   * empty, as revision 0, and goes on trying.
   * @default true
   */
  readonly required?: boolean | undefined;
  /**
   * Whether all tabs of a browser that follow the same address with the same headers share one connection,
   * as far as the browser has Web Locks, which it has on secure pages only. Otherwise each takes one of
   * the six that a browser opens to a server over HTTP/1.1.
   * @default true in a page, false elsewhere
   */
  readonly share?: boolean | undefined;
  /**
   * How long to wait after a failure before the connection is tried again, in milliseconds: twice as
   * long each time, up to `maxRetryMs`, and half of it at random. `Retry-After` of the server counts if it
   * is longer.
   * @default 500
   */
  readonly retryMs?: number | undefined;
  /** The longest such wait, in milliseconds. @default 30_000 */
  readonly maxRetryMs?: number | undefined;
  /** Takes the place of `fetch`. @default globalThis.fetch */
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
  /** Where to log to, or `false` for nowhere. @default the console, warnings and errors only */
  readonly logger?: Logger | false | undefined;
  /** Aborting it closes the registry, and rejects with its reason while it is being opened. */
  readonly signal?: AbortSignal | undefined;
}

const MAX_TIMER_MS = 2_147_483_647;

/** Throws where an option cannot be meant. */
export function checkConnectOptions(options: ConnectOptions): void {
  for (const name of ["required", "share"] as const) {
    const value = options[name];
    if (value === undefined || typeof value === "boolean") continue;
    throw new TypeError(`Expected ${name} to be true or false, got ${typeof value}`);
  }
  for (const name of ["retryMs", "maxRetryMs"] as const) {
    const value = options[name];
    if (value === undefined || (value >= 0 && value <= MAX_TIMER_MS)) continue;
    throw new RangeError(`Expected ${name} to be 0 to ${MAX_TIMER_MS} milliseconds, got ${value}`);
  }
}
