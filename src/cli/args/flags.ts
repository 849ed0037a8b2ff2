import type { CommandName } from "./commands.ts";
import type { FlagName, FlagValues } from "./flag-values.ts";

/** What `parseArgs` and help need to know of a flag. */
export interface Flag {
  readonly type: "boolean" | "string";
  readonly multiple?: boolean;
  readonly short?: string;
  /** What stands for its value in help. */
  readonly value?: string;
  readonly help: string;
  /** The commands that take it; all of them, when none is named. */
  readonly of?: readonly CommandName[];
}

/** The flag whose values have a type. */
type FlagFor<V> =
  & Flag
  & (V extends boolean ? { readonly type: "boolean" }
    : V extends string ? { readonly type: "string"; readonly multiple?: never }
    : { readonly type: "string"; readonly multiple: true });

const FOLLOW = ["watch", "serve", "publish"] as const;
const ASK = ["list", "search"] as const;
const READ = [...FOLLOW, "check", ...ASK, "show", "diff"] as const;

/** All flags, in the order of help. */
export const FLAGS: { readonly [F in FlagName]: FlagFor<NonNullable<FlagValues[F]>> } = {
  once: {
    type: "boolean",
    help: "print, or publish, the first load and exit",
    of: ["watch", "publish"],
  },
  port: { type: "string", value: "N", help: "the port, 0 for any (default 7411)", of: ["serve"] },
  host: {
    type: "string",
    value: "NAME",
    help: "the address to listen on (default 127.0.0.1: this machine only)",
    of: ["serve"],
  },
  token: {
    type: "string",
    value: "TEXT",
    help:
      "ask for this token, as a password in a browser (default the variable AGENT_REGISTRY_TOKEN, if it is set)",
    of: ["serve"],
  },
  write: { type: "boolean", help: "take reloads and rollbacks, too", of: ["serve"] },
  redact: {
    type: "string",
    multiple: true,
    value: "FIELD",
    help: "leave a field out of everything that is served; more than once for several",
    of: ["serve"],
  },
  base: {
    type: "string",
    value: "PATH",
    help: "serve below a path, such as /agents",
    of: ["serve"],
  },
  to: {
    type: "string",
    value: "NATS_URL",
    help: "where to, such as nats://127.0.0.1:4222/agents; a bucket that is not there is made",
    of: ["publish"],
  },
  replicas: {
    type: "string",
    value: "N",
    help: "on how many servers of a cluster a bucket that is made is kept (default 1)",
    of: ["publish"],
  },
  strict: { type: "boolean", help: "fail for warnings, too", of: ["check"] },
  format: {
    type: "string",
    value: "FORMAT",
    help: "text, json, or github for annotations in a workflow (default text)",
    of: ["check"],
  },
  frames: {
    type: "boolean",
    help: "show lines of the file in the annotations of --format github",
    of: ["check"],
  },
  category: { type: "string", value: "NAME", help: "only agents of this category", of: ASK },
  environment: { type: "string", value: "NAME", help: "only agents of this environment", of: ASK },
  owner: { type: "string", value: "NAME", help: "only agents of this owner", of: ASK },
  status: { type: "string", value: "NAME", help: "only agents of this status", of: ASK },
  tag: {
    type: "string",
    multiple: true,
    value: "TAG",
    help: "only agents with this tag; more than once for those that have them all",
    of: ASK,
  },
  json: { type: "boolean", help: "print JSON; of what is followed, one event a line" },
  all: {
    type: "boolean",
    help: "print all issues on a terminal, too, each with its lines of the file",
    of: READ,
  },
  "no-frames": {
    type: "boolean",
    help: "leave the lines of the file out of issues: they may show what is secret",
    of: READ,
  },
  schema: {
    type: "string",
    value: "NAME",
    help: "agent for the fields of AgentSchema, any for agents of any fields (default agent)",
  },
  at: {
    type: "string",
    multiple: true,
    value: "PATH",
    help:
      'where the agents live, such as crew.agents, *.agents, or "" for the whole document; more than once for several places (default agents)',
  },
  id: {
    type: "string",
    multiple: true,
    value: "FIELD",
    help:
      "what names an agent: a field such as metadata.name, or file, or directory; more than once for the first that is there (default the key, or id, or name)",
    of: READ,
  },
  body: {
    type: "string",
    value: "FIELD",
    help: "the field that the text of a Markdown file becomes (default prompt)",
    of: READ,
  },
  documents: {
    type: "string",
    multiple: true,
    value: "K=V",
    help:
      "take only the documents that have this value, such as kind=Agent; more than once for those that have them all",
    of: READ,
  },
  duplicates: {
    type: "string",
    value: "HOW",
    help: "reject two agents of one id, or let the first or the last count (default reject)",
    of: READ,
  },
  "on-invalid": {
    type: "string",
    value: "HOW",
    help: "reject a registry with invalid agents, or isolate these (default reject)",
    of: [...FOLLOW, ...ASK, "show"],
  },
  "max-removed": {
    type: "string",
    value: "N",
    help: "refuse the loss of more than this part of the agents at once, such as 0.5",
    of: FOLLOW,
  },
  cache: {
    type: "string",
    value: "PATH",
    help: "keep the last good documents in a file, and open from it when they are broken",
    of: ["watch", "serve"],
  },
  "max-bytes": {
    type: "string",
    value: "N",
    help: "the largest file or answer that is read (default 67108864)",
    of: READ,
  },
  header: {
    type: "string",
    multiple: true,
    value: "LINE",
    help: "a header for URLs, such as 'Authorization: Bearer TOKEN'; more than once for several",
    of: READ,
  },
  "debounce-ms": {
    type: "string",
    value: "N",
    help: "quiet time before a reload (default: the file's own, else 250)",
    of: FOLLOW,
  },
  "max-wait-ms": {
    type: "string",
    value: "N",
    help: "reload at least this often under constant writing (default 2000)",
    of: FOLLOW,
  },
  poll: { type: "boolean", help: "find changes by polling alone", of: FOLLOW },
  "poll-ms": {
    type: "string",
    value: "N",
    help: "how often to poll (default 2000 for files, 30000 for URLs)",
    of: FOLLOW,
  },
  help: { type: "boolean", short: "h", help: "print this" },
  version: { type: "boolean", short: "v", help: "print the version" },
};

/** Whether a command takes a flag. */
export function takes(command: CommandName, flag: FlagName): boolean {
  const { of }: Flag = FLAGS[flag];
  return of === undefined || of.includes(command);
}

/** The flags that a command takes. */
export function flagsOf(command: CommandName): readonly FlagName[] {
  return (Object.keys(FLAGS) as FlagName[]).filter((flag) => takes(command, flag));
}
