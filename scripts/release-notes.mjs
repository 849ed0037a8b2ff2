// Prints the section of a version in CHANGELOG.md; fails when there is none, or when package.json is of
// another version (a test keeps deno.json and src/version.ts equal to that).
//
//   node scripts/release-notes.mjs 0.2.0
import { readFileSync } from "node:fs";
import process from "node:process";

const [version] = process.argv.slice(2);
const own = JSON.parse(readFileSync("package.json", "utf8")).version;
const sections = readFileSync("CHANGELOG.md", "utf8").split(/^## /m);
const section = sections.find((text) => new RegExp(`^\\[?${version}\\]?\\b`).test(text));
if (version !== own) throw new Error(`The tag says ${version}, package.json ${own}`);
if (section === undefined) throw new Error(`CHANGELOG.md has no section ${version}`);
console.log(section.slice(section.indexOf("\n")).trim());
