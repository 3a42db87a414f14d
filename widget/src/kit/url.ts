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
