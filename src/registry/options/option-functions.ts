import type { LayoutOptions, TextFormat } from "../../decode/layout-options.ts";
import { errorText } from "../../model/report/error-text.ts";

/**
 * The same options, whose functions throw nothing but errors with a message, and leave no rejection
 * unhandled when they are async by mistake: what they return is then no agents, which decoding reports.
 */
export function withSafeFunctions(options: LayoutOptions): LayoutOptions {
  const { extract, documents, formats, variables } = options;
  return {
    ...options,
    ...(typeof extract === "function" ? { extract: safe(extract) } : {}),
    ...(typeof documents === "function" ? { documents: safe(documents) } : {}),
    ...(typeof variables === "function" ? { variables: safe(variables) } : {}),
    ...(typeof formats === "object" && formats !== null
      ? { formats: withSafeParsers(formats) }
      : {}),
  };
}

function withSafeParsers(
  formats: Readonly<Record<string, TextFormat>>,
): Readonly<Record<string, TextFormat>> {
  return Object.fromEntries(
    Object.entries(formats).map(([extension, parse]) => [
      extension,
      typeof parse === "function" ? safe(parse) : parse,
    ]),
  );
}

function safe<P extends readonly unknown[], R>(call: (...args: P) => R): (...args: P) => R {
  return (...args) => {
    try {
      const result = call(...args);
      // Resolved by hand: a thenable of any kind may throw when it is looked at.
      if (typeof result === "object") new Promise((resolve) => resolve(result)).catch(() => {});
      return result;
    } catch (error) {
      throw hasMessage(error) ? error : new Error(errorText(error));
    }
  };
}

function hasMessage(error: unknown): boolean {
  try {
    return error instanceof Error && typeof error.message === "string";
  } catch {
    return false;
  }
}
