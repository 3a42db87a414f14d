/** The API's description in a browser, under a policy that allows no inline code and no other host. */
import type { Page } from "@playwright/test";
import { expect, screenshot, test } from "../server";
import { watch } from "./watch";

/** The addresses elsewhere that the page asks for from now on. */
function foreign(page: Page, own: string): string[] {
  const asked: string[] = [];
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== "data:" && origin !== own) asked.push(request.url());
  });
  return asked;
}

test("Swagger UI shows the operations and calls one, and breaks no policy", async ({ page, server }) => {
  // megabytes of script, on a machine that does other things
  test.setTimeout(180_000);
  const watching = await watch(page);
  const elsewhere = foreign(page, server.url);
  await page.goto(`${server.url}/docs`);
  await expect(page.getByRole("heading", { name: /^Switchboard/ })).toBeVisible({ timeout: 90_000 });
  // all of them, or a browser's search would not find the others
  const { paths } = await server.call("GET", "/openapi.json");
  const operations = Object.values<object>(paths).flatMap(Object.values);
  await expect(page.locator(".opblock")).toHaveCount(operations.length);
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
  expect(elsewhere).toEqual([]);
  await watching.clean();
});

test("ReDoc shows the operations in its own style, and breaks no policy", async ({ page, server }) => {
  // megabytes of script, on a machine that does other things
  test.setTimeout(180_000);
  const watching = await watch(page);
  const elsewhere = foreign(page, server.url);
  await page.goto(`${server.url}/redoc`);
  await expect(page.getByRole("heading", { name: /^Switchboard/ })).toBeVisible({ timeout: 90_000 });
  await expect(page.getByRole("heading", { name: "Become a visitor" }).first()).toBeAttached();
  // its rules are there: without them the menu stands above the text, not beside it
  const [menu, text] = await Promise.all([
    page.locator(".menu-content").boundingBox(),
    page.locator(".api-content").boundingBox(),
  ]);
  expect(menu!.x + menu!.width).toBeLessThanOrEqual(text!.x + 1);
  // in a worker
  await page.getByPlaceholder("Search").fill("visitor");
  await expect(page.locator('[data-role="search:results"]')).toContainText("Become a visitor");
  await page.screenshot({ path: screenshot("redoc") });
  expect(elsewhere).toEqual([]);
  await watching.clean();
});
