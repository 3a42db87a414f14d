import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

// In this repository the packages are those of widget/node_modules, and ours is its build: nothing more is installed.
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at("."),
  esbuild: { jsx: "automatic", jsxImportSource: "react" },
  resolve: { alias: { "@switchboard/widget/react": at("../../dist/npm/react.js") }, dedupe: ["react", "react-dom"] },
  build: { outDir: process.env["OUT_DIR"] ?? "dist", emptyOutDir: true },
  server: { port: 5173 },
});
