/**
 * Whether a name in a directory is never that of a registry, file or directory: what editors and tools
 * leave beside a file while they save it, or keep as its older version, and installed packages.
 *
 * Hidden names, those with a leading dot, are not asked for here: a glob may name them.
 */
export function isIgnoredName(name: string): boolean {
  return name === "node_modules" ||
    // vim makes a file of this name to see whether it may.
    name === "4913" ||
    /~$|^#.*#$|\.(?:sw[px]|tmp|bak|orig)$|___jb_(?:tmp|old)___$/i.test(name);
}

/** Whether a file tells people about what is beside it, and defines nothing itself. */
export function isDocumentation(name: string): boolean {
  return /^(?:readme|changelog|contributing|license|code_of_conduct|security)\.md$/i.test(name);
}
