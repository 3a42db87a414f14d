import { safeUrl } from "../kit/url";

/** The address of an article's page in the help centre of the server at `base`; undefined for any other address. */
export function helpPage(url: string | null | undefined, base: string): string | undefined {
  const page = safeUrl(url, base);
  const centre = safeUrl("/help/", base);
  return page && centre && page.startsWith(centre) && /^[^/?#]+(?:[?#]|$)/.test(page.slice(centre.length))
    ? page
    : undefined;
}

/** Whether a click is for us; with a modifier key it is the browser's. */
export const isPlain = (event: MouseEvent): boolean =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
