// The types of a package: of the module that it is, and of those that this one takes its types from.
import { relative } from "node:path";
import ts from "typescript";

const OPTIONS = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  jsx: ts.JsxEmit.ReactJSX,
  strict: true,
  skipLibCheck: true,
  declaration: true,
  emitDeclarationOnly: true,
};

/** Declarations are resolved by the site's rules, some of which want every file's whole name. */
const withExtensions = (text) => text.replace(/(from "\.[^"]*)"/g, '$1.js"');

/** A vite plugin: emits the declarations of `entry` (below `source`) as `fileName`, the others beside it. */
export const declarations = (source, entry, fileName) => ({
  name: "declarations",
  generateBundle() {
    const program = ts.createProgram([entry], { ...OPTIONS, rootDir: source, outDir: source });
    for (const { messageText } of ts.getPreEmitDiagnostics(program))
      this.error(ts.flattenDiagnosticMessageText(messageText, "\n"));
    program.emit(undefined, (path, text) =>
      this.emitFile({ type: "asset", fileName: relative(source, path), source: withExtensions(text) }),
    );
    const main = relative(source, entry).replace(/\.tsx?$/, ".js");
    this.emitFile({ type: "asset", fileName, source: `export * from "./${main}";\n` });
  },
});
