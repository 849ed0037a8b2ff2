/**
 * Turns a text into plain data, for a format that is not built in. Throws where it cannot: an error
 * that has a `line` and a `column` (both 1-based) is reported there.
 */
export type TextFormat = (text: string) => unknown;

/** Which documents of a file hold agents: those that have these values, or those it says true of. */
export type DocumentFilter =
  | Readonly<Record<string, unknown>>
  | ((document: unknown, path: string) => boolean);

/**
 * What variables stand for: an object such as `process.env`, of which only its own properties count, or a
 * function of a name. `undefined` stands for a variable that there is not.
 */
export type Variables =
  | Readonly<Record<string, string | undefined>>
  | ((name: string) => string | undefined);

/** Where agents stand in their documents, and what names them. */
export interface LayoutOptions {
  /**
   * Where the agents live: keys joined by dots, as in `config.agents`; `""` for the whole document;
   * `*` for every key or item at a level, as in `categories.*.agents`; or several of those. What stands
   * there may be a map of id to agent or a list of agents. Of several places one must be there.
   * @default "agents"
   */
  readonly at?: string | readonly string[] | undefined;
  /**
   * The field that names an agent, as in `slug` or `metadata.name`; `"file"` for the name of its file
   * without the extension, `"directory"` for that of the file's directory; or several of those, the
   * first that is there counts. Where none is there, the key in a map does.
   *
   * What stands at `at` is one agent when it has such a field itself, or is named by its file.
   * @default the key in a map; `id`, else `name` in a list; `id`, else `name`, else the file's name in Markdown
   */
  readonly id?: string | readonly string[] | undefined;
  /** The field that the text below the front matter of a Markdown file becomes. @default "prompt" */
  readonly body?: string | undefined;
  /**
   * Lets a YAML file hold several documents, and takes only those that have these values, at any
   * depth, or that the function says true of. The others are skipped.
   * @default files of one document, all of them
   *
   * @example `{ kind: "Agent" }` takes the agents among the manifests of a file
   */
  readonly documents?: DocumentFilter | undefined;
  /**
   * Picks the agents out of a document that no `at` describes: gets plain, frozen data, gives a map or
   * a list of agents. Must be a pure function. In place of `at`.
   */
  readonly extract?: ((document: unknown, path: string) => unknown) | undefined;
  /**
   * Further formats by file extension, as in `{ ".toml": parse }`; takes precedence over those that are
   * built in: JSON for `.json`, Markdown with front matter for `.md` and `.markdown`, else YAML.
   */
  readonly formats?: Readonly<Record<string, TextFormat>> | undefined;
  /**
   * What becomes of two agents of one id, be it in one file or in two: `"reject"` reports an error, at
   * both places; `"first"` and `"last"` let that one count, in the order of the files, and warn.
   * @default "reject"
   */
  readonly duplicates?: "reject" | "first" | "last" | undefined;
  /**
   * Expands `${NAME}` and `${NAME:-default}` in the texts of agents; `$${` is a `${`. A variable that has no
   * value and no default is an `unknown-variable` issue. Ids, keys, and what stands around the agents are
   * taken as they are written.
   *
   * The variables in use are asked for again at every reload: agents are updated where one has changed.
   * @default none: texts are as they are written
   *
   * @example `process.env` takes them from the environment
   */
  readonly variables?: Variables | undefined;
}
