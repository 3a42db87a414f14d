/** The links of an article's Markdown, checked as far as that goes without asking anybody. */
import { harmless } from "../../ui/inline";
import type { Outline } from "./outline";

/** What is known of a link. */
interface CheckedLink {
  address: string;
  /** `unknown`: well-formed, but nobody asked whether it answers. */
  state: "ok" | "unknown" | "broken";
  says: string;
}

const FENCED = /^ {0,3}(```|~~~)[^\n]*\n[\s\S]*?(?:^ {0,3}\1|(?![\s\S]))/gm;
const CODE = /`[^`\n]*`/g;
const LINK = /(!?)\[[^[\]\n]*\]\(([^()\n]*)\)/g;
const AUTOLINK = /<((?:https?|mailto):[^\s<>]+)>/g;

/** An address that a text links to, or takes an image from. */
interface FoundLink {
  address: string;
  isImage: boolean;
}

/** The addresses of a text, each once, in order. */
export function linksIn(markdown: string): FoundLink[] {
  const text = markdown.replace(/\r\n?/g, "\n").replace(FENCED, "").replace(CODE, "");
  const found = [
    ...[...text.matchAll(LINK)].map(({ index, 1: mark, 2: target = "" }) => ({ index, mark, target })),
    ...[...text.matchAll(AUTOLINK)].map(({ index, 1: target = "" }) => ({ index, mark: "", target })),
  ].sort((a, b) => a.index - b.index);
  const links = new Map<string, FoundLink>();
  for (const { mark, target } of found) {
    const link = { address: addressOf(target), isImage: mark === "!" };
    links.set(`${mark} ${link.address}`, link);
  }
  return [...links.values()];
}

/** Without a title after it and the brackets around it. */
const addressOf = (target: string): string =>
  target
    .trim()
    .replace(/\s+["'].*$/, "")
    .replace(/^<|>$/g, "");

/** Checks a link; the articles are null until they are known. */
export function checkLink({ address, isImage }: FoundLink, articles: readonly Outline[] | null): CheckedLink {
  if (isImage) return { address, ...checkImage(address) };
  const page = /^\/help(?:\/([^/?#]*))?(?:[?#]|$)/.exec(address);
  if (page) return { address, ...checkPage(page[1] ?? "", articles) };
  if (address.startsWith("#")) return { address, state: "ok", says: "A place in this article" };
  const href = harmless(address);
  if (!href || /\s/.test(address))
    return { address, state: "broken", says: "Not an address: it will be shown as text" };
  const isPath = href.startsWith("/");
  return { address, state: "unknown", says: isPath ? "A path of this server; not tried" : "Another site; not tried" };
}

/** Where an article's own images are. */
const IMAGE = /^\/help\/images\/[0-9a-f-]{36}\.(?:png|jpg|gif|webp)$/;

function checkImage(address: string): Omit<CheckedLink, "address"> {
  if (IMAGE.test(address)) return { state: "ok", says: "An image" };
  const href = harmless(address);
  if (!href || /\s/.test(address)) return { state: "broken", says: "An image without an address: none is shown" };
  if (href.startsWith("/")) return { state: "unknown", says: "An image of this server; not tried" };
  return { state: "unknown", says: "An image of another site: shown as a link to it" };
}

function checkPage(encoded: string, articles: readonly Outline[] | null): Omit<CheckedLink, "address"> {
  if (encoded === "") return { state: "ok", says: "The help centre" };
  if (!articles) return { state: "unknown", says: "Being looked up…" };
  const slug = decoded(encoded);
  const article = articles.find((one) => one.slug === slug);
  if (!article) return { state: "broken", says: "No article has this slug" };
  if (article.status === "draft") return { state: "broken", says: `“${article.title}” is not published` };
  return { state: "ok", says: article.title };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
