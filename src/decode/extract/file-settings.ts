import type { DecodedYaml } from "../decode-yaml.ts";
import type { Finding } from "../report/finding.ts";
import { pointerTo } from "../report/finding.ts";
import { isRecord } from "../validate/names-in.ts";

/** What a document says about how it wants to be followed. */
export interface FileSettings {
  readonly debounceMs?: number;
  readonly findings: readonly Finding[];
}

const PATH = ["config", "hot_reload", "debounce_ms"] as const;
const [MIN, MAX] = [100, 5000];

/** Reads `config.hot_reload.debounce_ms`: 100 to 5000 milliseconds. */
export function settingsOf(document: Pick<DecodedYaml, "around" | "offsetOf">): FileSettings {
  const value = PATH.reduce<unknown>(
    (at, key) => isRecord(at) && Object.hasOwn(at, key) ? at[key] : undefined,
    document.around,
  );
  if (value === undefined) return { findings: [] };
  if (typeof value === "number" && value >= MIN && value <= MAX) {
    return { debounceMs: value, findings: [] };
  }
  const message = `Expected "${
    PATH.join(".")
  }" to be a number from ${MIN} to ${MAX}: it is ignored`;
  const place = { offset: document.offsetOf(PATH), pointer: pointerTo(...PATH) };
  return { findings: [{ code: "invalid-config", severity: "warning", message, ...place }] };
}
