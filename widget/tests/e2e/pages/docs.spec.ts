/** The API's description in a browser, under a policy that allows no inline code but its own. */
import { expect, screenshot, test } from "../server";
import { watch } from "./watch";

test("Swagger UI shows the operations and calls one, and breaks no policy", async ({ page, server }) => {
  // megabytes of script, on a machine that does other things
  test.setTimeout(180_000);
  const watching = await watch(page);
  await page.goto(`${server.url}/docs`);
  await expect(page.getByRole("heading", { name: /^Switchboard/ })).toBeVisible({ timeout: 90_000 });
  await page.goto(`${server.url}/docs#/Auth/api_auth_visitor`);
  const operation = page.locator(".opblock", { has: page.locator('[data-path="/api/auth/visitor"]') });
  await operation.scrollIntoViewIfNeeded();
  if (!(await operation.getByRole("button", { name: "Try it out" }).isVisible()))
    await operation.locator(".opblock-summary").click();
  await operation.getByRole("button", { name: "Try it out" }).click();
  await operation.locator("textarea.body-param__text").fill("{}");
  await operation.getByRole("button", { name: "Execute" }).click();
  await expect(operation.locator(".live-responses-table .response .response-col_status")).toContainText("200");
  await page.screenshot({ path: screenshot("docs") });
  await watching.clean();
});

test("ReDoc shows the operations in its own style, and breaks no policy", async ({ page, server }) => {
  // megabytes of script, on a machine that does other things
  test.setTimeout(180_000);
  const watching = await watch(page);
  await page.goto(`${server.url}/redoc`);
  await expect(page.getByRole("heading", { name: /^Switchboard/ })).toBeVisible({ timeout: 90_000 });
  await expect(page.getByRole("heading", { name: "Become a visitor" }).first()).toBeAttached();
  // its rules are there: without them the menu stands above the text, not beside it
  const [menu, text] = await Promise.all([
    page.locator(".menu-content").boundingBox(),
    page.locator(".api-content").boundingBox(),
  ]);
  expect(menu!.x + menu!.width).toBeLessThanOrEqual(text!.x + 1);
  await page.screenshot({ path: screenshot("redoc") });
  await watching.clean();
});
