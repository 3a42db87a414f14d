/** The images of articles in the widget's panel, on sites that let them in and on those that do not. */
import type { Page } from "@playwright/test";
import { Site } from "../pages/site";
import { findings } from "./findings";
import { type Server, WidgetOnPage, expect, screenshot, test as base } from "./host";

const TITLE = "Descaling the Kestrel kettle";

/** A picture of something: wider than the panel, on white. */
const picture = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1200, height: 640 });
    const context = canvas.getContext("2d")!;
    const fill = (color: string, ...at: [number, number, number, number]) => {
      context.fillStyle = color;
      context.fillRect(...at);
    };
    fill("#ffffff", 0, 0, 1200, 640);
    fill("#2c3a2f", 0, 0, 1200, 90);
    for (const row of [0, 1, 2, 3]) fill("#d9dfe4", 60, 150 + row * 110, 700 - row * 90, 50);
    fill("#c8321f", 860, 430, 280, 130);
    return canvas.toDataURL("image/png").split(",")[1]!;
  });

/** Adds an image as the console does, and gives its path. */
async function addImage(server: Server, token: string, png: string): Promise<string> {
  const form = new FormData();
  form.append("file", new Blob([Buffer.from(png, "base64")]), "button.png");
  const answer = await fetch(`${server.url}/api/bot/articles/images`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: form,
  });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { url: string }).url;
}

const test = base.extend<{ strict: Site }, { image: string }>({
  strict: async ({}, use) => {
    const site = await Site.start();
    await use(site);
    await site.stop();
  },
  image: [
    async ({ server, browser }, use) => {
      const page = await browser.newPage();
      const token = await server.login("admin");
      const image = await addImage(server, token, await picture(page));
      await page.close();
      const body = `Fill it with vinegar and hold the red button.

![The red button is at the lower right](${image})

Then wait for ten minutes. Somebody else's picture is not shown: ![a pixel](https://elsewhere.example/pixel.png)`;
      await server.call("POST", "/api/bot/articles", { title: TITLE, body, locale: "en", slug: "kettle" }, token);
      await use(image);
    },
    { scope: "worker" },
  ],
});

/** The widget on a site that sends these headers, with the article open in its panel. */
async function opened(page: Page, site: Site, server: Server, headers: Record<string, string>): Promise<WidgetOnPage> {
  const body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A strict site</title></head>
    <body><h1>A strict site</h1><script src="${server.url}/widget.js" async></script></body></html>`;
  site.serveWith(async () => ({ type: "text/html; charset=utf-8", body, headers }));
  await page.goto(site.url);
  const widget = new WidgetOnPage(page);
  await widget.open();
  await widget.say("How is the Kestrel kettle descaled?");
  const sources = widget.panel.getByRole("list", { name: "Sources" });
  await sources.getByRole("link", { name: TITLE }).click();
  await expect(widget.panel.getByRole("heading", { name: TITLE })).toBeVisible();
  return widget;
}

test("an article's image shows in the panel, no wider than it, and is seen as it is by a click", async ({
  page,
  strict,
  server,
  image,
}) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  // a site that takes nothing of others which does not say that it may be taken
  const headers = { "cross-origin-embedder-policy": "require-corp", "cross-origin-opener-policy": "same-origin" };
  const widget = await opened(page, strict, server, headers);
  const shown = widget.panel.getByRole("img", { name: "The red button is at the lower right" });
  await expect(shown).toHaveAttribute("src", server.url + image);
  await expect(shown).toHaveAttribute("loading", "lazy");
  await expect.poll(() => shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1200);
  const text = (await widget.panel.locator(".article-text").boundingBox())!;
  const box = (await shown.boundingBox())!;
  expect(box.x).toBeGreaterThan(text.x);
  expect(box.x + box.width).toBeLessThan(text.x + text.width);
  expect(box.width / box.height).toBeCloseTo(1200 / 640, 1);
  await expect(widget.panel.locator(".article-text")).toContainText("Somebody else's picture is not shown: a pixel");
  expect(asked.filter((url) => url.includes("elsewhere"))).toEqual([]);
  for (const theme of ["light", "dark"]) {
    await page.evaluate((theme) => document.querySelector("chat-widget")!.setAttribute("theme", theme), theme);
    expect(await findings(page)).toEqual([]);
    await page.screenshot({ path: screenshot(`widget-article-image-${theme}`) });
  }
  const tab = page.context().waitForEvent("page");
  await shown.click();
  await (await tab).waitForURL(server.url + image);
  await expect(widget.panel.getByRole("heading", { name: TITLE })).toBeVisible();
});

test("where the site allows images of its own alone, what an article's image shows is said", async ({
  page,
  strict,
  server,
  image,
}) => {
  const widget = await opened(page, strict, server, { "content-security-policy": "img-src 'self' data:" });
  const link = widget.panel.getByRole("link", { name: "The red button is at the lower right" });
  await expect(link).toHaveText("The red button is at the lower right");
  await expect(link).toHaveAttribute("href", server.url + image);
  await expect(widget.panel.locator(".article-text img")).toHaveCount(0);
  await page.screenshot({ path: screenshot("widget-article-image-refused") });
});
