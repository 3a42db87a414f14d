/** The address of an article's page in the server's help centre; undefined for any other address. */
export function helpPage(url: string | null | undefined, base: string): string | undefined {
  if (!url) return undefined;
  try {
    const page = new URL(url, `${base}/`);
    const isHere = page.origin === new URL(base).origin;
    return isHere && /^\/help\/[^/]+$/.test(page.pathname) ? page.href : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a click is for us; with a modifier key it is the browser's. */
export const isPlain = (event: MouseEvent): boolean =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
