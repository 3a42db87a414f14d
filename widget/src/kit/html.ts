import DOMPurify from "dompurify";
import { imageUrl, onServer } from "./url";

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

/** With images, whose every address is judged afterwards: here some would be lost that lead to the server. */
const WITH_IMAGES = {
  ...ALLOWED,
  ALLOWED_TAGS: [...ALLOWED.ALLOWED_TAGS, "img"],
  ADD_ATTR: (name: string, tag: string) => tag === "img" && (name === "src" || name === "alt"),
  ADD_URI_SAFE_ATTR: [...ALLOWED.ADD_URI_SAFE_ATTR, "src"],
};

/** Where links of a text may lead: to the web, mail and telephone; to no path of the page's own site. */
const OUT = /^(?:https?:|mailto:|tel:)/i;
/** The same, and to paths of the server. */
const OUT_AND_SERVER = /^(?:https?:|mailto:|tel:|\/(?![/\\]))/i;

/**
 * The server's HTML as nodes that cannot run anything: our own list of tags, links that open in a new tab
 * and send no referrer. `links` is what an address has to match; one that does not is no link.
 */
export function sanitize(html: string, links = OUT, allowed: typeof ALLOWED = ALLOWED): DocumentFragment {
  const nodes = DOMPurify.sanitize(html, { ...allowed, ALLOWED_URI_REGEXP: links });
  for (const link of nodes.querySelectorAll("a")) opensElsewhere(link);
  return nodes;
}

function opensElsewhere(link: HTMLAnchorElement): void {
  link.target = "_blank";
  link.rel = "noopener noreferrer nofollow";
}

/** The same on another site's page: a path is one of the server at `base`, never of the page's own site. */
export function sanitizeFrom(base: string, html: string, allowed = ALLOWED): DocumentFragment {
  const nodes = sanitize(html, OUT_AND_SERVER, allowed);
  for (const link of nodes.querySelectorAll("a[href]"))
    link.setAttribute("href", onServer(link.getAttribute("href") ?? "", base));
  return nodes;
}

/**
 * An article of the server at `base`. Unlike a message it shows images, but none of elsewhere: of these there is what
 * they show, in words.
 */
export function sanitizeArticle(base: string, html: string): DocumentFragment {
  const nodes = sanitizeFrom(base, html, WITH_IMAGES);
  for (const image of nodes.querySelectorAll("img")) {
    const src = imageUrl(image.getAttribute("src"), base);
    if (src) show(image, src);
    else image.replaceWith(image.alt);
  }
  return nodes;
}

/** Shows an image from this address, to which it leads: there it is as large as it is. */
function show(image: HTMLImageElement, src: string): void {
  // before its address: who does not scroll to it loads nothing
  image.setAttribute("loading", "lazy");
  image.setAttribute("referrerpolicy", "no-referrer");
  image.setAttribute("alt", image.alt);
  image.src = src;
  // a link without words says nothing to whoever cannot see
  if (image.alt.trim() === "" || image.closest("a")) return;
  const link = image.ownerDocument.createElement("a");
  link.href = src;
  opensElsewhere(link);
  image.replaceWith(link);
  link.append(image);
}
