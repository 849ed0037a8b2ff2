/**
 * Whether a file or directory of this name never holds a registry: what editors and tools leave beside a
 * file while they save it, or keep as its backup, and installed packages.
 *
 * Hidden names, those with a leading dot, are left to the glob, which may name them.
 */
export function isIgnoredName(name: string): boolean {
  return name === "node_modules" ||
    // vim creates a file of this name to test whether it may.
    name === "4913" ||
    /~$|^#.*#$|\.(?:sw[px]|tmp|bak|orig)$|___jb_(?:tmp|old)___$/i.test(name);
}

/** Whether a file documents its directory and defines no agents. */
export function isDocumentation(name: string): boolean {
  return /^(?:readme|changelog|contributing|license|code_of_conduct|security)\.md$/i.test(name);
}
