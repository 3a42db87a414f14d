// node scripts/sizes.mjs: the gzipped sizes of what is built, against their limits; 1 where one is over.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { dist } from "./builds.mjs";

const KIB = 1024;
const read = (name) => readFileSync(join(dist, name), "utf8");
const size = (name) => gzipSync(read(name)).length;

/** A module and everything that it imports statically. */
function withImports(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  for (const [, from] of read(`widget/${name}`).matchAll(
    /(?:^|[;}\s])(?:import|export)\b[^;"'()]*?["']\.\/([^"']+)["']/g,
  ))
    withImports(from, found);
  return found;
}

const files = readdirSync(join(dist, "widget")).filter((name) => /\.(js|css)$/.test(name));
const core = withImports("core.js");
const lazy = files.filter((name) => !core.has(name));
const groups = [
  { what: "loader", limit: 3 * KIB, files: ["widget.js"] },
  { what: "core", limit: 30 * KIB, files: [...core].map((name) => `widget/${name}`) },
  { what: "lazy, all together", limit: 45 * KIB, files: lazy.map((name) => `widget/${name}`) },
];

let isOver = false;
for (const { what, limit, files } of groups) {
  const total = files.reduce((sum, name) => sum + size(name), 0);
  isOver ||= total > limit;
  console.log(
    `${what.padEnd(22)}${(total / KIB).toFixed(1).padStart(7)} KiB of ${limit / KIB}${total > limit ? "  OVER" : ""}`,
  );
  for (const name of files.sort()) console.log(`  ${name.padEnd(40)}${(size(name) / KIB).toFixed(1).padStart(7)} KiB`);
}
process.exit(isOver ? 1 : 0);
