/** The console's places are paths under /console. */
import { signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";

interface Route {
  /** Below /console, without slashes around it: "", "conversations/<id>", "articles". */
  path: string;
  query: URLSearchParams;
}

const BASE = "/console";

function here(): Route {
  const path = location.pathname.startsWith(BASE) ? location.pathname.slice(BASE.length) : "";
  return { path: path.replace(/^\/+|\/+$/g, ""), query: new URLSearchParams(location.search) };
}

/** Where the person is. */
export const route = signal<Route>(here());

addEventListener("popstate", () => {
  route.value = here();
});

/** The whole path of a place: of "articles" and "/console/articles" the same. */
function href(path: string): string {
  if (path === BASE || path.startsWith(`${BASE}/`) || path.startsWith(`${BASE}?`)) return path;
  const tail = path.replace(/^\/+/, "");
  return tail && !tail.startsWith("?") ? `${BASE}/${tail}` : `${BASE}${tail}`;
}

/** Goes to a place of the console. */
export function go(path: string, { replace = false } = {}): void {
  const to = href(path);
  if (to === location.pathname + location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", to);
  route.value = here();
}

/** The conversation that is open. */
export function openConversation(at: Route = route.value): string | null {
  return /^conversations\/([^/]+)$/.exec(at.path)?.[1] ?? null;
}

interface LinkProps extends Omit<JSX.AnchorHTMLAttributes<HTMLAnchorElement>, "href"> {
  to: string;
  children?: ComponentChildren;
}

/** A link within the console; with a modifier key it is the browser's. */
export function Link({ to, children, onClick, ...rest }: LinkProps) {
  return (
    <a
      {...rest}
      href={href(to)}
      onClick={(event) => {
        (onClick as ((event: MouseEvent) => void) | undefined)?.(event);
        if (
          event.defaultPrevented ||
          event.button !== 0 ||
          event.metaKey ||
          event.ctrlKey ||
          event.shiftKey ||
          event.altKey
        )
          return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}
