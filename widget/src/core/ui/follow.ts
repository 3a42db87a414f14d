import { helpPage, isPlain } from "../help";
import type { View } from "../view";

/** A click on a link to an article of the help centre opens it in the panel; any other link is the browser's. */
export function followHelp(view: View, event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const page = helpPage(link?.href, view.options.value.apiBase);
  if (!link || !page || !isPlain(event)) return;
  event.preventDefault();
  view.openArticle(page, link);
}
