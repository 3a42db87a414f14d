/** Payloads in every text that somebody can set: they are shown as the text they are, and nothing runs. */
import type { Page } from "@playwright/test";
import { Server, expect, screenshot, test as base } from "../server";
import { WidgetOnPage } from "../widget/host";
import { Site } from "./site";
import { watch } from "./watch";

const test = base.extend<object, { site: Site }>({
  server: [
    async ({}, use) => {
      const server = await Server.start({ ALLOWED_ORIGINS: "*" });
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  site: [
    async ({}, use) => {
      const site = await Site.start();
      await use(site);
      await site.stop();
    },
    { scope: "worker" },
  ],
});

const PAYLOADS = [
  `<script>window.__xss("script")</script>`,
  `<img src=x onerror='window.__xss("img")'>`,
  `<svg onload='window.__xss("svg")'></svg>`,
  `<svg><script>window.__xss("svg script")</script></svg>`,
  `<iframe srcdoc="<script>parent.__xss('srcdoc')</script>"></iframe>`,
  `<a href="javascript:window.__xss('a')">click me</a>`,
  `[click me](javascript:window.__xss('markdown'))`,
  `[click me](JaVaScRiPt&colon;window.__xss('entity'))`,
  `[click me](data:text/html,<script>parent.__xss('data')</script>)`,
  `[click me](vbscript:msgbox(1)) ![x](javascript:window.__xss('image'))`,
  `![x" onerror="window.__xss('alt')](x)`,
  `[x]: javascript:window.__xss('reference)\n[click me][x]`,
  `<javascript:window.__xss('autolink')>`,
  `<math><mtext><table><mglyph><style><img src=x onerror=window.__xss('mxss')>`,
  `<noscript><p title="</noscript><img src=x onerror=window.__xss('noscript')>">`,
  `<template><img src=x onerror=window.__xss('template')></template>`,
  `<form id=chatBot><input name=api><input name=attributes></form><img name=Switchboard>`,
  `<style>*{display:none!important}</style><link rel=stylesheet href=data:text/css,*{display:none}>`,
  `<p style="position:fixed;inset:0;background:url(javascript:window.__xss('style'))">cover</p>`,
  `<details open ontoggle=window.__xss('toggle')><summary>x</summary></details>`,
  `<input autofocus onfocus=window.__xss('focus')>`,
  `"><img src=x onerror=window.__xss('attribute')>`,
  `\${window.__xss('template literal')} {{constructor.constructor('window.__xss(1)')()}}`,
  `<base href="https://evil.example/"><meta http-equiv=refresh content="0;url=javascript:window.__xss('meta')">`,
];

const NAME = `<img src=x onerror=window.__xss('name')>`;
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** What no sanitised content may hold, whatever was written. */
async function expectHarmless(page: Page): Promise<void> {
  const found = await page.evaluate(() => {
    const roots = [document.querySelector("chat-widget")?.shadowRoot].filter((root) => root != null);
    return roots.flatMap((root) =>
      [...root.querySelectorAll("*")].flatMap((element) => {
        const problems: string[] = [];
        if (
          /^(script|iframe|object|embed|base|meta|link|form|style|template|noscript|math)$/i.test(element.localName) &&
          !element.closest(".composer")
        )
          problems.push(element.localName);
        for (const { name, value } of element.attributes) {
          if (/^on/i.test(name) || name === "srcdoc") problems.push(`${element.localName} ${name}`);
          if (/^(href|src|action|formaction|xlink:href)$/i.test(name) && /^\s*(javascript|data|vbscript):/i.test(value))
            problems.push(`${element.localName} ${name}=${value}`);
        }
        if (element instanceof HTMLAnchorElement && !(element.rel.includes("noopener") && element.target === "_blank"))
          problems.push(`a link without noopener: ${element.href}`);
        return problems;
      }),
    );
  });
  expect(found).toEqual([]);
}

/** Clicks every link of the log; none may run or lead to other than the web. */
async function clickLinks(page: Page, widget: WidgetOnPage): Promise<void> {
  const links = widget.log.locator("a");
  const hrefs = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
  for (const href of hrefs) expect(href).toMatch(/^(https?:|mailto:|\/|#|$)/);
  for (const said of await widget.log.getByText("click me").all())
    await said.click({ modifiers: [], timeout: 5000, force: true });
  expect(new URL(page.url()).protocol).toBe("http:");
}

test("the trap catches what runs", async ({ page, site }) => {
  site.serve(
    `<!doctype html><title>Careless</title><img src=/missing onerror="window.__xss('img')">
    <script src="https://evil.example/"></script>`,
    "script-src 'unsafe-inline'",
  );
  const watching = await watch(page);
  await page.goto(site.url);
  await page.waitForLoadState("networkidle");
  await expect(watching.clean()).rejects.toThrow(/a payload ran: img/);
  await expect(watching.clean()).rejects.toThrow(/the policy was broken: script-src-elem https:\/\/evil.example/);
});

test("payloads in names, messages and file names run nowhere in the widget", async ({ page, server, site }) => {
  test.setTimeout(120_000);
  const visitor = await server.person("xss-visitor", NAME);
  const other = await server.person("xss-other", NAME);
  const conversation = await server.call(
    "POST",
    "/api/chat/conversations/",
    { title: `<script>window.__xss('title')</script>`, participant_ids: [other.username] },
    visitor.token,
  );
  for (const text of PAYLOADS)
    await server.call("POST", "/api/user-response/", { message: text, conversation_id: conversation.id }, other.token);
  const form = new FormData();
  form.set("file", new Blob([PNG], { type: "image/png" }), `"><img src=x onerror=window.__xss('file')>.png`);
  form.set("conversation_id", conversation.id);
  const uploaded = await fetch(`${server.url}/api/chat/upload/`, {
    method: "POST",
    headers: { authorization: `Bearer ${other.token}` },
    body: form,
  });
  expect(uploaded.status).toBe(200);
  const { attachment_id } = (await uploaded.json()) as { attachment_id: string };
  await server.call(
    "POST",
    "/api/user-response/",
    { message: "a file", attachment_id, conversation_id: conversation.id },
    other.token,
  );

  site.serve(
    `<!doctype html><html lang="en"><title>Shop</title><h1>Shop</h1>
    <script src="${server.url}/widget.js" data-theme="light" data-token="${visitor.token}"
      data-conversation-id="${conversation.id}"
      data-bot-name="&lt;img src=x onerror=window.__xss('bot-name')&gt;"
      data-greeting="&lt;img src=x onerror=window.__xss('greeting')&gt; [click me](javascript:window.__xss('greeting'))"
      data-primary-color="red;background:url(javascript:window.__xss('colour'))"
      data-locale="../../&lt;script&gt;" async></script>`,
    // the widget must not need it; what would run is reported
    `script-src ${server.url} 'unsafe-inline'`,
  );
  const watching = await watch(page);
  await page.goto(site.url);
  const widget = new WidgetOnPage(page);
  await widget.open();
  await expect(widget.other("a file")).toHaveCount(1);
  await expectHarmless(page);
  await clickLinks(page, widget);

  // the whole history, and what comes live, from the other and from oneself
  await widget.log.hover();
  for (const text of PAYLOADS.slice(0, 6)) {
    await server.call("POST", "/api/user-response/", { message: text, conversation_id: conversation.id }, other.token);
    await widget.say(text);
  }
  await server.call(
    "POST",
    "/api/user-response/",
    { message: "the end", conversation_id: conversation.id },
    other.token,
  );
  await expect(widget.other("the end")).toHaveCount(1);
  await expectHarmless(page);
  // nothing named in a message stands before what the page has
  expect(await page.evaluate(() => typeof (window as any).Switchboard)).toBe("function");
  expect(await page.evaluate(() => typeof (window as any).chatBot.isConnected)).toBe("function");
  await expect(widget.panel).toBeVisible();
  await page.screenshot({ path: screenshot("xss-messages") });
  await watching.clean();
});

test("payloads in articles and prompts run nowhere in the widget", async ({ page, server, site }) => {
  const agent = await server.login("itagent");
  const urls = [
    "javascript:window.__xss('url')",
    "data:text/html,<script>parent.__xss('url')</script>",
    `https://example.com/"onmouseover="window.__xss('url')`,
  ];
  for (const [at, url] of urls.entries()) {
    const title = `Zebra flux capacitor ${at} <img src=x onerror=window.__xss('article')>`;
    const payloads = PAYLOADS.slice(0, 12).join("\n\n");
    const body = `The zebra flux capacitor number ${at} is repaired like this:\n\n${payloads}`;
    const answer = await fetch(`${server.url}/api/bot/articles`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${agent}` },
      body: JSON.stringify({ title, body, url }),
    });
    // a link that is none is refused; the text is kept without it
    if (answer.status !== 201) {
      expect([400, 422]).toContain(answer.status);
      await server.call("POST", "/api/bot/articles", { title, body }, agent);
    }
  }
  await page.route("**/api/bot-prompts/", async (route) => {
    const prompts = PAYLOADS.slice(0, 4).map((text, order) => ({ id: String(order), title: text, text, order }));
    await route.fulfill({ json: prompts, headers: { "access-control-allow-origin": "*" } });
  });
  const visitor = await server.person("xss-articles", NAME);
  site.serve(
    `<!doctype html><html lang="en"><title>Shop</title><h1>Shop</h1>
    <script src="${server.url}/widget.js" data-theme="light" data-token="${visitor.token}"
      async></script>`,
    `script-src ${server.url} 'unsafe-inline'`,
  );
  const watching = await watch(page);
  await page.goto(site.url);
  const widget = new WidgetOnPage(page);
  await widget.open();
  await expect(widget.panel.getByText(PAYLOADS[0] as string).first()).toBeVisible();
  await expectHarmless(page);
  await widget.say("How do I repair the zebra flux capacitor?");
  await expect(widget.other(/zebra flux capacitor/i)).not.toHaveCount(0);
  await expectHarmless(page);
  await clickLinks(page, widget);
  await page.screenshot({ path: screenshot("xss-article") });
  await watching.clean();
});

test("payloads run nowhere on the test pages, which show frames as text", async ({ page, server }) => {
  const watching = await watch(page);
  const { username, token } = await server.person("xss-pages", NAME);
  await page.goto(`${server.url}/chat-test`);
  await page.getByLabel("User name").fill(username);
  await page.getByLabel("Password").fill(server.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  const widget = new WidgetOnPage(page);
  await widget.open();
  for (const text of PAYLOADS.slice(0, 4)) await widget.say(text);
  // the bot's answers are long: those said first may be out of sight
  await expect
    .poll(async () => {
      const id = await widget.call("getConversationId");
      const said = await server.call("GET", `/api/chat/conversations/${id}/messages/`, undefined, token);
      return said.filter((one: { type: string }) => one.type === "user").map((one: { text: string }) => one.text);
    })
    .toEqual(PAYLOADS.slice(0, 4));
  // what is opened stays where it is
  await page.getByRole("button", { name: "Pause" }).click();
  const frame = page.locator(".frames li").filter({ hasText: "message" }).first();
  await frame.locator("summary").click();
  await expect(frame.locator("pre")).toBeVisible();
  await page.getByLabel("Filter frames").fill(PAYLOADS[1] as string);
  await expectHarmless(page);

  await page.goto(`${server.url}/test_websocket.html`);
  await page.getByRole("button", { name: "Three people in a room" }).click();
  const first = page.getByTestId("client-rooms").first();
  await expect(first).toHaveAttribute("data-state", "open");
  for (const text of PAYLOADS.slice(0, 8)) {
    await first.getByRole("textbox", { name: "Message" }).fill(text);
    await first.getByRole("button", { name: "Send" }).click();
  }
  await expect(
    page.getByTestId("client-rooms").last().locator("li[data-direction=in]").filter({ hasText: '"type":"message"' }),
  ).toHaveCount(8);
  expect(await page.locator("main script, main iframe, main svg, main img").count()).toBe(0);
  await watching.clean();
});

test("an SVG or HTML upload is refused, and a disguised one is never a document of the server's origin", async ({
  page,
  server,
}) => {
  const watching = await watch(page);
  const { token } = await server.person("xss-files");
  const send = async (name: string, type: string, bytes: Buffer) => {
    const form = new FormData();
    form.set("file", new Blob([new Uint8Array(bytes)], { type }), name);
    return fetch(`${server.url}/api/chat/upload/`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: form,
    });
  };
  const script = `<script>window.__xss('file')</script>`;
  const inSvg = `<script>window.__xss('svg')</script>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="window.__xss('svg')">${inSvg}</svg>`;
  for (const [name, type, text] of [
    ["a.svg", "image/svg+xml", svg],
    ["a.png", "image/png", svg],
    ["a.svg", "image/svg+xml", `<?xml version="1.0"?>${svg}`],
    ["a.html", "text/html", `<!doctype html><html>${script}</html>`],
    ["a.pdf", "application/pdf", `<html>${script}</html>`],
    ["a.xhtml", "application/xhtml+xml", `<html xmlns="http://www.w3.org/1999/xhtml">${script}</html>`],
    ["a.js", "text/javascript", "window.__xss('js')"],
  ] as const) {
    const answer = await send(name, type, Buffer.from(text));
    expect(`${name} as ${type}: ${answer.status}`).toBe(`${name} as ${type}: 415`);
  }

  // a picture with a page behind it, under a page's name; and a PDF that is a page as well
  const disguised: [string, string, Buffer][] = [
    ["a.html", "text/html", Buffer.concat([PNG, Buffer.from(`<!doctype html><html>${script}</html>`)])],
    ["b.html", "text/html", Buffer.from(`%PDF-1.4\n<!doctype html><html>${script}</html>\n%%EOF`)],
  ];
  for (const [name, type, bytes] of disguised) {
    const answer = await send(name, type, bytes);
    if (answer.status === 415) continue;
    expect(answer.status).toBe(200);
    const { file_url } = (await answer.json()) as { file_url: string };
    let file = await fetch(new URL(file_url, server.url));
    // nobody is given it before it was checked
    for (let tries = 0; file.headers.has("retry-after") && tries < 40; tries++) {
      await new Promise((done) => setTimeout(done, 250));
      file = await fetch(new URL(file_url, server.url));
    }
    expect(file.headers.get("x-content-type-options")).toBe("nosniff");
    expect(file.headers.get("content-type")).toMatch(/^(image\/png|application\/pdf)$/);
    expect(file.headers.get("content-security-policy")).toMatch(/sandbox|default-src 'none'|default-src 'self'/);
    // opened as a page it is a picture or a download
    await page
      .goto(new URL(file_url, server.url).href)
      .catch((error: Error) => expect(error.message).toMatch(/Download is starting|ERR_ABORTED/));
    expect(await page.evaluate(() => document.scripts.length)).toBe(0);
  }
  // the browser's own viewer of pictures styles its page inline, which the file's policy forbids it
  await watching.clean(/^the policy: Applying inline style/);
});
