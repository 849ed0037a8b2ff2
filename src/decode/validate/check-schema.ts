import { FormatRegistry, Kind, type TSchema } from "@sinclair/typebox";
import { quote } from "../../text/quote.ts";

/** What no value of a YAML or JSON file is. */
const NEVER_READ = ["Date", "Uint8Array", "Function", "Constructor", "Promise", "Symbol"];

/**
 * Throws for a schema that no agent can match: each would be told that it is invalid, and the fault is the
 * schema's. What stands under `anyOf` is passed over, since another choice may match.
 *
 * @throws {TypeError} it names the field
 */
export function checkSchema(schema: TSchema, tokens: readonly string[] = []): void {
  const where = tokens.length === 0 ? "" : ` at ${quote(tokens.join("."))}`;
  const { [Kind]: kind, format } = schema;
  if (kind === "String" && typeof format === "string" && !FormatRegistry.Has(format)) {
    throw new TypeError(
      `The schema has the format ${
        quote(format)
      }${where}, which TypeBox does not check by itself: ` +
        `call FormatRegistry.Set(${quote(format)}, (text) => ...) before, or use a pattern`,
    );
  }
  if (NEVER_READ.includes(kind)) {
    const instead = kind === "Date" ? ": use Type.String with a pattern" : "";
    throw new TypeError(
      `The schema has Type.${kind}${where}, which no value of a file matches${instead}`,
    );
  }
  const parts: Record<string, unknown> = { ...schema["properties"], "*": schema["items"] };
  for (const [name, part] of Object.entries(parts)) {
    for (const one of Array.isArray(part) ? part : [part]) {
      if (typeof one === "object" && one !== null) checkSchema(one, [...tokens, name]);
    }
  }
  for (const part of schema["allOf"] ?? []) checkSchema(part, tokens);
}
