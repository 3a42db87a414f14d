import { useLayoutEffect, useRef } from "preact/hooks";
import { sanitize } from "../../kit/html";

/** Out to the web and to mail, and to this server's own pages; `//elsewhere` is no path. */
const LINKS = /^(?:https?:|mailto:|\/(?!\/))/i;

/** Formatted text of the server. */
export function Rich({ html }: { html: string }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    place.current?.replaceChildren(sanitize(html, LINKS));
  }, [html]);
  return <div ref={place} class="rich" dir="auto" />;
}
