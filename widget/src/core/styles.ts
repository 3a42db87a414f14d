import tokens from "../kit/tokens.css?inline";
import composer from "./ui/composer.css?inline";
import message from "./ui/message.css?inline";
import widget from "./ui/widget.css?inline";

let sheets: CSSStyleSheet[] | undefined;

/** The style sheets of the shadow root, shared by all widgets of a page. */
export function styles(): CSSStyleSheet[] {
  return (sheets ??= [tokens, widget, message, composer].map((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    return sheet;
  }));
}
