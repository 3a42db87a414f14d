// What packages ship as whole scripts for a page, copied as it is, each with its licences.
import { readFileSync } from "node:fs";

/** Redoc shows its maker's logo beside "API docs by Redocly". */
const LOGO = "https://cdn.redoc.ly/redoc/logo-mini.svg";

/** A page of ours loads nothing from elsewhere: a picture without an address is left out. */
const withoutLogo = (text) => {
  const parts = text.split(`"${LOGO}"`);
  if (parts.length !== 2) throw new Error(`redoc names ${LOGO} ${parts.length - 1} times, not once`);
  return parts.join('""');
};

const packages = {
  // 5.32: from 5.33 on only the operations in sight are in the page, and a browser's search finds no others
  // (swagger-api/swagger-ui#11056)
  "swagger-ui-dist": {
    folder: "swagger-ui",
    files: ["swagger-ui-bundle.js", "swagger-ui.css", "swagger-ui-bundle.js.LICENSE.txt", "LICENSE", "NOTICE"],
  },
  redoc: {
    folder: "redoc",
    files: [
      "bundles/redoc.standalone.js",
      "bundles/redoc.standalone.js.LICENSE.txt",
      "bundles/d87bcbdbea8f8f5aa26f.worker.js.LICENSE.txt",
      "LICENSE",
    ],
    changed: { "bundles/redoc.standalone.js": withoutLogo },
  },
};

/** The maps are not here: a browser's tools would ask for them. */
const withoutMap = (text) => text.replace(/\s*\/[/*]# sourceMappingURL=\S+?(\*\/)?\s*$/, "\n");

/** By its last name; a licence's has no extension, and is a text. */
const nameOf = (file) => file.replace(/^.*\//, "").replace(/^[A-Z]+$/, "$&.txt");

/** A vite plugin: emits the packages' files, each package's in a folder of its own; `modules` is `node_modules`. */
export const vendored = (modules) => ({
  name: "vendored",
  generateBundle() {
    for (const [name, { folder, files, changed = {} }] of Object.entries(packages))
      for (const file of files) {
        const text = withoutMap(readFileSync(`${modules}/${name}/${file}`, "utf8"));
        const source = changed[file]?.(text) ?? text;
        this.emitFile({ type: "asset", fileName: `${folder}/${nameOf(file)}`, source });
      }
  },
});
