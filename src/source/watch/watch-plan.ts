import { lstat, readlink, stat } from "node:fs/promises";
import nodePath, { join, type PlatformPath, resolve } from "node:path";
import { errorCode, isMissing } from "../find/error-code.ts";

/** The directories to watch: real path -> which directory it is. */
export type WatchPlan = ReadonlyMap<string, PlannedDirectory>;

/** One directory to watch. */
export interface PlannedDirectory {
  /** Device, inode and time of birth; another one at the same path is another directory. */
  readonly identity: string;
  /** The names in it, folded, that lead to the file; {@linkcode ANY_NAME} when every name may matter. */
  readonly names: ReadonlySet<string>;
}

/** Stands for all names in a directory. */
export const ANY_NAME = "";
/** Precedes an error code in place of an identity. */
const REFUSED = "refused: ";
/** As many as Linux follows. */
const MAX_LINKS = 40;

/** What one look at the file system has learned, so that a thousand files ask it only once. */
export type Memo = Map<string, Promise<string>>;

/**
 * Finds the directories that must be watched to notice every change of what a path leads to: the one
 * that holds the file, that of each symbolic link on the way, and where the way ends early, the nearest
 * directory that exists.
 *
 * Directories, because a watch on a file dies with the file, and because a file that does not exist yet
 * cannot be watched at all.
 *
 * @param listed whether the path is that of a directory whose whole content matters
 */
export async function watchPlan(path: string, memo: Memo, listed = false): Promise<WatchPlan> {
  const plan = new Map<string, { identity: string; names: Set<string> }>();
  let { root: directory, rest } = splitPath(resolve(path));
  if (listed) rest.push(ANY_NAME);
  let links = 0;
  const watch = async (name: string): Promise<void> => {
    const identity = await once(memo, `identity ${directory}`, () => identityOf(directory));
    const planned = plan.get(directory) ?? { identity, names: new Set() };
    plan.set(directory, planned);
    planned.names.add(foldName(name));
  };
  while (rest.length > 0) {
    const [name, ...further] = rest as [string, ...string[]];
    if (name === ANY_NAME) return await watch(name), plan;
    const here = join(directory, name);
    const type = await once(memo, `type ${here}`, () => typeOf(here));
    if (type === "link" && links++ < MAX_LINKS) {
      await watch(name);
      const target = splitPath(resolve(directory, await readlink(here).catch(() => ".")));
      directory = target.root;
      rest = [...target.rest, ...further];
    } else if (type === "directory" && further.length > 0) {
      directory = here;
      rest = further;
    } else {
      await watch(name);
      break;
    }
  }
  return plan;
}

/** Merges the plans of several files. */
export function mergePlans(plans: Iterable<WatchPlan>): WatchPlan {
  const merged = new Map<string, { identity: string; names: Set<string> }>();
  for (const plan of plans) {
    for (const [directory, { identity, names }] of plan) {
      const planned = merged.get(directory) ?? { identity, names: new Set() };
      merged.set(directory, planned);
      for (const name of names) planned.names.add(name);
    }
  }
  return merged;
}

function once(memo: Memo, key: string, ask: () => Promise<string>): Promise<string> {
  const known = memo.get(key) ?? ask();
  memo.set(key, known);
  return known;
}

async function typeOf(path: string): Promise<"link" | "directory" | "other"> {
  try {
    const stats = await lstat(path);
    return stats.isSymbolicLink() ? "link" : stats.isDirectory() ? "directory" : "other";
  } catch (error) {
    // Deno is often given read access to one directory and to none above it.
    return isMissing(error) ? "other" : "directory";
  }
}

/** Which directory is at a path now. Never throws: {@linkcode refusalOf} gives the error. */
export async function identityOf(directory: string): Promise<string> {
  try {
    // The time of birth, because a directory made right after another was removed gets its inode.
    const { dev, ino, birthtimeNs } = await stat(directory, { bigint: true });
    return `${dev}:${ino}:${birthtimeNs}`;
  } catch (error) {
    return REFUSED + errorCode(error);
  }
}

/** The code of the error that hides which directory this is, if one does. */
export function refusalOf(identity: string): string | undefined {
  return identity.startsWith(REFUSED) ? identity.slice(REFUSED.length) : undefined;
}

/**
 * Gives names that some file system takes for one the same text: an event of macOS or Windows may spell
 * a name as it is on the disk, and not as the user did.
 */
export function foldName(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

/**
 * Splits an absolute path into the root of its file system and the names below it.
 *
 * @param system how paths are written: `node:path`, or its `posix` or `win32`
 */
export function splitPath(
  path: string,
  system: PlatformPath = nodePath,
): { root: string; rest: string[] } {
  const { root } = system.parse(path);
  return {
    root: root || system.dirname(path),
    rest: path.slice(root.length).split(system.sep).filter(Boolean),
  };
}
