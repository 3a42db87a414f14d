import type { ComponentChildren } from "preact";
import mark from "../icon.svg";

const PAGES = [
  { path: "/chat-test", name: "Chat widget" },
  { path: "/test_websocket.html", name: "Three clients" },
  { path: "/console", name: "Console" },
  { path: "/docs", name: "API" },
];

/** The head of a test page: what it is, and the way to the others. */
export function Bar({ title, current, children }: { title: string; current: string; children?: ComponentChildren }) {
  return (
    <header class="bar">
      <img class="mark" src={mark} alt="" width={30} height={30} />
      <h1>{title}</h1>
      {children}
      <nav aria-label="Pages">
        {PAGES.map((page) => (
          <a key={page.path} href={page.path} aria-current={page.path === current ? "page" : undefined}>
            {page.name}
          </a>
        ))}
      </nav>
    </header>
  );
}
