import { expect, screenshot, test } from "../server";
import { WidgetOnPage } from "../widget/host";
import { expectAccessible } from "./axe";

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing serious on the chat test page, ${colorScheme}`, async ({ browser, server }) => {
    const page = await browser.newPage({ colorScheme });
    await page.goto(`${server.url}/chat-test`);
    await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
    await expectAccessible(page);
    const { username } = await server.person(`axe-${colorScheme}`);
    await page.getByLabel("User name").fill(username);
    await page.getByLabel("Password").fill(server.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    const widget = new WidgetOnPage(page);
    await widget.open();
    await widget.say("Hello");
    await expect(widget.other(/./)).toHaveCount(1);
    await page.locator(".frames summary").first().click();
    await page.mouse.move(0, 0);
    await expectAccessible(page);
    await page.getByRole("button", { name: "Block WebSocket", exact: true }).click();
    await expect(page.getByTestId("connection")).not.toHaveAttribute("data-state", "socket");
    await page.mouse.move(0, 0);
    await expectAccessible(page);
    await page.close();
  });

  test(`axe finds nothing serious on the page of sockets, ${colorScheme}`, async ({ browser, server }) => {
    const page = await browser.newPage({ colorScheme });
    await page.goto(`${server.url}/test_websocket.html`);
    await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
    await page.getByRole("button", { name: "Three people in a room" }).click();
    await expect(page.locator("[data-testid=client-rooms][data-state=open]")).toHaveCount(3);
    await page.mouse.move(0, 0);
    await expectAccessible(page);
    if (colorScheme === "dark") await page.screenshot({ path: screenshot("test-websocket-dark"), fullPage: true });
    await page.getByRole("button", { name: "One ticket in five shapes" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
    await expectAccessible(page);
    await page.close();
  });
}

test("the page of sockets fits a phone", async ({ page, server }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${server.url}/test_websocket.html`);
  await expect(page.getByRole("region", { name: "Client 1" })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.screenshot({ path: screenshot("test-websocket-phone") });
});
