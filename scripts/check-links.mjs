// Looks whether every relative link in the documents, and its anchor, leads somewhere; no network.
//
//   node scripts/check-links.mjs         README.md, docs/ and the other documents, as a code host shows them
//   node scripts/check-links.mjs site    the HTML of `npm run docs`
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import process from "node:process";

const HOME = "https://github.com/agent-registry/rx/blob/main/";

const [site] = process.argv.slice(2);
const files = site === undefined
  ? [".", "docs", ".github"].filter(existsSync).flatMap((folder) => filesIn(folder, ".md"))
  : readdirSync(site, { recursive: true }).filter((name) => name.endsWith(".html"))
    .map((name) => join(site, name));
const read = site === undefined ? readMarkdown : readHtml;
const pages = new Map(files.map((file) => [normalize(file), read(readFileSync(file, "utf8"))]));
const broken = [...pages].flatMap(([file, { links }]) =>
  links.filter((link) => !leadsSomewhere(file, link)).map((link) => `${file}: ${link}`)
);
if (broken.length > 0) {
  console.log(`These lead nowhere:\n${broken.join("\n")}`);
  process.exitCode = 1;
} else console.log(`${pages.size} pages, all links lead somewhere`);

function filesIn(folder, extension) {
  return readdirSync(folder).filter((name) => name.endsWith(extension))
    .map((name) => join(folder, name));
}

function leadsSomewhere(file, link) {
  const target = link.startsWith(HOME) ? relative(dirname(file), link.slice(HOME.length)) : link;
  if (/^(?:[a-z]+:|\/\/)/i.test(target) || /<\w+>/.test(target)) return true;
  const [path, anchor] = target.split("#").map(decodeURIComponent);
  const to = path === "" ? file : normalize(join(dirname(file), path.replace(/\?.*/, "")));
  if (!existsSync(to) || (site !== undefined && statSync(to).isDirectory())) return false;
  return !anchor || (pages.get(to)?.anchors.has(anchor) ?? !to.endsWith(".md"));
}

function readMarkdown(text) {
  const plain = text.replace(/^(`{3,})[^]*?^\1$/gm, "");
  const prose = plain.replace(/`[^`\n]*`/g, "");
  const anchors = new Set();
  for (const [, heading] of plain.matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = slugOf(heading);
    let unique = slug;
    for (let at = 1; anchors.has(unique); at++) unique = `${slug}-${at}`;
    anchors.add(unique);
  }
  const links = [
    ...prose.matchAll(/\]\(([^()\s]+)(?: "[^"]*")?\)/g),
    ...prose.matchAll(/^\[[^\]]+\]: (\S+)$/gm),
    ...prose.matchAll(/<(?:img|a|source) [^>]*?(?:src|href|srcset)="([^"]+)"/g),
  ].map(([, link]) => link);
  return { links, anchors };
}

/** As GitHub makes the anchor of a heading. */
function slugOf(heading) {
  return heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "").trim().replaceAll(" ", "-");
}

function readHtml(text) {
  const html = text.replace(/<script>[^]*?<\/script>/g, "");
  const all = (pattern) => [...html.matchAll(pattern)].map(([, found]) => unescaped(found));
  return { links: all(/\s(?:href|src)="([^"]*)"/g), anchors: new Set(all(/\sid="([^"]*)"/g)) };
}

function unescaped(text) {
  return text.replaceAll("&amp;", "&").replaceAll("&quot;", '"').replaceAll("&#39;", "'");
}
