/** What `agent-registry --help` prints. */
export const USAGE = `Follow an agent registry file live.

Usage:
  agent-registry watch [options] [paths...]    default path: agent_registry.yaml

Options:
  --once             print the first load and exit: 0 when it is good, 1 when not
  --json             print one event a line, as JSON
  --debounce-ms N    quiet time before a reload (default: the file's own, else 250)
  --max-wait-ms N    reload at least this often under constant writing (default 2000)
  --poll             find changes by polling alone
  --poll-ms N        how often to poll (default 2000)
  --max-bytes N      the largest file that is read (default 67108864)
  -h, --help         print this
  -v, --version      print the version

Colour is used on a terminal, unless NO_COLOR is set.
`;
