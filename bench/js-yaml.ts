import process from "node:process";

/** The parsers that this module is measured against, beside `yaml`: those that are there. */
export async function otherParsers(): Promise<Readonly<Record<string, (text: string) => unknown>>> {
  // Not a name that a bundler could resolve ahead: Deno and Bun need it not be installed.
  const name = process.env["JS_YAML"] ?? "js-yaml";
  const jsYaml: { load(text: string): unknown } | undefined = await import(/* @vite-ignore */ name)
    .catch(() => undefined);
  const { Bun } = globalThis as { Bun?: { YAML?: { parse(text: string): unknown } } };
  return {
    ...(jsYaml === undefined ? {} : { "js-yaml load": (text: string) => jsYaml.load(text) }),
    ...(Bun?.YAML === undefined
      ? {}
      : { "Bun.YAML.parse": (text: string) => Bun.YAML!.parse(text) }),
  };
}
