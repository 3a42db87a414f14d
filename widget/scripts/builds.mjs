// What is built, each a vite configuration of its own. The output is committed: no hash depends on the machine or the
// time.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { declarations } from "./declarations.mjs";

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

/** An ES module and its lazy chunks in dist/<name>/. */
const module_ = (name, entry, base) => ({
  ...shared,
  base,
  // a real file beside the chunks: pages allow no blob: address
  worker: { format: "es", rollupOptions: { output: { entryFileNames: "[name]-[hash].js" } } },
  build: {
    ...build,
    outDir: `${dist}/${name}`,
    rollupOptions: {
      input: { [name]: at(entry) },
      preserveEntrySignatures: "strict",
      output: {
        entryFileNames: "core.js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
});

/** Pages with their scripts and styles in dist/<name>/, served under base. */
const pages = (name, inputs, base) => ({
  ...shared,
  root: at(`src/${name}`),
  base,
  build: {
    ...build,
    outDir: `${dist}/${name}`,
    rollupOptions: {
      input: Object.fromEntries(inputs.map((page) => [page.replace(/\.html$/, ""), at(`src/${name}/${page}`)])),
    },
  },
});

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
  pages: pages("pages", ["chat-test.html", "test_websocket.html"], "/pages/"),
  console: pages("console", ["index.html"], "/console/"),
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
