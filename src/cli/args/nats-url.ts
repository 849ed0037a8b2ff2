import { Misuse } from "./misuse.ts";

/** What a `nats://` URL on the command line names. */
export interface NatsUrl {
  /** The bucket. */
  readonly bucket: string;
  /** The URL without what is secret in it. */
  readonly shown: string;
  readonly server: string;
  readonly tls: boolean;
  readonly user: string | undefined;
  /** The password, or without a user the token. */
  readonly secret: string | undefined;
}

/** Whether a word of the command line is the URL of a bucket. */
export function isNatsUrl(word: string | URL): word is string {
  return typeof word === "string" && /^(nats|tls):\/\//i.test(word);
}

/**
 * Reads `nats://[user:password@]host[:port]/bucket`; with `tls://` the server must offer TLS.
 *
 * @throws {Misuse}
 */
export function parseNatsUrl(word: string): NatsUrl {
  const example = "such as nats://127.0.0.1:4222/agents";
  // What cannot be read is not shown either: it may hold a password.
  if (!isNatsUrl(word) || !URL.canParse(word)) throw new Misuse(`Expected a NATS URL, ${example}`);
  const { protocol, hostname, port, pathname, username, password } = new URL(word);
  const shown = `${protocol}//${hostname}${port === "" ? "" : `:${port}`}${pathname}`;
  const bucket = pathname.slice(1);
  if (!/^[-\w]+$/.test(bucket)) {
    throw new Misuse(`Expected ${shown} to name a bucket, ${example}`);
  }
  const [user, secret] = [username, password].map((text) => decodeURIComponent(text) || undefined);
  return {
    bucket,
    shown,
    server: `${hostname}:${port || 4222}`,
    tls: protocol === "tls:",
    user: secret === undefined ? undefined : user,
    secret: secret ?? user,
  };
}
