import { useState } from "preact/hooks";
import { describe } from "../../../client/problem";
import { Button, toast } from "../../ui";
import { knowledge } from "./api";

/** So long the browser has to take a file over. */
const KEPT_MS = 60_000;

/** All articles as a ZIP of Markdown files, which can be imported again. */
export function ExportButton() {
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      save(await knowledge.exported(), "articles.zip");
    } catch (error) {
      toast(describe(error), "error");
    }
    setBusy(false);
  };
  return (
    <Button busy={busy} onClick={() => void run()}>
      Export
    </Button>
  );
}

/** Gives a file to the browser's downloads: what needs a token cannot be a link. Nothing is loaded from its address. */
function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
