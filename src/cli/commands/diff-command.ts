import { diffSnapshots } from "../../../mod.ts";
import { printableJson } from "../../text/printable.ts";
import { Misuse } from "../args/misuse.ts";
import type { CommandLine } from "../args/parse-arguments.ts";
import type { CliContext } from "../cli-context.ts";
import { load } from "../input/load.ts";
import { isStdin } from "../input/open-input.ts";
import { changeLines } from "../print/change-lines.ts";
import { styleFor } from "../print/style.ts";
import { REFUSED, tellIssues } from "../print/tell-issues.ts";

/** Prints what would change if one file took the place of another. */
export async function diffCommand(line: CommandLine, context: CliContext): Promise<number> {
  const { flags, words } = line;
  const [older, newer] = words;
  if (older === undefined || newer === undefined || words.length > 2) {
    throw new Misuse(`Expected two files to compare, got ${words.length}`);
  }
  if (words.every(isStdin)) throw new Misuse("Expected the standard input once");
  const [before, after] = await Promise.all(
    [older, newer].map((word) => load(line, [word], context)),
  );
  if (before!.snapshot === undefined || after!.snapshot === undefined) {
    for (const { snapshot, issues } of [before!, after!]) {
      if (snapshot === undefined) tellIssues(issues, flags, context);
    }
    return REFUSED;
  }
  const diff = diffSnapshots(before!.snapshot, after!.snapshot);
  const { added, updated, removed, fields, document } = diff;
  const same = added.length + updated.length + removed.length + document.length === 0;
  const { out } = context;
  if (flags.json === true) {
    const changed = Object.fromEntries(fields);
    out.write(`${printableJson({ added, updated, removed, fields: changed, document })}\n`);
  } else if (same) out.write("nothing differs\n");
  else out.write(`${changeLines(diff, styleFor(context, out, flags)).join("\n")}\n`);
  return same ? 0 : 1;
}
