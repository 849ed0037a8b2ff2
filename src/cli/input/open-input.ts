import type { RegistryInput } from "../../../mod.ts";
import { connectNats } from "./nats-connection.ts";
import { isNatsUrl, parseNatsUrl } from "./nats-url.ts";
import type { CliOptions } from "../parse-options.ts";

/** What the words of the command line name, ready to be opened. */
export interface OpenInput extends AsyncDisposable {
  readonly input: RegistryInput;
  readonly options: CliOptions;
  /** For a person; without passwords. */
  readonly name: string;
}

/** Makes an input of paths, or of the URL of a bucket. */
export async function openInput(
  paths: readonly (string | URL)[],
  options: CliOptions,
): Promise<OpenInput> {
  const url = paths.find(isNatsUrl);
  if (url === undefined) {
    const dispose = (): Promise<void> => Promise.resolve();
    return { input: [...paths], options, name: nameOf(paths), [Symbol.asyncDispose]: dispose };
  }
  const natsUrl = parseNatsUrl(url);
  const { connection, natsSource } = await connectNats(natsUrl);
  const { files, http: _, ...others } = options;
  const { pollMs, maxBytes } = files ?? {};
  return {
    input: natsSource(connection, { bucket: natsUrl.bucket, pollMs, maxBytes }),
    options: others,
    name: natsUrl.shown,
    [Symbol.asyncDispose]: () => connection.close(),
  };
}

/** What these are, for a person: without the user, password and query of a URL, which may be secret. */
export function nameOf(paths: readonly (string | URL)[]): string {
  return paths.map((path) => {
    if (!/^https?:/i.test(String(path)) || !URL.canParse(String(path))) return String(path);
    const { origin, pathname } = new URL(path);
    return `${origin}${pathname}`;
  }).join(", ");
}
