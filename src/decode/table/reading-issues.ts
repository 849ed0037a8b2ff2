import type { Issue } from "../../model/report/issue.ts";
import type { SourceReading } from "../../model/report/source-reading.ts";
import type { DecodedFile } from "../segments/decoded-file.ts";

/** Copied and frozen: they may be a source's own. */
export function givenIssues(
  { issues }: SourceReading,
): Record<"errors" | "warnings", readonly Issue[]> {
  const all = issues.map((issue) => Object.freeze({ ...issue }));
  return {
    errors: all.filter(({ severity }) => severity === "error"),
    warnings: all.filter(({ severity }) => severity === "warning"),
  };
}

/** An empty source is more likely a lost one than a registry without agents. */
export function nothingToRead<A>(
  { documents, issues }: SourceReading,
  files: readonly DecodedFile<A>[],
): readonly Issue[] {
  const isRead = files.some((file) =>
    file.documents.some(({ findings }) =>
      !findings.some(({ code, severity }) => code === "missing-agents" && severity === "warning")
    )
  );
  if (issues.length > 0 || isRead) return [];
  const [message, path] = documents.length === 0
    ? ["The source holds no document", "(source)"]
    : files.some((file) => file.documents.length > 0)
    ? ["No file that was found holds agents", documents[0]!.path]
    : ['No document is one that the option "documents" takes', documents[0]!.path];
  return [Object.freeze({ code: "missing-agents", severity: "error", message, path })];
}
