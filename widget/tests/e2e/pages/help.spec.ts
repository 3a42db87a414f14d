/** The help centre: read by anybody, also where no script runs; its button opens the widget. */
import type { Browser, BrowserContextOptions, Page } from "@playwright/test";
import { expect, screenshot, type Server, test as base } from "../server";
import { WidgetOnPage } from "../widget/host";
import { expectAccessible } from "./axe";

const LONG = `You find every order under **My orders**.

## Where is it?

Open it and choose *Track*. Numbers look like \`SO-10423\`.

> Parcels take 2–4 days.

## What may it be?

| state | means |
|---|---|
| Received | we have it |
| Shipped | the carrier has it |

### And abroad?

1. Ask [the carrier](https://carrier.example/).
2. Ask [us](/help).

## Who pays?

\`\`\`
nobody
\`\`\`
`;

/** The examples, and some of a company's own. */
const test = base.extend<object, { written: Server }>({
  written: [
    async ({ server }, use) => {
      const token = await server.login("admin");
      const write = (article: object) => server.call("POST", "/api/bot/articles", article, token);
      const english = await write({ title: "Finding an order", body: LONG, category: "Orders", slug: "finding" });
      const translation_of = english.id;
      const german = { title: "Eine Bestellung finden", body: LONG, category: "Bestellungen", locale: "de" };
      await write({ ...german, translation_of, slug: "finden" });
      await write({ title: "العثور على طلب", body: "مرحبا.", locale: "ar", translation_of, slug: "طلب" });
      await write({ title: "Paying for an order", body: "By card.", category: "Orders" });
      await write({ title: "Opening hours", body: "Nine to five.", category: "About us" });
      await use(server);
    },
    { scope: "worker" },
  ],
});

async function opened(browser: Browser, options: BrowserContextOptions, address: string): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const failed: string[] = [];
  page.on("console", (message) => message.type() === "error" && failed.push(message.text()));
  page.on("pageerror", (error) => failed.push(error.message));
  const answer = await page.goto(address);
  expect(answer?.status()).toBe(200);
  expect(failed).toEqual([]);
  return page;
}

const PAGES = {
  home: "/help?lang=en",
  category: "/help?lang=en&category=Orders",
  article: "/help/finding",
  voted: "/help/finding?thanks=1",
  arabic: "/help/%D8%B7%D9%84%D8%A8",
  results: "/help?lang=en&q=finding+an+order",
  nothing: "/help?lang=en&q=zeppelin",
};

for (const colorScheme of ["light", "dark"] as const)
  test(`axe finds nothing serious in the help centre, ${colorScheme}`, async ({ browser, written }) => {
    for (const [name, path] of Object.entries(PAGES)) {
      const page = await opened(browser, { colorScheme }, written.url + path);
      await expectAccessible(page);
      await page.screenshot({ path: screenshot(`help-${name}-${colorScheme}`), fullPage: true });
      await page.context().close();
    }
    const context = await browser.newContext({ colorScheme });
    const page = await context.newPage();
    expect((await page.goto(`${written.url}/help/nothing`))?.status()).toBe(404);
    await expectAccessible(page);
    await page.screenshot({ path: screenshot(`help-missing-${colorScheme}`) });
    await context.close();
  });

test("the help centre fits a phone, and is read without a mouse", async ({ browser, written }) => {
  const viewport = { width: 360, height: 740 };
  for (const name of ["home", "article", "arabic"] as const) {
    const page = await opened(browser, { viewport }, written.url + PAGES[name]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.screenshot({ path: screenshot(`help-${name}-phone`), fullPage: true });
    await page.keyboard.press("Tab");
    await expect(page.locator("a.skip")).toBeFocused();
    await expect(page.locator("a.skip")).toBeInViewport();
    await page.keyboard.press("Enter");
    await expect(page.locator("main")).toBeFocused();
    await page.context().close();
  }
});

test("without JavaScript everything but the chat works", async ({ browser, written }) => {
  const page = await opened(browser, { javaScriptEnabled: false }, `${written.url}/help?lang=en`);
  await page.getByRole("link", { name: "Finding an order" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Finding an order" })).toBeVisible();
  await page.getByRole("navigation", { name: "On this page" }).getByRole("link", { name: "Who pays?" }).click();
  await expect(page).toHaveURL(/#who-pays$/);
  await page.getByRole("group", { name: "Was this helpful?" }).getByRole("button", { name: "Yes" }).click();
  await expect(page.getByRole("status")).toHaveText("Thank you for telling us.");
  await expect(page.getByRole("button", { name: "Chat with us" })).toBeHidden();
  await expect(page.getByText("once JavaScript is switched on")).toBeVisible();
  await page.getByRole("navigation", { name: "Language" }).getByRole("link", { name: "Deutsch" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Eine Bestellung finden");
  await page.getByRole("searchbox").fill("Bestellung finden");
  await page.getByRole("button", { name: "Suchen" }).click();
  await page.getByRole("listitem").getByRole("link", { name: "Eine Bestellung finden" }).click();
  await page.getByRole("link", { name: "Bestellungen" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Bestellungen");
  await page.context().close();
});

test("the button opens the chat, in the language of the page", async ({ browser, written }) => {
  const page = await opened(browser, {}, `${written.url}/help/finden`);
  await page.getByRole("button", { name: "Chatten Sie mit uns" }).click();
  const widget = new WidgetOnPage(page);
  await expect(widget.panel).toBeVisible();
  await expect(page.getByRole("button", { name: "Chat schließen" }).first()).toBeVisible();
  await page.screenshot({ path: screenshot("help-chat") });
  await page.context().close();
});

test("every example opens a page, and so does each source that the bot names", async ({ page, written }) => {
  const token = await written.login("admin");
  const { results } = await written.call("GET", "/api/bot/articles?example=true", undefined, token);
  expect(results.length).toBeGreaterThan(10);
  for (const { title, url } of results) {
    expect((await page.goto(written.url + url))?.status()).toBe(200);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
    const own = await page
      .locator('a[href^="/"]')
      .evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    for (const href of new Set(own))
      expect((await page.request.get(written.url + href)).status(), String(href)).toBe(200);
    const answer = await written.call("POST", "/api/bot/ask", { query: title }, token);
    for (const source of answer.sources) {
      expect(source.url).toMatch(/^\/help\//);
      expect((await page.request.get(written.url + source.url)).status(), source.url).toBe(200);
    }
  }
});

test("it is printed without what only a screen needs", async ({ browser, written }) => {
  const page = await opened(browser, { colorScheme: "dark" }, written.url + PAGES.article);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  for (const part of [".top", ".contents", ".vote", ".bottom"]) await expect(page.locator(part)).toBeHidden();
  const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(paper).toBe("rgb(255, 255, 255)");
  await page.screenshot({ path: screenshot("help-print") });
  await page.context().close();
});
