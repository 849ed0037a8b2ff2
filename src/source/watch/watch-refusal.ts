import { errorCode } from "../find/error-code.ts";

/** Stands for the code of an error where a FIFO keeps Deno from watching a directory. */
export const FIFO_REFUSAL = "FIFO";

/** Why a directory is not watched. */
export interface WatchRefusal {
  readonly code: string;
  readonly directory: string;
}

export function toRefusal(directory: string, error: unknown): WatchRefusal {
  // Deno gives this one no code.
  const isLimit = String(error).includes("watch limit reached");
  return { code: isLimit ? "ENOSPC" : errorCode(error), directory };
}

/** What is wrong, and what to do about it where that is known. */
export function describeRefusal({ code, directory }: WatchRefusal): string {
  switch (code) {
    case FIFO_REFUSAL:
      return `Deno cannot watch ${directory} while it contains a FIFO`;
    case "ENOSPC":
      return `The system refuses to watch (${code}), raise fs.inotify.max_user_watches`;
    case "EMFILE":
      return `The system refuses to watch (${code}), raise fs.inotify.max_user_instances or the limit of open files`;
    case "NotCapable":
      return `No permission to watch ${directory} (${code}), allow it with --allow-read=${directory}`;
    default:
      return `The system refuses to watch (${code})`;
  }
}
