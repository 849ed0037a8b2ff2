import type { DocumentFilter, LayoutOptions, TextFormat } from "./layout-options.ts";

/** {@linkcode LayoutOptions}, checked, and with everything that has a default. */
export interface Layout {
  /** The paths below which agents stand, each a list of keys. */
  readonly at: readonly (readonly string[])[];
  /** The fields that name an agent, each a list of keys, or a part of its document's path. */
  readonly id: readonly IdRule[] | undefined;
  readonly body: string;
  readonly documents: DocumentFilter | undefined;
  readonly extract: LayoutOptions["extract"];
  /** By extension in lower case, the dot included. */
  readonly formats: ReadonlyMap<string, TextFormat>;
  readonly duplicates: "reject" | "first" | "last";
}

/** What an id is taken from. */
export type IdRule = { readonly field: readonly string[] } | {
  readonly part: "file" | "directory";
};

/** The key below which agents stand when nothing else is said. */
export const AGENTS = "agents";

/**
 * Checks the options of a layout.
 *
 * @throws {TypeError} if one of them is not of its type
 */
export function toLayout(options: LayoutOptions = {}): Layout {
  const { extract, documents, duplicates = "reject", body = "prompt" } = options;
  if (extract !== undefined && typeof extract !== "function") {
    throw new TypeError(`Expected extract to be a function, got ${typeof extract}`);
  }
  if (extract !== undefined && options.at !== undefined) {
    throw new TypeError("Expected either at or extract, got both");
  }
  if (documents !== undefined && typeof documents !== "function" && !isObject(documents)) {
    throw new TypeError("Expected documents to be an object of values, or a function");
  }
  if (!["reject", "first", "last"].includes(duplicates)) {
    throw new TypeError(`Expected duplicates to be "reject", "first" or "last", got ${duplicates}`);
  }
  if (options.formats !== undefined && !isObject(options.formats)) {
    throw new TypeError("Expected formats to be an object of functions by file extension");
  }
  if (typeof body !== "string" || body === "") {
    throw new TypeError("Expected body to be the name of a field");
  }
  return {
    at: texts("at", options.at ?? AGENTS).map(keysOf),
    id: options.id === undefined ? undefined : texts("id", options.id).map(idRule),
    body,
    documents,
    extract,
    formats: new Map(Object.entries(options.formats ?? {}).map(checkedFormat)),
    duplicates,
  };
}

function texts(name: "at" | "id", value: string | readonly string[]): readonly string[] {
  const all = typeof value === "string" ? [value] : value;
  if (!Array.isArray(all) || all.length === 0 || all.some((one) => typeof one !== "string")) {
    throw new TypeError(`Expected ${name} to be text, or a list of at least one text`);
  }
  return all;
}

function idRule(text: string): IdRule {
  if (text === "") throw new TypeError("Expected id to name a field, got an empty text");
  return text === "file" || text === "directory" ? { part: text } : { field: keysOf(text) };
}

function keysOf(path: string): readonly string[] {
  return path === "" ? [] : path.split(".");
}

function checkedFormat([extension, format]: [string, TextFormat]): [string, TextFormat] {
  if (!/^\.[^./\\]+$/.test(extension)) {
    throw new TypeError(`Expected formats to have extensions such as ".toml", got "${extension}"`);
  }
  if (typeof format !== "function") {
    throw new TypeError(`Expected the format of ${extension} to be a function`);
  }
  return [extension.toLowerCase(), format];
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
