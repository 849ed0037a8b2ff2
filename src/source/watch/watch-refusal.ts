import { codeOf } from "../read/file-state.ts";

/** The code of the error with which the system refuses a watch. */
export function reasonOf(error: unknown): string {
  // Deno gives this one no code.
  return String(error).includes("watch limit reached") ? "ENOSPC" : codeOf(error);
}

/** What to do about it, to stand behind the code; empty where nothing is known. */
export function hintFor(code: string): string {
  switch (code) {
    case "ENOSPC":
      return ", raise fs.inotify.max_user_watches";
    case "EMFILE":
      return ", raise fs.inotify.max_user_instances or the limit of open files";
    default:
      return "";
  }
}
