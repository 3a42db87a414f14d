import { useLayoutEffect, useRef } from "preact/hooks";
import { sanitized } from "./html";

/** Formatted text of the server. */
export function Rich({ html }: { html: string }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    place.current?.replaceChildren(sanitized(html));
  }, [html]);
  return <div ref={place} class="rich" dir="auto" />;
}
