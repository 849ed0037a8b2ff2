// Runs `npm ci` when what is installed is not what package.json and the lock file say, and only then.
import { execSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const stamp = "node_modules/.installed";
const wanted = ["package.json", "package-lock.json"]
  .reduce((hash, file) => hash.update(readFileSync(file)), createHash("sha256"))
  .update(`${process.platform} ${process.arch} ${process.version}`)
  .digest("hex");

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  execSync("npm ci --include=dev --no-audit --no-fund", { stdio: "inherit" });
  writeFileSync(stamp, wanted);
}
