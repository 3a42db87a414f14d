// What is built, each a vite configuration of its own. The output is committed: no hash depends on the machine or the
// time.
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { declarations } from "./declarations.mjs";
import { vendored } from "./vendored.mjs";

export const root = resolve(fileURLToPath(import.meta.url), "../..");
export const dist = resolve(root, process.env.DIST ?? "dist");
const at = (path) => resolve(root, path);

const shared = {
  configFile: false,
  root,
  logLevel: "warn",
  define: { "process.env.NODE_ENV": '"production"' },
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
};
const build = {
  target: "es2022",
  sourcemap: false,
  emptyOutDir: true,
  reportCompressedSize: false,
  modulePreload: { polyfill: false },
  assetsInlineLimit: 0,
};

/** A chunk by what it holds: a package's entry is called index. */
const nameOf = ({ name, facadeModuleId }) => /node_modules\/([^/]+)\//.exec(facadeModuleId ?? "")?.[1] ?? name;

/**
 * Names without a hash. A page that was loaded before an upgrade gets its later chunks from after it. They name what
 * they import in full, so that what is not there any more fails at once, as a missing file did.
 */
const named = (dir = "") => ({
  entryFileNames: `${dir}[name].js`,
  chunkFileNames: (chunk) => `${dir}${nameOf(chunk)}.js`,
  assetFileNames: `${dir}[name][extname]`,
  minifyInternalExports: false,
});

const { devDependencies } = JSON.parse(readFileSync(at("package.json"), "utf8"));
const versions = ["preact", "@preact/signals", "@preact/signals-core"].map((name) => devDependencies[name]);
const GUARD = `deps_${versions.join("_").replaceAll(".", "_")}`;

/**
 * What packages export has letters for names, which may mean another thing after an upgrade of theirs: chunks are
 * linked only to those that were built with the same ones.
 */
const guarded = {
  name: "guarded",
  generateBundle(_, bundle) {
    const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
    for (const chunk of chunks) {
      const asks = (from, at) => `import{${GUARD} as ${GUARD}_${at}}from"./${basename(from)}";`;
      chunk.code = chunk.imports.map(asks).join("") + chunk.code;
      if (chunks.some(({ imports }) => imports.includes(chunk.fileName)))
        chunk.code = `${chunk.code.trimEnd()}export const ${GUARD}=1;\n`;
    }
  },
};

/** An ES module and its lazy chunks in dist/<name>/. */
const module_ = (name, entry, base) => ({
  ...shared,
  plugins: [guarded],
  base,
  // a real file beside the chunks: pages allow no blob: address
  worker: { format: "es", rollupOptions: { output: named() } },
  build: {
    ...build,
    outDir: `${dist}/${name}`,
    rollupOptions: {
      input: { [name]: at(entry) },
      // the core holds what its chunks share: one file less to ask for
      preserveEntrySignatures: "allow-extension",
      output: { ...named(), entryFileNames: "core.js" },
    },
  },
});

/** Pages with their scripts and styles in dist/<name>/, served under base. */
const pages = (name, inputs, base, plugins = [guarded]) => ({
  ...shared,
  root: at(`src/${name}`),
  base,
  plugins,
  worker: { format: "es", rollupOptions: { output: named("assets/") } },
  build: {
    ...build,
    outDir: `${dist}/${name}`,
    rollupOptions: {
      output: named("assets/"),
      input: Object.fromEntries(
        inputs.map((file) => [basename(file).replace(/\.\w+$/, ""), at(`src/${name}/${file}`)]),
      ),
    },
  },
});

/** The page of the kit, for who works on the front end: `npm run kit` serves it, no server of ours has it. */
export const kit = { ...shared, root: at("src") };

export const builds = {
  // a classic script, one file: what a site pastes
  loader: {
    ...shared,
    build: {
      ...build,
      emptyOutDir: false,
      outDir: dist,
      lib: {
        entry: at("src/loader/loader.ts"),
        formats: ["iife"],
        name: "SwitchboardLoader",
        fileName: () => "widget.js",
      },
    },
  },
  core: module_("widget", "src/core/core.ts", "./"),
  pages: pages("pages", ["chat-test.html", "test_websocket.html", "help/help.ts"], "/pages/"),
  console: pages("console", ["index.html"], "/console/"),
  // the API's description: nearly all of it is what packages ship
  docs: pages("docs", ["swagger.html", "redoc.html"], "/docs/", [vendored(at("node_modules"))]),
  // the npm package: React stays the site's own, and the first line tells server components to stay out
  react: {
    ...shared,
    esbuild: { ...shared.esbuild, jsxImportSource: "react" },
    plugins: [declarations(at("src"), at("src/react/index.tsx"), "react.d.ts")],
    build: {
      ...build,
      minify: false,
      outDir: `${dist}/npm`,
      lib: { entry: at("src/react/index.tsx"), formats: ["es"], fileName: () => "react.js" },
      rollupOptions: { external: ["react", "react/jsx-runtime"], output: { banner: '"use client";' } },
    },
  },
  // its service worker: a classic script, one file, where its scope begins. After the console, whose build empties the
  // directory
  "console-sw": {
    ...shared,
    build: {
      ...build,
      emptyOutDir: false,
      outDir: `${dist}/console`,
      lib: {
        entry: at("src/console/notifications/sw.ts"),
        formats: ["iife"],
        name: "SwitchboardPush",
        fileName: () => "sw.js",
      },
    },
  },
};
