import { posix, win32 } from "node:path";
import { describe, expect, test } from "vitest";
import { toFileInput } from "../../../src/source/find/file-input.ts";
import { matchFileName, parseGlobs } from "../../../src/source/find/glob.ts";

const rules = { ignored: parseGlobs(), extensions: [".yaml"] };
const onPosix = (input: string | URL) => toFileInput(input, rules, posix);
const onWindows = (input: string | URL) => toFileInput(input, rules, win32);

describe("toFileInput on Windows", () => {
  test.each([
    ["C:\\agents\\x.yaml", "C:\\agents\\x.yaml"],
    ["C:/agents/x.yaml", "C:\\agents\\x.yaml"],
    ["\\\\host\\share\\x.yaml", "\\\\host\\share\\x.yaml"],
    ["C:x.yaml", win32.resolve("C:x.yaml")],
  ])("takes %s for a file", (input, path) => {
    const { path: got, glob, endsInSlash } = onWindows(input);
    expect({ got, glob, endsInSlash }).toEqual({ got: path, glob: undefined, endsInSlash: false });
  });

  test.each([["C:\\agents\\"], ["C:/agents/"]])(
    "takes %s for a directory, and shows what is in it with slashes",
    (input) => {
      const { endsInSlash, inside } = onWindows(input);
      expect(endsInSlash).toBe(true);
      expect(inside.root).toMatch(/^C:\\agents\\?$/);
      expect(inside.prefix).toBe("C:/agents/");
    },
  );

  test.each([
    ["C:\\teams\\*.yaml", "C:\\teams\\", "C:/teams/"],
    ["C:/teams/*.yaml", "C:\\teams\\", "C:/teams/"],
    ["\\\\host\\share\\*.yaml", "\\\\host\\share\\", "//host/share/"],
    ["C:\\*.yaml", "C:\\", "C:/"],
  ])("takes %s for a glob, with either slash", (input, root, prefix) => {
    const { glob } = onWindows(input);
    expect(glob?.root.replace(/\\*$/, "\\")).toBe(root);
    expect(glob?.prefix).toBe(prefix);
    expect(matchFileName(glob!.glob, "a.yaml")).toBe("extension");
    expect(matchFileName(glob!.glob, "a.json")).toBe(undefined);
  });

  test("refuses a glob that is relative to a drive", () => {
    expect(() => onWindows("C:*.yaml")).toThrow(
      new TypeError('Expected a slash after the drive of a glob, got "C:*.yaml"'),
    );
  });

  // Deno reads URLs as its own system does, whatever it is asked for.
  describe.skipIf("Deno" in globalThis)("with a file: URL", () => {
    test.each([
      ["file:///C:/agents/x%20y.yaml", "C:\\agents\\x y.yaml"],
      [new URL("file:///C:/agents/x.yaml"), "C:\\agents\\x.yaml"],
      ["file://host/share/x.yaml", "\\\\host\\share\\x.yaml"],
    ])("takes %s for a file", (input, path) => {
      expect(onWindows(input)).toMatchObject({ path, name: path, glob: undefined });
    });

    test("refuses one without a drive", () => {
      expect(() => onWindows("file:///agents/x.yaml")).toThrow(TypeError);
    });
  });
});

describe("toFileInput on POSIX systems", () => {
  test("takes a Windows path for the name of a file, never for a glob", () => {
    const { path, glob } = onPosix("C:\\agents\\[a]*.yaml");
    expect(path).toBe(posix.resolve("C:\\agents\\[a]*.yaml"));
    expect(glob).toBe(undefined);
  });

  test("takes a backslash in a glob for an escape", () => {
    const { glob } = onPosix("/teams/\\**.yaml");
    expect(matchFileName(glob!.glob, "*a.yaml")).toBe("extension");
    expect(matchFileName(glob!.glob, "a.yaml")).toBe(undefined);
  });

  test("refuses a file: URL of another machine", () => {
    expect(() => onPosix("file://host/share/x.yaml")).toThrow(TypeError);
  });
});
