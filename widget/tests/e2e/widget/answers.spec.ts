/** What a visitor does with the bot's answers: reads them, opens their articles, says whether they helped. */
import type { Page } from "@playwright/test";
import { findings } from "./findings";
import { Server, Site, WidgetOnPage, expect, screenshot, test } from "./host";
import { Model } from "./model";

const QUESTION = "How long does delivery take?";
const SHARED = { "access-control-allow-origin": "*" };

/** The server's page of an article, as it comes without its looks. */
const helpPage = (title: string, text: string) => `<!doctype html><html lang="en"><head><title>${title}</title></head>
<body><header><a href="/help">Help centre</a></header><main><nav aria-label="Breadcrumbs">Way</nav>
<article><h1>${title}</h1>${text}</article><form method="post"><button>Yes</button></form></main></body></html>`;

const LONG = "<p>A parcel takes its time, and here is why.</p>".repeat(60);

/** Gives these pages of the help centre; whatever else is asked of it is not there. */
async function helpCentre(page: Page, server: Server, pages: Record<string, string>): Promise<void> {
  await page.context().route(`${server.url}/help/*`, (route) => {
    const body = pages[new URL(route.request().url()).pathname];
    return route.fulfill({ status: body ? 200 : 404, contentType: "text/html", headers: SHARED, body: body ?? "gone" });
  });
}

/** Takes what is thought of answers, and keeps it. */
async function takeFeedback(page: Page, server: Server, status = 204): Promise<unknown[]> {
  const taken: unknown[] = [];
  await page.route(`${server.url}/api/chat/messages/*/helpful`, async (route) => {
    const cors = { ...SHARED, "access-control-allow-headers": "*", "access-control-allow-methods": "PUT" };
    if (route.request().method() === "OPTIONS") return route.fulfill({ status: 204, headers: cors });
    taken.push(route.request().postDataJSON());
    await route.fulfill({ status, headers: cors, body: "" });
  });
  return taken;
}

async function ask(widget: WidgetOnPage, question = QUESTION): Promise<void> {
  await widget.open();
  await widget.say(question);
  await expect(widget.other()).toHaveCount(1);
}

test("what tells no language is answered in the widget's", async ({ visit }) => {
  const widget = await visit({ locale: "de" });
  await ask(widget, "hi");
  await expect(widget.other()).toContainText("Hallo!");
  // by the socket, as the first went by HTTP
  await widget.say("ok?");
  await expect(widget.other()).toHaveCount(2);
  await expect(widget.other().nth(1)).not.toContainText(/\b(you|what|the)\b/i);
});

const source = (widget: WidgetOnPage) =>
  widget.panel.getByRole("list", { name: "Sources" }).first().getByRole("link").first();

test("an answer can be said to help or not, and the browser remembers it", async ({ server, visit }) => {
  const { token } = await server.person("judge", "Judy Judge");
  const widget = await visit({ token });
  const taken = await takeFeedback(widget.page, server);
  await ask(widget);
  const group = widget.log.getByRole("group", { name: "Did this help?" });
  await group.getByRole("button", { name: "This did not help" }).click();
  await expect(group.getByRole("button", { name: "This did not help" })).toHaveAttribute("aria-pressed", "true");
  await expect.poll(() => taken).toEqual([{ helpful: false }]);
  await group.getByRole("button", { name: "This helped" }).click();
  await expect.poll(() => taken.length).toBe(2);
  await widget.page.screenshot({ path: screenshot("widget-helpful") });

  await widget.page.reload();
  await widget.open();
  await expect(group.getByRole("button", { name: "This helped" })).toHaveAttribute("aria-pressed", "true");
  await group.getByRole("button", { name: "This helped" }).click();
  await expect.poll(() => taken[2]).toEqual({ helpful: null });
  await expect(group.locator("[aria-pressed=true]")).toHaveCount(0);
});

test("what the server does not take is said, and not shown as given", async ({ server, visit }) => {
  const widget = await visit();
  await takeFeedback(widget.page, server, 503);
  await ask(widget);
  const helped = widget.log.getByRole("button", { name: "This helped" });
  await helped.click();
  await expect(widget.panel.getByText("That did not work. Please try again.")).toBeVisible();
  await expect(helped).toHaveAttribute("aria-pressed", "false");
});

test("a greeting asks nobody whether it helped", async ({ visit }) => {
  const widget = await visit();
  await ask(widget, "Hello");
  await expect(widget.log.getByRole("group", { name: "Did this help?" })).toHaveCount(0);
});

