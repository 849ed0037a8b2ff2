import { lstat } from "node:fs/promises";
import { printable } from "../../text/printable.ts";
import { isMissing } from "./error-code.ts";

export const BAD_NAME =
  "Skipped, because the name is not valid UTF-8 or contains control characters: rename it";

/**
 * Whether a name that was listed in a directory cannot be opened, or is not safe to show: whoever may
 * create files there could forge log lines with it.
 */
export async function isBadName(path: string, name: string): Promise<boolean> {
  if (printable(name) !== name) return true;
  // Bytes that are not UTF-8 are listed as U+FFFD, and there is no file of that name.
  return name.includes("\uFFFD") && await lstat(path).then(() => false, isMissing);
}
