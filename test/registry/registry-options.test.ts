import { expect, test } from "vitest";
import { memorySource, openRegistry, registryState$ } from "../../mod.ts";

const source = memorySource({ "a.yaml": "agents: {}" });
const controller = new AbortController();

test.each<[unknown, string]>([
  [{ debounce: 100 }, 'Unknown option "debounce": did you mean "debounceMs"?'],
  [{ DebounceMS: 100 }, 'Unknown option "DebounceMS": did you mean "debounceMs"?'],
  [{ files: { pollms: 1 } }, 'Unknown option "files.pollms": did you mean "files.pollMs"?'],
  [{ pollMs: 1 }, 'Unknown option "pollMs": did you mean "files.pollMs"?'],
  [{ colour: "red" }, 'Unknown option "colour"'],
  [{ constructor: 1 }, 'Unknown option "constructor"'],
  [JSON.parse('{"__proto__": 1}'), 'Unknown option "__proto__"'],
  [null, "Expected options to be an object, got null"],
  ["x", "Expected options to be an object, got a string"],
  [[], "Expected options to be an object, got a list"],
  [{ files: null }, "Expected files to be an object, got null"],
  [{ files: "x" }, "Expected files to be an object, got a string"],
  [
    { signal: controller },
    "Expected signal to be an AbortSignal, got an instance of AbortController: pass its `signal`",
  ],
  [{ signal: true }, "Expected signal to be an AbortSignal, got a boolean"],
  [{ signal: null }, "Expected signal to be an AbortSignal, got null"],
])("%o is refused by name", async (options, message) => {
  const expected = new TypeError(message);
  await expect(openRegistry(source, options as never)).rejects.toThrow(expected);
  if (typeof options === "object" && options !== null && "signal" in options) return;
  expect(() => registryState$(source, options as never)).toThrow(expected);
});

test("options that are undefined are as if they were not there", async () => {
  const options = { files: undefined, signal: undefined, debounceMs: undefined, watch: false };
  await using registry = await openRegistry(source, options);
  expect(registry.snapshot.revision).toBe(1);
});
