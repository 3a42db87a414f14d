/** An address that may become a link: http, https or mailto, or a path on the server. */
export function safeUrl(url: string | null | undefined, base: string): string | undefined {
  if (!url) return undefined;
  try {
    const parsed = new URL(url, `${base}/`);
    return ["http:", "https:", "mailto:"].includes(parsed.protocol) ? parsed.href : undefined;
  } catch {
    return undefined;
  }
}
