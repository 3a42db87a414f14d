/** A path on the server as an address; what is one already stays. `base` has no slash at its end. */
export const onServer = (url: string, base: string): string => (/^\/(?![/\\])/.test(url) ? base + url : url);

/** An address that may become a link: http, https or mailto, or a path on the server. */
export function safeUrl(url: string | null | undefined, base: string): string | undefined {
  if (!url) return undefined;
  try {
    const parsed = new URL(onServer(url, base), `${base}/`);
    return ["http:", "https:", "mailto:"].includes(parsed.protocol) ? parsed.href : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The address of an image that the server at `base` keeps for its articles, as one of them names it; undefined for any
 * other address.
 */
export function imageUrl(src: string | null | undefined, base: string): string | undefined {
  try {
    // an article's page is beside the images' folder, and may name them from there
    const { href } = new URL(onServer(src ?? "", base), `${base}/help/`);
    const images = new URL(`${base}/help/images/`).href;
    return href.startsWith(images) && /^[\w-]+\.\w+$/.test(href.slice(images.length)) ? href : undefined;
  } catch {
    return undefined;
  }
}
