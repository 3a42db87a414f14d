// node scripts/build.mjs [NAME…]: builds all, or those named, into dist/ (DIST: another directory).
import { build } from "vite";
import { builds } from "./builds.mjs";

const wanted = process.argv.slice(2);
for (const name of wanted)
  if (!(name in builds)) throw new Error(`no build ${name}; there are: ${Object.keys(builds).join(", ")}`);
for (const [name, config] of Object.entries(builds)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  await build(config);
  console.log(`built ${name}`);
}
