import { reach } from "../client/problem";
import { sanitize } from "../kit/html";

/** An article of the help centre, as its page has it. */
export interface HelpPage {
  title: string;
  /** The article's language, empty where the page does not say, and direction. */
  lang: string;
  dir: "ltr" | "rtl" | "auto";
  content: DocumentFragment;
}

/** What stands on the page around an article: its own ways on, which are ours here. */
const AROUND = "form, nav, aside, footer, button, script, style, template, noscript";

/** Fetches an article's page and takes the article out of it, cleaned. Fails where there is none. */
export async function readPage(href: string, signal: AbortSignal): Promise<HelpPage> {
  const answer = await reach(href, { signal, headers: { accept: "text/html" } });
  if (!answer.ok) throw new Error(`the article's page answered ${answer.status}`);
  return articleIn(await answer.text(), href);
}

/** The article of a page. */
export function articleIn(html: string, href: string): HelpPage {
  // a document of its own: nothing in it runs or loads
  const page = new DOMParser().parseFromString(html, "text/html");
  const article = page.querySelector("main article") ?? page.querySelector("main");
  if (!article) throw new Error("the page has no article");
  for (const part of article.querySelectorAll(AROUND)) part.remove();
  const heading = article.querySelector("h1") ?? page.querySelector("main h1");
  const title = (heading?.textContent ?? page.title).trim();
  heading?.remove();
  for (const link of article.querySelectorAll("a[href]")) link.setAttribute("href", absolute(link, href));
  const dir = article.closest<HTMLElement>("[dir]")?.dir;
  return {
    title,
    lang: article.closest<HTMLElement>("[lang]")?.lang ?? "",
    dir: dir === "ltr" || dir === "rtl" ? dir : "auto",
    content: sanitize(article.innerHTML),
  };
}

/** Where a link leads, seen from its page. */
function absolute(link: Element, href: string): string {
  const target = link.getAttribute("href") ?? "";
  try {
    return new URL(target, href).href;
  } catch {
    return target;
  }
}
