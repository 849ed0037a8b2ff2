import { errorCode } from "../find/error-code.ts";

/** The code of the error with which the system refuses a watch. */
export function refusalCode(error: unknown): string {
  // Deno gives this one no code.
  return String(error).includes("watch limit reached") ? "ENOSPC" : errorCode(error);
}

/** What to do about it, to follow the code in a message; empty where nothing is known. */
export function adviceFor(code: string): string {
  switch (code) {
    case "ENOSPC":
      return ", raise fs.inotify.max_user_watches";
    case "EMFILE":
      return ", raise fs.inotify.max_user_instances or the limit of open files";
    default:
      return "";
  }
}
