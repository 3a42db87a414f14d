// The types of a package of one module, from what it exports.
import { readFileSync } from "node:fs";
import ts from "typescript";

/** A vite plugin: emits `entry`'s declarations as `fileName`. */
export const declarations = (entry, fileName) => ({
  name: "declarations",
  generateBundle() {
    const compilerOptions = {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      jsx: ts.JsxEmit.ReactJSX,
      strict: true,
    };
    const { outputText, diagnostics } = ts.transpileDeclaration(readFileSync(entry, "utf8"), {
      fileName: entry,
      compilerOptions,
      reportDiagnostics: true,
    });
    for (const { messageText } of diagnostics ?? []) this.error(ts.flattenDiagnosticMessageText(messageText, "\n"));
    this.emitFile({ type: "asset", fileName, source: outputText });
  },
});
