/** The server's HTML of a message, cleaned once more here: nothing that it holds can run or load. */
import DOMPurify from "dompurify";

const purifier = DOMPurify(window);
const ADDRESS = /^(https?:|mailto:)/i;

purifier.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName !== "A") return;
  const target = node.getAttribute("href") ?? "";
  if (!ADDRESS.test(target)) {
    // a path of this server would be one of the console's: only whole addresses are links
    if (!/^\/(?!\/)/.test(target)) return node.removeAttribute("href");
  }
  node.setAttribute("target", "_blank");
  node.setAttribute("rel", "noopener noreferrer nofollow");
});

export function sanitized(html: string): DocumentFragment {
  return purifier.sanitize(html, {
    ALLOWED_TAGS: [
      "a",
      "p",
      "br",
      "strong",
      "b",
      "em",
      "i",
      "s",
      "del",
      "code",
      "pre",
      "blockquote",
      "ul",
      "ol",
      "li",
      "h1",
      "h2",
      "h3",
      "h4",
      "h5",
      "h6",
      "hr",
      "table",
      "thead",
      "tbody",
      "tr",
      "th",
      "td",
      "mark",
      "span",
    ],
    ALLOWED_ATTR: ["href", "title", "start", "dir", "lang"],
    ALLOW_DATA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
}
