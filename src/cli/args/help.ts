import { wrapWords } from "../../text/wrap-words.ts";
import { type CommandName, COMMANDS, type CommandText } from "./commands.ts";
import { type Flag, FLAGS, flagsOf } from "./flags.ts";

/** How many characters a line has at most. */
const WIDTH = 80;

const PATHS =
  "Paths are files, directories, globs in quotes, URLs, or - for what is piped in: agents/ " +
  "'teams/*.yaml' https://host/a.yaml. The default is agent_registry.yaml. In place of paths, " +
  "nats://127.0.0.1:4222/agents is what was published to a bucket of NATS JetStream (tls:// for TLS; a " +
  "user and password, or a token, before the host).";

const ISSUES =
  "On a terminal the same problem is printed once with how often it occurs, five of them at most, unless " +
  "--all is given. Color is used on a terminal, unless NO_COLOR is set.";

/** What `agent-registry --help` prints, or `agent-registry COMMAND --help`. */
export function helpOf(command?: CommandName): string {
  return command === undefined ? helpOfAll() : helpOfOne(command, COMMANDS[command]);
}

function helpOfAll(): string {
  const names = Object.keys(COMMANDS) as CommandName[];
  return [
    "Follow an agent registry file live, or ask it something.",
    "",
    "Usage: agent-registry COMMAND [flags]",
    "",
    ...columns(names.map((name) => [`${name} ${COMMANDS[name].words}`, COMMANDS[name].summary])),
    "",
    ...wrapWords(PATHS, WIDTH),
    "",
    "agent-registry COMMAND --help tells what the command takes, and its exit codes.",
    "",
  ].join("\n");
}

function helpOfOne(name: CommandName, { words, summary, exit, examples }: CommandText): string {
  const takesPaths = name !== "schema";
  return [
    `${summary[0]!.toUpperCase()}${summary.slice(1)}.`,
    "",
    `Usage: agent-registry ${`${name} ${words}`.trim()}${words.includes("--") ? "" : " [flags]"}`,
    "",
    ...columns(flagsOf(name).map((flag) => [signatureOf(flag, FLAGS[flag]), FLAGS[flag].help])),
    "",
    ...(takesPaths ? [...wrapWords(PATHS, WIDTH), "", ...wrapWords(ISSUES, WIDTH), ""] : []),
    ...wrapWords(`Exit code: ${exit}.`, WIDTH),
    "",
    ...examples.map((example) => `  ${example}`),
    "",
  ].join("\n");
}

function signatureOf(name: string, { short, value }: Flag): string {
  const names = short === undefined ? `--${name}` : `-${short}, --${name}`;
  return value === undefined ? names : `${names} ${value}`;
}

/** Two columns, of which the right one is wrapped. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(24, Math.max(...rows.map(([left]) => left.length)));
  return rows.flatMap(([left, right]) => {
    const [first = "", ...rest] = wrapWords(right, WIDTH - width - 4);
    const own = left.length > width ? [`  ${left}`, `  ${"".padEnd(width)}  ${first}`] : [
      `  ${left.padEnd(width)}  ${first}`,
    ];
    return [...own, ...rest.map((line) => `  ${"".padEnd(width)}  ${line}`)];
  });
}
