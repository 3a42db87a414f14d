import { expect, fitsPhone, looksRight, signIn, test } from "./desk";

test("the figures follow what happens while the page is looked at", async ({ page, server }) => {
  await signIn(page, server, "itagent", "stats");
  const tile = (name: string) =>
    page
      .locator(".stats-tile")
      .filter({ has: page.getByText(name, { exact: true }) })
      .locator(".stats-value");
  await expect(tile("Messages")).toBeVisible();
  const before = Number(await tile("Messages").textContent());
  const { token } = await server.person("figures-person");
  await server.call("POST", "/api/user-response/", { message: "How do I reset my password?" }, token);
  await expect
    .poll(async () => Number(await tile("Messages").textContent()), { timeout: 20_000 })
    .toBeGreaterThan(before);
  await expect(tile("Agents online")).not.toHaveText("0");
  const open = page.getByRole("region", { name: "Conversations" }).locator(".stats-bar-row").first();
  await expect(open).toContainText(/Open.*[1-9]/);
  await looksRight(page, "stats");
  await fitsPhone(page, "stats");

  // nobody looks: nobody asks
  let asked = 0;
  page.on("request", (request) => {
    if (request.url().endsWith("/api/stats")) asked += 1;
  });
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  const hidden = asked;
  await server.call("POST", "/api/user-response/", { message: "And another thing" }, token);
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "visible", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await expect.poll(() => asked).toBe(hidden + 1);
});
