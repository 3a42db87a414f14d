import { expect, test } from "vitest";
import { sanitize, sanitizeFrom } from "./html";
import { safeUrl } from "./url";

const clean = (html: string, links?: RegExp) => {
  const box = document.createElement("div");
  box.append(sanitize(html, links));
  return box.innerHTML;
};

test("nothing that runs, loads or styles is left", () => {
  for (const html of [
    `<img src=x onerror=alert(1)>`,
    `<svg onload=alert(1)><a href="javascript:alert(1)">x</a></svg>`,
    `<p style="background:url(//evil)" class="a" onclick=alert(1)>text</p>`,
    `<a href="javascript:alert(1)">x</a>`,
    `<a href="data:text/html,<script>alert(1)</script>">x</a>`,
    `<iframe src="//evil"></iframe><form action="//evil"><input></form>`,
    `<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>`,
  ])
    expect(clean(html)).not.toMatch(/script|onerror|onload|onclick|style|src=|<svg|<iframe|<form|data:/i);
});

test("text markup stays, and links open elsewhere without telling where from", () => {
  expect(clean("<p><strong>a</strong> <code>b</code></p>")).toBe("<p><strong>a</strong> <code>b</code></p>");
  expect(clean(`<a href="https://example.com/">x</a>`)).toBe(
    `<a href="https://example.com/" target="_blank" rel="noopener noreferrer nofollow">x</a>`,
  );
});

test("only http, https and mailto become links", () => {
  const base = "https://chat.example.com";
  expect(safeUrl("/help/a", base)).toBe("https://chat.example.com/help/a");
  expect(safeUrl("/help/a", "https://example.com/chat")).toBe("https://example.com/chat/help/a");
  expect(safeUrl("mailto:a@example.com", base)).toBe("mailto:a@example.com");
  for (const url of ["javascript:alert(1)", " JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", null, ""])
    expect(safeUrl(url, base)).toBeUndefined();
});

test("a host says where its links may lead; elsewhere there is no link, and lists count on from their start", () => {
  const own = /^(?:https?:|\/(?!\/))/i;
  expect(clean(`<a href="/help">x</a>`)).not.toContain("href");
  expect(clean(`<a href="/help">x</a>`, own)).toContain(`href="/help"`);
  for (const href of ["//evil.example", "tel:1", "javascript:alert(1)", "data:text/html,x"])
    expect(clean(`<a href="${href}">x</a>`, own)).not.toContain("href");
  expect(clean(`<ol start="3"><li id="app" title="t">a</li></ol>`)).toBe(`<ol start="3"><li>a</li></ol>`);
});

test("on another site's page a path leads to the server, and to nothing of that site", () => {
  const shown = (html: string, base = "https://chat.example.com") => {
    const box = document.createElement("div");
    box.append(sanitizeFrom(base, html));
    return box.innerHTML;
  };
  const link = (href: string) => `<a href="${href}" target="_blank" rel="noopener noreferrer nofollow">x</a>`;
  expect(shown(`<a href="/help/orders">x</a>`)).toBe(link("https://chat.example.com/help/orders"));
  expect(shown(`<a href="/help/orders">x</a>`, "https://example.com/chat")).toBe(
    link("https://example.com/chat/help/orders"),
  );
  expect(shown(`<a href="https://example.com/a">x</a>`)).toBe(link("https://example.com/a"));
  for (const href of ["//evil.example", "/\\evil.example", "help/orders", "#a", "javascript:alert(1)"])
    expect(shown(`<a href="${href}">x</a>`)).not.toContain("href");
});

test("of what runs, loads or hides not even the text is left", () => {
  expect(clean(`<svg onload=alert(1)></svg><script>1</script><style>*{}</style><form><input name=x></form>`)).toBe("");
});
