// Makes docs/images/demo.svg, the moving picture of the README: a file is edited, broken and mended while
// `agent-registry watch` follows it in a terminal. All of it is what was printed; needs tmux.
//
//   npm run build && node scripts/build-demo.mjs
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

const COLUMNS = 90;
const ROWS = { watch: 23, shell: 3 };
const REGISTRY = `agents:
  order_intake:
    name: Order intake
    category: production
    environment: production
    owner: orders
    version: 3.4.1
    location: agents/orders/intake
  smoke_test:
    name: Smoke test
    category: test
    environment: test
    owner: platform
    version: 1.0.0
    location: agents/smoke
  translator:
    name: Translator
    category: system
    environment: production
    owner: platform
    version: 4.0.3
    location: agents/shared/translator
`;
/** What is typed in the lower half, and what must then appear in the upper one. */
const EDITS = [
  ["sed -i 's/version: 4.0.3/version: 4.1.0/' agents.yaml", "revision 2", 2_600],
  ["sed -i 's/category: test/category: tests/' agents.yaml  # broken", "did you mean", 5_000],
  ["sed -i 's/tests/test/' agents.yaml  # mended", "in sync again", 3_500],
];

const folder = mkdtempSync(join(tmpdir(), "agent-registry-demo-"));
const server = `agent-registry-demo-${process.pid}`;
const tmux = (...args) => execFileSync("tmux", ["-L", server, ...args], { encoding: "utf8" });
const screen = (pane) => tmux("capture-pane", "-e", "-p", "-t", `demo:0.${pane}`);
const frames = [];
const take = (ms) =>
  void frames.push({ ms, lines: [...rows(0, "watch"), RULE, ...rows(1, "shell")] });
const RULE = "\x1b[2m" + "─".repeat(COLUMNS);
/** Codes of a style. */
const STYLE = "\x1b\\[([\\d;]*)m";

/** The rows of half the screen. A style lasts until the next one, beyond the end of its row. */
function rows(pane, name) {
  const lines = screen(pane).split("\n").slice(0, ROWS[name]);
  let styles = "";
  return Array.from({ length: ROWS[name] }, (_, row) => {
    const line = styles + (lines[row] ?? "");
    styles = line.match(new RegExp(STYLE, "g"))?.join("").replace(/.*\[0?m/, "") ?? "";
    return line.replace(new RegExp(`(?:${STYLE})+$`), "");
  });
}

/** Types a command, and keeps a frame of every few characters. */
async function type(pane, command) {
  for (const part of command.match(/.{1,6}/g)) {
    tmux("send-keys", "-t", `demo:0.${pane}`, "-l", part);
    await appears(pane, part.trim().at(-1));
    take(90);
  }
  take(350);
  tmux("send-keys", "-t", `demo:0.${pane}`, "Enter");
}

async function appears(pane, text) {
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(30)) {
    if (screen(pane).replace(new RegExp(STYLE, "g"), "").includes(text)) return;
  }
  throw new Error(`"${text}" does not appear:\n${screen(pane)}`);
}

try {
  mkdirSync(join(folder, "node_modules/@agent-registry"), { recursive: true });
  mkdirSync(join(folder, "node_modules/.bin"));
  symlinkSync(resolve("."), join(folder, "node_modules/@agent-registry/rx"));
  symlinkSync(resolve("dist/cli.js"), join(folder, "node_modules/.bin/agent-registry"));
  writeFileSync(join(folder, "package.json"), "{}");
  writeFileSync(join(folder, "agents.yaml"), REGISTRY);

  const shell = ["env", "PS1=$ ", "TERM=xterm-256color", "bash", "--norc", "--noprofile"];
  const size = ["-x", COLUMNS, "-y", ROWS.watch + 1 + ROWS.shell].map(String);
  tmux("new-session", "-d", "-s", "demo", ...size, "-c", folder, ...shell);
  tmux("set", "status", "off");
  tmux("split-window", "-t", "demo", "-l", String(ROWS.shell), "-c", folder, ...shell);
  await appears(0, "$");
  await appears(1, "$");
  await type(0, "npx agent-registry watch agents.yaml");
  await appears(0, "revision 1");
  take(2_000);
  for (const [command, printed, ms] of EDITS) {
    tmux("send-keys", "-t", "demo:0.1", "C-l");
    await sleep(200);
    await type(1, command);
    await appears(0, printed);
    await sleep(200);
    take(ms);
  }
} finally {
  try {
    tmux("kill-server");
  } catch {
    // It never started.
  }
  rmSync(folder, { recursive: true, force: true });
}
writeFileSync("docs/images/demo.svg", toSvg(frames));
console.log(`docs/images/demo.svg: ${frames.length} frames`);

