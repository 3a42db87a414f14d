import { reach } from "../client/problem";
import { sanitizeArticle } from "../kit/html";

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

/** Fetches an article's page from the server at `base` and takes the article out of it. Fails where there is none. */
export async function readPage(href: string, base: string, signal: AbortSignal): Promise<HelpPage> {
  const answer = await reach(href, { signal, headers: { accept: "text/html" } });
  if (!answer.ok) throw new Error(`the article's page answered ${answer.status}`);
  return articleIn(await answer.text(), base);
}

/** The article of a page. */
export function articleIn(html: string, base: string): HelpPage {
  // a document of its own: nothing in it runs or loads
  const page = new DOMParser().parseFromString(html, "text/html");
  const article = page.querySelector("main article") ?? page.querySelector("main");
  if (!article) throw new Error("the page has no article");
  for (const part of article.querySelectorAll(AROUND)) part.remove();
  const heading = article.querySelector("h1") ?? page.querySelector("main h1");
  const title = (heading?.textContent ?? page.title).trim();
  heading?.remove();
  const dir = article.closest<HTMLElement>("[dir]")?.dir;
  return {
    title,
    lang: article.closest<HTMLElement>("[lang]")?.lang ?? "",
    dir: dir === "ltr" || dir === "rtl" ? dir : "auto",
    content: sanitizeArticle(base, article.innerHTML),
  };
}

/** Says what an image shows where it does not load: the site may allow no images but its own. */
export function sayInstead(image: EventTarget | null): void {
  if (!(image instanceof HTMLImageElement)) return;
  const words = document.createElement("span");
  words.className = "undrawn";
  words.textContent = image.alt;
  image.replaceWith(...(image.alt.trim() ? [words] : []));
}
