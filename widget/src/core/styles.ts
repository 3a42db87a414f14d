import tokens from "../kit/tokens.css?inline";
import widget from "./ui/widget.css?inline";

const made = new Map<string, CSSStyleSheet>();

/** One sheet per text, shared by all widgets of a page. */
function sheetOf(css: string): CSSStyleSheet {
  let sheet = made.get(css);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    made.set(css, sheet);
  }
  return sheet;
}

/** What the closed widget needs. */
export const styles = (): CSSStyleSheet[] => [tokens, widget].map(sheetOf);

/** Adds styles to the shadow root that an element is in: those of a part that was loaded later. */
export function adopt(element: Element | null, css: readonly string[]): void {
  const root = element?.getRootNode();
  if (!(root instanceof ShadowRoot)) return;
  const missing = css.map(sheetOf).filter((sheet) => !root.adoptedStyleSheets.includes(sheet));
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...missing];
}
