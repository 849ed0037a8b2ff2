/** What `agent-registry --help` prints. */
export const USAGE = `Follow an agent registry file live, or ask it something.

Usage:
  agent-registry watch  [paths...]          print the agents, then what every reload did
  agent-registry serve  [paths...]          follow, and serve over HTTP with a page to look at it
  agent-registry publish [paths...] --to NATS_URL
                                            publish them, and every change, to many machines
  agent-registry check  [paths...]          validate: exit 0 when all is well, 1 when not
  agent-registry list   [paths...]          print the agents
  agent-registry search TEXT [paths...]     print the agents that hold a text: exit 1 when none does
  agent-registry show   ID [paths...]       print one agent
  agent-registry diff   OLD NEW             print what would change: exit 1 when anything would
  agent-registry schema                     print the JSON Schema of a registry file, for editors

Paths are files, directories, globs in quotes, or URLs: agents/ 'teams/*.yaml' https://host/a.yaml.
The default is agent_registry.yaml. In place of paths, nats://127.0.0.1:4222/agents is what was
published to a bucket of NATS JetStream (tls:// for TLS; a user and password, or a token, before the
host). A registry that cannot be loaded is exit code 1 for watch, publish and check, 2 for the others; so
is a call that is wrong.

Options:
  --json             print JSON; with watch one event a line
  --schema NAME      agent for the fields of AgentSchema, any for agents of any fields (default agent)
  --at PATH          where the agents live, such as crew.agents, *.agents, or "" for the whole document;
                     more than once for several places (default agents)
  --id FIELD         what names an agent: a field such as metadata.name, or file, or directory; more
                     than once for the first that is there (default the key, or id, or name)
  --body FIELD       the field that the text of a Markdown file becomes (default prompt)
  --documents K=V    take only the documents that have this value, such as kind=Agent; more than once
                     for those that have them all
  --duplicates HOW   reject two agents of one id, or let the first or the last count (default reject)
  --on-invalid HOW   reject a registry with invalid agents, or isolate these (not for check, diff; default
                     reject)
  --max-bytes N      the largest file or answer that is read (default 67108864)
  --header LINE      a header for URLs, such as 'Authorization: Bearer TOKEN'; more than once for several
  -h, --help         print this
  -v, --version      print the version

Options of watch and publish:
  --once             print, or publish, the first load and exit: 0 when it is good, 1 when not

Options of watch, serve and publish:
  --max-removed N    refuse the loss of more than this part of the agents at once, such as 0.5
  --cache PATH       keep the last good documents in a file, and open from it when they are broken
                     (not for publish)
  --debounce-ms N    quiet time before a reload (default: the file's own, else 250)
  --max-wait-ms N    reload at least this often under constant writing (default 2000)
  --poll             find changes by polling alone
  --poll-ms N        how often to poll (default 2000 for files, 30000 for URLs)

Options of serve:
  --port N           the port, 0 for any (default 7411)
  --host NAME        the address to listen on (default 127.0.0.1: this machine only)
  --token TEXT       ask for this token, as a password in a browser (default the variable
                     AGENT_REGISTRY_TOKEN, if it is set)
  --write            take reloads and rollbacks, too
  --redact FIELD     leave a field out of everything that is served; more than once for several
  --no-frames        leave the lines of the file out of issues
  --base PATH        serve below a path, such as /agents

Options of publish:
  --to NATS_URL      where to, such as nats://127.0.0.1:4222/agents; a bucket that is not there is made
  --replicas N       on how many servers of a cluster a bucket that is made is kept (default 1)

Options of check:
  --format FORMAT    text, json, or github for annotations in a workflow (default text)

Colour is used on a terminal, unless NO_COLOR is set.
`;
