import { expect, test } from "vitest";
import { sanitize, sanitizeArticle, sanitizeFrom } from "./html";
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

const NAME = "0199a1b2-0000-7000-8000-0123456789ab.png";
const AT = "https://chat.example.com/help/images/";

const article = (html: string, base = "https://chat.example.com") => {
  const box = document.createElement("div");
  box.append(sanitizeArticle(base, html));
  return box;
};

test("an article's image is the server's own, comes when it is looked at, and leads to itself", () => {
  const box = article(`<p><img src="/help/images/${NAME}" alt="The red button"></p>`);
  const [image] = box.querySelectorAll("img");
  expect([...(image?.attributes ?? [])].map(({ name, value }) => [name, value]).sort()).toEqual([
    ["alt", "The red button"],
    ["loading", "lazy"],
    ["referrerpolicy", "no-referrer"],
    ["src", AT + NAME],
  ]);
  const link = image?.closest("a");
  expect([link?.getAttribute("href"), link?.target, link?.rel]).toEqual([
    AT + NAME,
    "_blank",
    "noopener noreferrer nofollow",
  ]);
});

test("an image's address may be written in each way that leads to the server's images", () => {
  const address = (src: string, base?: string) => article(`<img src="${src}" alt="x">`, base).querySelector("img")?.src;
  for (const src of [`${AT}${NAME}`, `images/${NAME}`, `./images/${NAME}`, `../help/images/${NAME}`])
    expect(address(src), src).toBe(AT + NAME);
  const below = `https://example.com/chat/help/images/${NAME}`;
  for (const src of [`/help/images/${NAME}`, `images/${NAME}`, below])
    expect(address(src, "https://example.com/chat"), src).toBe(below);
});

test("of every other image nothing but its description is shown", () => {
  for (const src of [
    "x",
    "",
    "https://evil.example/help/images/a.png",
    `//evil.example/help/images/${NAME}`,
    `/\\evil.example/help/images/${NAME}`,
    `https://chat.example.com.evil.example/help/images/${NAME}`,
    `https://chat.example.com@evil.example/help/images/${NAME}`,
    "https://evil.example/pixel.gif",
    "data:image/png;base64,AAAA",
    "blob:https://chat.example.com/help/images/a.png",
    "javascript:alert(1)",
    "/help/images/",
    "/help/images/../../api/auth/logout",
    "/help/images/..%2f..%2fapi.png",
    "/help/images/%2e%2e/orders.png",
    `/help/images/${NAME}?seen=by-me`,
    `/help/images/${NAME}#part`,
    "/api/chat/attachments/1.png",
  ]) {
    const box = article(`<p><img src="${src}" onerror="alert(1)" srcset="${src} 2x" alt="What <b> shows"></p>`);
    expect(box.innerHTML, src).toBe("<p>What &lt;b&gt; shows</p>");
  }
  expect(article("<p>a<img src=x onerror=alert(1)></p>").innerHTML).toBe("<p>a</p>");
});

test("an image within a link leads where the link does, and one without a description nowhere", () => {
  const linked = article(`<a href="/help/orders"><img src="/help/images/${NAME}" alt="Orders"></a>`);
  expect(linked.querySelectorAll("a")).toHaveLength(1);
  expect(linked.querySelector("a")?.getAttribute("href")).toBe("https://chat.example.com/help/orders");
  const silent = article(`<img src="/help/images/${NAME}">`);
  expect(silent.querySelector("a")).toBeNull();
  expect(silent.querySelector("img")?.getAttribute("alt")).toBe("");
});

test("a message shows no image, not even the server's own", () => {
  const image = `<img src="/help/images/${NAME}" alt="x">`;
  expect(clean(image)).toBe("");
  const box = document.createElement("div");
  box.append(sanitizeFrom("https://chat.example.com", image));
  expect(box.innerHTML).toBe("");
});

test("an article is as safe as a message but for its images", () => {
  const box = article(
    `<svg onload=alert(1)></svg><p src="//evil.example" style="x" onclick=alert(1)>a</p><iframe src="//evil"></iframe>
     <video src="/v.mp4"></video><input type=image src="/help/images/${NAME}"><a href="javascript:alert(1)">b</a>`,
  );
  expect(box.innerHTML).not.toMatch(/svg|iframe|video|input|script|onclick|onload|style|src=/);
});
