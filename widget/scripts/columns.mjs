// node scripts/columns.mjs: lines of over 120 columns, and 1 where there are any. Biome breaks code alone, no texts.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { root } from "./builds.mjs";

const WIDEST = 120;
const GENERATED = /^(dist\/|src\/wire\/schema\.ts$)/;

const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard", ".", "../tests/front-ends"], {
  cwd: root,
  encoding: "utf8",
});
const sources = listed
  .split("\n")
  .filter((name) => /\.(tsx?|m?js|css|html|jsonc)$/.test(name) && !GENERATED.test(name));
let isOver = false;
for (const name of sources) {
  // deleted, and not yet committed
  if (!existsSync(`${root}/${name}`)) continue;
  for (const [at, line] of readFileSync(`${root}/${name}`, "utf8").split("\n").entries()) {
    const columns = [...line].length;
    if (columns <= WIDEST) continue;
    console.log(`${name}:${at + 1} has ${columns} columns`);
    isOver = true;
  }
}
process.exit(isOver ? 1 : 0);
