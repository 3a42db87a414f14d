import DOMPurify from "dompurify";
import { onServer } from "./url";

const ALLOWED = {
  ALLOWED_TAGS: [
    "p",
    "br",
    "strong",
    "em",
    "del",
    "code",
    "pre",
    "ul",
    "ol",
    "li",
    "blockquote",
    "a",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "mark",
  ],
  ALLOWED_ATTR: ["href", "start"],
  ADD_URI_SAFE_ATTR: ["start"],
  RETURN_DOM_FRAGMENT: true as const,
};

/** Where links of a text may lead: to the web, mail and telephone; to no path of the page's own site. */
const OUT = /^(?:https?:|mailto:|tel:)/i;
/** The same, and to paths of the server. */
const OUT_AND_SERVER = /^(?:https?:|mailto:|tel:|\/(?![/\\]))/i;

/**
 * The server's HTML as nodes that cannot run anything: our own list of tags, links that open in a new tab
 * and send no referrer. `links` is what an address has to match; one that does not is no link.
 */
export function sanitize(html: string, links = OUT): DocumentFragment {
  const nodes = DOMPurify.sanitize(html, { ...ALLOWED, ALLOWED_URI_REGEXP: links });
  for (const link of nodes.querySelectorAll("a")) {
    link.target = "_blank";
    link.rel = "noopener noreferrer nofollow";
  }
  return nodes;
}

/** The same on another site's page: a path is one of the server at `base`, never of the page's own site. */
export function sanitizeFrom(base: string, html: string): DocumentFragment {
  const nodes = sanitize(html, OUT_AND_SERVER);
  for (const link of nodes.querySelectorAll("a[href]"))
    link.setAttribute("href", onServer(link.getAttribute("href") ?? "", base));
  return nodes;
}