test("an answer's article opens in the panel, leads on to others, and back", async ({ server, visit }) => {
  const widget = await visit({ "bot-name": "Rosie" });
  const { page } = widget;
  await ask(widget);
  const address = new URL((await source(widget).getAttribute("href"))!).pathname;
  await helpCentre(page, server, {
    [address]: helpPage("Delivery times", `<p>See <a href="/help/returns">returns</a>.</p><h2>Abroad</h2>${LONG}`),
    "/help/returns": helpPage("Returns", `<p>Thirty days.</p><img src=x onerror="window.ran=1">`),
  });
  await source(widget).click();
  const article = widget.panel.getByRole("region", { name: "Delivery times" });
  await expect(article.getByRole("heading", { name: "Delivery times" })).toBeVisible();
  await expect(article.getByRole("button", { name: "Back" })).toBeFocused();
  await expect(article).not.toContainText("Breadcrumbs");
  await expect(article.getByRole("button", { name: "Yes" })).toHaveCount(0);
  await expect(article.getByRole("link", { name: "Open in a new tab" })).toHaveAttribute("href", server.url + address);
  await expect(widget.panel.locator(".talk-beneath")).toHaveAttribute("inert", "");
  for (const theme of ["light", "dark"]) {
    await page.evaluate((theme) => document.querySelector("chat-widget")!.setAttribute("theme", theme), theme);
    expect(await findings(page)).toEqual([]);
    await page.screenshot({ path: screenshot(`widget-article-${theme}`) });
  }

  await article.getByRole("link", { name: "returns" }).click();
  await expect(widget.panel.getByRole("region", { name: "Returns" })).toContainText("Thirty days.");
  expect(await page.evaluate(() => (window as any).ran)).toBeUndefined();
  await widget.panel.getByRole("button", { name: "Back" }).click();
  await expect(article).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(widget.panel.locator(".article")).toHaveCount(0);
  await expect(widget.panel).toBeVisible();
  await expect(source(widget)).toBeFocused();
});

test("an article that cannot be shown in the panel opens by itself", async ({ server, visit }) => {
  const widget = await visit();
  await ask(widget);
  await helpCentre(widget.page, server, {});
  const opened = widget.page.context().waitForEvent("page");
  await source(widget).click();
  await (await opened).waitForURL(/\/help\//);
  await expect(widget.panel.locator(".article")).toHaveCount(0);
});

test("where no tab may be opened the panel says so, and has the link", async ({ server, visit }) => {
  const widget = await visit();
  await widget.page.evaluate(() => (window.open = () => null));
  await ask(widget);
  await helpCentre(widget.page, server, {});
  await source(widget).click();
  await expect(widget.panel.getByText("This article cannot be shown here.")).toBeVisible();
  await expect(widget.panel.getByRole("link", { name: "Open in a new tab" })).toHaveAttribute("href", /\/help\//);
  await widget.panel.getByRole("button", { name: "Back" }).click();
  await expect(source(widget)).toBeFocused();
});

test("titles that may be meant are offered as what could be asked", async ({ server, visit }) => {
  const widget = await visit();
  await ask(widget, "Hello");
  // the bot's answer as it is where it is not sure
  await widget.page.route(`${server.url}/api/chat/conversations/*/messages/?last=*`, async (route) => {
    const response = await route.fetch();
    const messages: any[] = await response.json();
    messages.at(-1).meta = { sources: [], prompts: ["Delivery times", "Returns"], handoff: false };
    await route.fulfill({ response, json: messages });
  });
  await widget.page.reload();
  await widget.open();
  const offered = widget.panel.getByRole("group", { name: "Suggestions" });
  await expect(offered.getByRole("button")).toHaveText(["Delivery times", "Returns"]);
  await offered.getByRole("button", { name: "Returns" }).click();
  await expect(widget.own("Returns")).toHaveCount(1);
});

test("a long answer is read from its beginning, while it comes and after", async ({ page }) => {
  const model = await Model.start();
  const server = await Server.start({ ALLOWED_ORIGINS: "*", LLM_BASE_URL: model.url, LLM_MODEL: "a-model" });
  const site = await Site.start(server);
  try {
    await page.goto(site.at({ "bot-name": "Rosie" }));
    const widget = new WidgetOnPage(page);
    await widget.open();
    await widget.say("Hello");
    await expect(widget.other()).toHaveCount(1);
    await widget.connection("socket");
    await widget.say("What is your return policy?");
    // each sentence is shown when the next begins, and says what the passage does
    const mark = await model.citing("within 30 days of delivery");
    const sentence = `You can return unused items within 30 days of delivery ${mark}. `;
    await model.say(`${sentence}You`);
    const stream = widget.log.locator(".is-streaming");
    await expect(stream).toContainText("30 days");
    const row = async (part: string) => {
      const [inner, outer] = await Promise.all([
        widget.log.locator(part).last().boundingBox(),
        widget.log.locator(".log-scroller").boundingBox(),
      ]);
      const top = inner!.y - outer!.y;
      return { top, isAtTop: top >= 0 && top < 20, isHigher: inner!.height > outer!.height };
    };
    for (let at = 0; at < 40; at += 1) await model.say(`${sentence.slice(3)}You`);
    await expect.poll(() => row(".is-streaming")).toMatchObject({ isAtTop: true, isHigher: true });
    await page.screenshot({ path: screenshot("widget-long-answer") });
    await model.say(sentence.slice(3));
    await model.end();
    await expect(stream).toHaveCount(0);
    await expect(widget.panel.getByRole("button", { name: "Go to the latest message" })).toBeVisible();
    expect(await row("article.other")).toMatchObject({ isAtTop: true, isHigher: true });
    // and whoever wants its end gets there
    await widget.panel.getByRole("button", { name: "Go to the latest message" }).click();
    await expect(widget.panel.getByRole("button", { name: "Go to the latest message" })).toHaveCount(0);
    expect((await row("article.other")).top).toBeLessThan(0);
  } finally {
    await site.stop();
    await server.stop();
    await model.stop();
  }
});
