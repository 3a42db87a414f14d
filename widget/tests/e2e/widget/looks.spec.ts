/** What it looks like, to be looked at; and what axe-core says of it. */
import type { Page } from "@playwright/test";
import { findings } from "./findings";
import { Server, Site, WidgetOnPage, expect, screenshot, test } from "./host";
import { Model } from "./model";

/** No animation is half-way. */
const still = (page: Page) =>
  page.evaluate(() =>
    Promise.all(
      document
        .querySelector("chat-widget")!
        .shadowRoot!.getAnimations()
        .filter((one) => one.effect?.getComputedTiming().iterations !== Infinity)
        .map((one) => one.finished.catch(() => undefined)),
    ),
  );

async function talk(widget: WidgetOnPage, question: string): Promise<void> {
  await widget.open();
  await widget.say(question);
  await expect(widget.other()).toHaveCount(1);
  await widget.connection("socket");
  await expect(widget.panel.locator(".typing")).toHaveCount(0);
  await still(widget.page);
}

for (const theme of ["light", "dark"]) {
  test(`axe-core finds nothing serious, ${theme}`, async ({ visit }) => {
    const widget = await visit({ theme, "bot-name": "Rosie" });
    expect(await findings(widget.page)).toEqual([]);
    await widget.open();
    await expect(widget.panel.locator(".prompt").first()).toBeVisible();
    await still(widget.page);
    expect(await findings(widget.page)).toEqual([]);
    await widget.page.screenshot({ path: screenshot(`widget-open-${theme}`) });
    await widget.say("How long does delivery take?");
    await expect(widget.other()).toHaveCount(1);
    await widget.own().hover();
    await widget.panel
      .locator("input[type=file]")
      .setInputFiles({ name: "broken.html", mimeType: "text/html", buffer: Buffer.from("<p>") });
    await expect(widget.panel.locator(".upload.is-failed")).toBeVisible();
    await still(widget.page);
    expect(await findings(widget.page)).toEqual([]);
    await widget.page.screenshot({ path: screenshot(`widget-${theme}`) });
    await widget.panel.getByRole("button", { name: "Search" }).click();
    await widget.panel.getByRole("searchbox").fill("delivery");
    await expect(widget.panel.locator(".hit").first()).toBeVisible();
    await still(widget.page);
    expect(await findings(widget.page)).toEqual([]);
  });
}

test("a reply is shown while it streams", async ({ page }) => {
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
    const mark = await model.citing("within 30 days of delivery");
    // a sentence is shown when the next begins: only then it is certain what it cites
    await model.say(`You can return unused items within 30 days of delivery ${mark}. Print`);
    const stream = widget.log.locator(".is-streaming");
    await expect(stream).toContainText("within 30 days");
    await expect(stream).toHaveAttribute("aria-busy", "true");
    await expect(widget.panel.locator("[aria-live=polite]")).not.toContainText("30 days");
    await page.screenshot({ path: screenshot("widget-streaming") });
    await model.say(` the label and drop the parcel off at any branch of the carrier ${mark}. Choose`);
    await expect(stream).toContainText("branch of the carrier");
    await model.say(` the QR code instead ${mark}.`);
    await model.end();
    await expect(stream).toHaveCount(0);
    await expect(widget.other("within 30 days")).toHaveCount(1);
    await expect(widget.panel.locator("[aria-live=polite]")).toContainText("QR code");
  } finally {
    await site.stop();
    await server.stop();
    await model.stop();
  }
});

test("Arabic is written from right to left, in Arabic", async ({ visit }) => {
  const widget = await visit({ locale: "ar", "bot-name": "روزي" });
  await widget.open();
  await expect(widget.page.locator("chat-widget .widget")).toHaveAttribute("dir", "rtl");
  await expect(widget.panel.getByPlaceholder("اكتب رسالة…")).toBeVisible();
  await widget.say("مرحبا، أين طلبي؟");
  await expect(widget.other()).toHaveCount(1);
  await still(widget.page);
  expect(await findings(widget.page)).toEqual([]);
  await widget.page.screenshot({ path: screenshot("widget-rtl") });
});

test("a phone gives it the whole screen", async ({ visit }) => {
  const widget = await visit({ "bot-name": "Rosie" });
  await widget.page.setViewportSize({ width: 390, height: 844 });
  await talk(widget, "How long does delivery take?");
  expect(await widget.panel.boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 });
  expect(await widget.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await widget.page.screenshot({ path: screenshot("widget-phone") });
});

test("a site's colours are taken, with text on them that can be read", async ({ visit }) => {
  const widget = await visit({
    "primary-color": "#ffd54a",
    "secondary-color": "#ff9e40",
    "bot-name": "Rosie",
    position: "bottom-left",
  });
  await talk(widget, "Hello");
  expect(await findings(widget.page)).toEqual([]);
  await widget.page.screenshot({ path: screenshot("widget-brand") });
});

test("with reduced motion nothing moves", async ({ visit }) => {
  const widget = await visit();
  await widget.page.emulateMedia({ reducedMotion: "reduce" });
  await widget.open();
  await widget.say("Hello");
  expect(
    await widget.page.evaluate(() => document.querySelector("chat-widget")!.shadowRoot!.getAnimations().length),
  ).toBe(0);
});

for (const [locale, placeholder] of Object.entries({
  de: "Nachricht schreiben…",
  fr: "Écrire un message…",
  es: "Escriba un mensaje…",
  "pt-BR": "Write a message…",
})) {
  test(`it speaks ${locale}`, async ({ visit }) => {
    const widget = await visit({ locale });
    await widget.open();
    await expect(widget.panel.getByPlaceholder(placeholder)).toBeVisible();
  });
}