/** One row above the other, and an animation that moves the strip from frame to frame. */
function toSvg(frames) {
  const [cell, line, pad] = [8.4, 19, 14];
  const height = frames[0].lines.length * line + 2 * pad;
  const width = Math.ceil(COLUMNS * cell + 2 * pad);
  const rows = new Map();
  const strip = frames.map(({ lines }, at) =>
    lines.map((text, row) => {
      if (text.trim() === "") return "";
      if (!rows.has(text)) rows.set(text, `r${rows.size}`);
      return `<use href="#${rows.get(text)}" y="${at * height + pad + (row + 0.75) * line}"/>`;
    }).join("")
  );
  const total = frames.reduce((sum, { ms }) => sum + ms, 0);
  let start = 0;
  const steps = frames.map(({ ms }, at) => {
    const step = `${(start / total * 100).toFixed(2)}%{transform:translateY(${-at * height}px)}`;
    start += ms;
    return step;
  });
  // Who wants no motion, or cannot have it, sees the frame that is shown longest: what broke, and where.
  const still = frames.reduce((best, { ms }, at) => ms > frames[best].ms ? at : best, 0);
  const defs = [...rows].map(([text, id]) => `<g id="${id}">${toSpans(text, cell, pad)}</g>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" \
height="${height}" role="img" aria-label="A registry file is edited, broken and mended in a terminal, \
while agent-registry watch tells what changed, what is wrong and where, and that all is well again">
<style>
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre;fill:#d6d8de}
.b{font-weight:700}.d{fill:#8b8f9a}.r{fill:#ff8f86}.g{fill:#7fd89b}.y{fill:#eec06e}
.strip{transform:translateY(${-still * height}px);animation:play ${total / 1000}s step-end infinite}
@keyframes play{${steps.join("")}}
@media (prefers-reduced-motion:reduce){.strip{animation:none}}
</style>
<rect width="100%" height="100%" rx="10" fill="#16181d"/>
<defs>${defs.join("\n")}</defs>
<g class="strip">
${strip.join("\n")}
</g>
</svg>
`;
}

/** The coloured stretches of a row, each at its column: a terminal's grid, whatever the font. */
function toSpans(text, cell, pad) {
  const style = { b: false, d: false, color: "" };
  let column = 0;
  let spans = "";
  for (const [, codes, plain] of text.matchAll(new RegExp(`${STYLE}|([^\x1b]+)`, "g"))) {
    if (plain === undefined) {
      for (const code of (codes || "0").split(";").map(Number)) {
        if (code === 0) Object.assign(style, { b: false, d: false, color: "" });
        else if (code === 1) style.b = true;
        else if (code === 2) style.d = true;
        else if (code === 22) style.b = style.d = false;
        else if (code === 39) style.color = "";
        else style.color = { 31: "r", 32: "g", 33: "y" }[code] ?? style.color;
      }
      continue;
    }
    for (const { 0: words, index } of plain.matchAll(/\S+(?: \S+)*/g)) {
      const at = pad + (column + index) * cell;
      const names = [style.b && "b", style.d && "d", style.color].filter(Boolean).join(" ");
      const escaped = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
      spans += `<text x="${at.toFixed(1)}" textLength="${(words.length * cell).toFixed(1)}"${
        names && ` class="${names}"`
      }>${escaped}</text>`;
    }
    column += plain.length;
  }
  return spans;
}
