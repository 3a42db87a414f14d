import type { Page } from "@playwright/test";
import { expect, screenshot, test } from "../server";
import { WidgetOnPage } from "../widget/host";
import { watch } from "./watch";

const frames = (page: Page) => page.getByRole("list", { name: "Frames, newest first" }).getByRole("listitem");
const connection = (page: Page) => page.getByTestId("connection");

async function signIn(page: Page, url: string, username: string, password: string): Promise<WidgetOnPage> {
  await page.goto(`${url}/chat-test`);
  await page.getByLabel("User name").fill(username);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByTestId("who")).toHaveText(username);
  return new WidgetOnPage(page);
}

test("the guide's test page: sign in, Hello, a greeting, and sockets blocked and unblocked", async ({
  page,
  server,
}) => {
  test.setTimeout(120_000);
  const watching = await watch(page);
  const { username } = await server.person("page-visitor");
  const widget = await signIn(page, server.url, username, server.password);
  await widget.open();
  await widget.say("Hello");
  await expect(widget.own("Hello")).toHaveCount(1);
  await expect(widget.other(/./)).toHaveCount(1);
  await expect(connection(page)).toHaveAttribute("data-state", "socket");
  await expect(page.getByTestId("conversation")).toHaveText(/^[0-9a-f-]{36}$/);

  // the log has what passed, both ways
  await expect(frames(page).and(page.locator("[data-direction=out]")).first()).toBeVisible();
  const received = frames(page).and(page.locator("[data-via=socket][data-direction=in]"));
  await expect(received.and(page.locator("[data-type=connected]")).first()).toBeAttached();
  const bot = frames(page).filter({ hasText: "message:new" }).first();
  await bot.locator("summary").click();
  await expect(bot.locator("pre")).toContainText('"conversation_id"');
  await page.screenshot({ path: screenshot("chat-test-open") });

  // the guide's debugging snippet
  expect(await page.evaluate(() => (window as any).chatBot.isConnected())).toBe(true);
  const id = await page.evaluate(() => (window as any).chatBot.getConversationId());
  await expect(page.getByTestId("conversation")).toHaveText(id);

  await page.getByRole("button", { name: "Block WebSocket", exact: true }).click();
  await expect(connection(page)).toHaveAttribute("data-state", "polling", { timeout: 30_000 });
  await widget.say("Where is my order?");
  await expect(widget.own("Where is my order?")).toHaveCount(1);
  await expect(widget.other(/./)).toHaveCount(2, { timeout: 30_000 });
  await expect(frames(page).and(page.locator("[data-via=http][data-direction=in]")).first()).toBeVisible();
  await page.screenshot({ path: screenshot("chat-test-blocked") });

  await page.getByRole("button", { name: "Unblock WebSocket" }).click();
  await expect(connection(page)).toHaveAttribute("data-state", "socket", { timeout: 45_000 });
  await widget.say("Hello again");
  await expect(widget.other(/./)).toHaveCount(3, { timeout: 30_000 });

  // nothing lost, nothing doubled
  await expect(widget.own()).toHaveCount(3);
  await watching.clean();
});

test("the log can be filtered, paused and cleared", async ({ page, server }) => {
  const { username } = await server.person("page-log");
  const widget = await signIn(page, server.url, username, server.password);
  await widget.open();
  await widget.say("Hello");
  await expect(widget.other(/./)).toHaveCount(1);
  // the first answer may come with the conversation itself; the second can only come as a frame
  await widget.say("Hello again");
  await expect(widget.other(/./)).toHaveCount(2);

  await page.getByLabel("Filter frames").fill("message:new");
  await expect(frames(page).first()).toHaveAttribute("data-type", "message:new");
  await expect(frames(page).and(page.locator("[data-type=connected]"))).toHaveCount(0);
  await page.getByLabel("Filter frames").fill("");
  await page.getByRole("group", { name: "Direction" }).getByRole("button", { name: "Out" }).click();
  await expect(frames(page).and(page.locator("[data-direction=in]"))).toHaveCount(0);
  await page.getByRole("group", { name: "Direction" }).getByRole("button", { name: "All" }).click();

  await page.getByRole("button", { name: "Pause" }).click();
  const before = await frames(page).count();
  await widget.say("While it is paused");
  await expect(widget.own("While it is paused")).toHaveCount(1);
  await expect(page.getByRole("button", { name: /Resume \(\d+ new\)/ })).toBeVisible();
  await expect(frames(page)).toHaveCount(before);
  await page.getByRole("button", { name: /Resume/ }).click();
  await expect(frames(page)).not.toHaveCount(before);
  // the bot has answered: what follows is quiet
  await expect(widget.other(/./)).toHaveCount(3);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Clear" }).click();
  await expect(page.getByText("Nothing has passed yet")).toBeVisible();
});

test("a wrong password is said, a visitor needs none, and signing out ends it", async ({ page, server }) => {
  await page.goto(`${server.url}/chat-test`);
  await page.getByLabel("Password").fill("not-the-password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.screenshot({ path: screenshot("chat-test-sign-in") });

  await page.getByRole("button", { name: "Continue as a visitor" }).click();
  await expect(page.getByTestId("who")).toHaveText("Visitor");
  const widget = new WidgetOnPage(page);
  await widget.open();
  await widget.say("Hello");
  await expect(widget.other(/./)).toHaveCount(1);
  const first = await page.getByTestId("conversation").textContent();

  // a reload of the tab keeps both
  await page.reload();
  await expect(page.getByTestId("who")).toHaveText("Visitor");
  await widget.open();
  await expect(widget.own("Hello")).toHaveCount(1);
  await expect(page.getByTestId("conversation")).toHaveText(first ?? "");

  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByLabel("User name")).toBeVisible();
  await expect(page.locator("chat-widget")).toHaveCount(0);
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
});

test("theme, language and place of the widget follow the page's switches", async ({ page, server }) => {
  const { username } = await server.person("page-looks");
  const widget = await signIn(page, server.url, username, server.password);
  await widget.open();
  await widget.say("Hello");
  await expect(widget.other(/./)).toHaveCount(1);
  await page.getByRole("group", { name: "Theme" }).getByRole("button", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.locator("chat-widget")).toHaveAttribute("data-theme", "dark");
  await page.screenshot({ path: screenshot("chat-test-dark") });

  await page.getByRole("group", { name: "Position" }).getByRole("button", { name: "Left" }).click();
  await expect.poll(async () => (await widget.panel.boundingBox())?.x ?? 999).toBeLessThan(100);
  await page.getByLabel("Language").selectOption("ar");
  await expect(widget.panel).toHaveCSS("direction", "rtl");
  await page.screenshot({ path: screenshot("chat-test-arabic") });
});

test("the page fits a phone", async ({ page, server }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const { username } = await server.person("page-phone");
  await signIn(page, server.url, username, server.password);
  await expect(page.locator("chat-widget .launcher")).toBeVisible();
  await page.screenshot({ path: screenshot("chat-test-phone"), fullPage: true });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
