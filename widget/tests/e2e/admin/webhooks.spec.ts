import { HOSTILE, Receiver, expect, fitsPhone, looksRight, screenshot, signIn, test } from "./desk";

test.describe("Webhooks", () => {
  let receiver: Receiver;
  test.beforeEach(async () => {
    receiver = await Receiver.start();
  });
  test.afterEach(async () => {
    await receiver.stop();
  });

  test("an endpoint is made, tried out, and its failure replayed", async ({ page, server }) => {
    await signIn(page, server, "admin", "webhooks");
    await expect(page.getByText("No endpoint yet")).toBeVisible();
    await page.getByRole("button", { name: "New endpoint" }).click();

    // refused: each at its field, which has the focus
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Create" }).click();
    await expect(dialog.getByRole("alert")).toHaveCount(1);
    await dialog.getByLabel("URL").fill("ftp://example.com");
    await dialog.getByLabel("message.created").check();
    await dialog.getByRole("button", { name: "Create" }).click();
    await expect(dialog.getByRole("alert")).toHaveText("Must begin with http:// or https://");
    await expect(dialog.getByLabel("URL")).toBeFocused();
    await page.screenshot({ path: screenshot("admin-webhook-error") });

    await dialog.getByLabel("URL").fill(receiver.url);
    await dialog.getByLabel("Description").fill(HOSTILE);
    await dialog.getByRole("button", { name: "Create" }).click();
    const secret = page.getByLabel("Secret", { exact: true });
    await expect(secret).toHaveText(/^whsec_/);
    await looksRight(page, "webhook-secret");
    await page.getByRole("button", { name: "I have kept it" }).click();

    const row = page.getByRole("row").filter({ hasText: receiver.url });
    await expect(row).toContainText(HOSTILE);
    await expect(row).not.toContainText("whsec_");
    await looksRight(page, "webhooks");
    await fitsPhone(page, "webhooks");

    // tried out
    await row.getByRole("link").click();
    await page.getByRole("button", { name: "Send a test event" }).click();
    const deliveries = page.getByRole("region", { name: "Deliveries, newest first" }).getByRole("row");
    await expect(deliveries.nth(1)).toContainText("Delivered");
    await expect(deliveries.nth(1)).toContainText("HTTP 200");
    expect(receiver.taken).toHaveLength(1);
    expect(JSON.parse(receiver.taken[0]?.body.toString() ?? "")).toMatchObject({ type: "webhook.test" });

    // failing, and replayed
    receiver.status = 500;
    await page.getByRole("button", { name: "Send a test event" }).click();
    await expect(deliveries.nth(1)).toContainText("Failed, will retry");
    await expect(deliveries.nth(1)).toContainText("HTTP 500");
    // the first retry comes within seconds: "now", after it "in 5 min"
    await expect(page.getByText(/^again /)).toBeVisible();
    await looksRight(page, "webhook-log");
    await fitsPhone(page, "webhook-log");
    receiver.status = 200;
    await deliveries
      .nth(1)
      .getByRole("button", { name: /^Replay/ })
      .click();
    await expect(deliveries.nth(1)).toContainText("Delivered");
    await expect(deliveries.nth(1)).toContainText(/\d attempts/);
    const [first, second] = receiver.taken.slice(1);
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
  });

  test("an endpoint is disabled, changed and deleted, by keyboard", async ({ page, server }) => {
    const token = await server.login("admin");
    const { id } = await server.call(
      "POST",
      "/api/webhooks",
      { url: receiver.url, events: ["ticket.created"], description: "The CRM" },
      token,
    );
    await signIn(page, server, "admin", "webhooks");
    const toggle = page.getByRole("switch", { name: `Send events to ${receiver.url}` });
    await toggle.focus();
    await page.keyboard.press("Space");
    await expect(toggle).toHaveAttribute("aria-checked", "false");
    expect((await server.call("GET", `/api/webhooks/${id}`, undefined, token)).enabled).toBe(false);

    await page.getByRole("button", { name: `Change ${receiver.url}` }).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByLabel("Description")).toHaveValue("The CRM");
    await dialog.getByLabel("Description").fill("The old CRM");
    await dialog.getByLabel("message.created").check();
    await page.keyboard.press("Enter");
    await expect(dialog).toHaveCount(0);
    await expect(page.getByRole("button", { name: `Change ${receiver.url}` })).toBeFocused();
    await expect(page.getByText("The old CRM")).toBeVisible();
    expect((await server.call("GET", `/api/webhooks/${id}`, undefined, token)).events).toEqual([
      "message.created",
      "ticket.created",
    ]);

    // asked before; Escape is no
    await page.getByRole("button", { name: `Delete ${receiver.url}` }).click();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await page.getByRole("button", { name: `Delete ${receiver.url}` }).click();
    await looksRight(page, "webhook-delete");
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await expect(page.getByRole("link", { name: receiver.url })).toHaveCount(0);
    await expect(server.call("GET", `/api/webhooks/${id}`, undefined, token)).rejects.toThrow("404");
  });

  test("a server that does not answer is said, with another try", async ({ page, server }) => {
    await signIn(page, server, "admin", "stats");
    await page.route("**/api/webhooks*", (route) => route.abort());
    await page.getByRole("link", { name: "Webhooks" }).click();
    await expect(page.getByText("The server cannot be reached. Check your connection.")).toBeVisible();
    await page.unroute("**/api/webhooks*");
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("button", { name: "Try again" })).toHaveCount(0);
  });
});

test("an agent has no page for administrators", async ({ page, server }) => {
  await signIn(page, server, "itagent", "webhooks");
  await expect(page.getByText("There is nothing here")).toBeVisible();
  for (const name of ["Webhooks", "Users", "Jobs"]) await expect(page.getByRole("link", { name })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Knowledge" })).toBeVisible();
});
