import { isRecord } from "../../model/value/is-record.ts";
import { error, type Finding } from "../report/finding.ts";
import { pointerTo } from "../report/pointer.ts";

/** What a document says about how it wants to be followed. */
export interface FileSettings {
  readonly debounceMs?: number;
  readonly finding?: Finding;
}

const PATH = ["config", "hot_reload", "debounce_ms"] as const;
const [MIN, MAX] = [100, 5000];

/**
 * Reads `config.hot_reload.debounce_ms`: 100 to 5000 milliseconds.
 *
 * @param offsetOf tells where something stands in the document
 */
export function settingsOf(
  metadata: Readonly<Record<string, unknown>>,
  offsetOf: (tokens: readonly string[]) => number,
): FileSettings {
  const value = PATH.reduce<unknown>(
    (at, key) => isRecord(at) && Object.hasOwn(at, key) ? at[key] : undefined,
    metadata,
  );
  if (value === undefined) return {};
  if (typeof value === "number" && value >= MIN && value <= MAX) return { debounceMs: value };
  const name = PATH.join(".");
  const message = `Expected "${name}" to be a number from ${MIN} to ${MAX}: it is ignored`;
  const finding = error("invalid-config", offsetOf(PATH), message, pointerTo(...PATH));
  return { finding: { ...finding, severity: "warning" } };
}
