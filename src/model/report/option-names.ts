import { nearestTo } from "../../text/nearest.ts";

/**
 * Throws where options are no object, or have a name that there is not: a misspelled option would be no
 * option.
 *
 * @param what how to call the options in a message
 * @throws {TypeError} it names the option, and the one that may be meant
 */
export function checkOptionNames(
  options: unknown,
  names: Readonly<Record<string, unknown>>,
  what = "options",
): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(`Expected ${what} to be an object, got ${kindOf(options)}`);
  }
  const prefix = what === "options" ? "" : `${what}.`;
  for (const name of Object.keys(options)) {
    const inner = Object.hasOwn(names, name) ? names[name] : undefined;
    if (inner === undefined) {
      const near = nearOption(name, names);
      const hint = near === undefined ? "" : `: did you mean "${prefix}${near}"?`;
      throw new TypeError(`Unknown option ${JSON.stringify(prefix + name)}${hint}`);
    }
    const value: unknown = Reflect.get(options, name);
    if (isNames(inner) && value !== undefined) checkOptionNames(value, inner, prefix + name);
  }
}

/** The option with the most similar name, at whatever level. */
function nearOption(name: string, names: Readonly<Record<string, unknown>>): string | undefined {
  const [near] = nearestTo(name, Object.keys(names));
  if (near !== undefined) return near;
  for (const [outer, inner] of Object.entries(names)) {
    const nested = isNames(inner) ? nearOption(name, inner) : undefined;
    if (nested !== undefined) return `${outer}.${nested}`;
  }
  return undefined;
}

function isNames(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object";
}

/** Names what was given in place of an option, without its value. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "a list";
  if (typeof value !== "object") return `a ${typeof value}`;
  const { name } = Object.getPrototypeOf(value)?.constructor ?? {};
  return typeof name === "string" && name !== "Object" ? `an instance of ${name}` : "an object";
}
