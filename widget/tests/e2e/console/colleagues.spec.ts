import { expect, test } from "../server";
import { agent, composer, errorsOf, log } from "./desk";

test("a group of colleagues is a conversation too, without notes, claims and statuses", async ({ browser, server }) => {
  const token = await server.login("hragent");
  const { id } = await server.call(
    "POST",
    "/api/chat/conversations",
    { title: "Lunch", is_group: true, participant_ids: ["itagent", "admin"] },
    token,
  );
  await server.call("POST", "/api/user-response/", { message: "Pizza today?", conversation_id: id }, token);
  const { page, context } = await agent(browser, server, "itagent", `/console/conversations/${id}`);
  await expect(log(page)).toContainText("Pizza today?");
  await expect(page.getByRole("tab", { name: "Private note" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Claim" })).toHaveCount(0);
  await expect(page.locator(".thread .error-note")).toHaveCount(0);
  await composer(page).fill("With olives");
  await composer(page).press("Enter");
  await expect(log(page).locator(".message.is-mine")).toContainText("With olives");
  await expect(page.locator(`[data-conversation="${id}"]`)).toContainText("You: With olives");
  expect(errorsOf(page)).toEqual([]);
  await context.close();
});

test("a ticket is claimed and resolved at the console, and the ticket with it", async ({ browser, server }) => {
  const user = await server.login("charlie");
  const me = await server.call("GET", "/api/auth/me", undefined, user);
  const ticket = await server.call(
    "POST",
    "/api/v1/support",
    { user_id: Number(me.id), description: "The charger does not start" },
    user,
  );
  const { page, context } = await agent(browser, server, "admin");
  const row = page.locator("[data-conversation]", { hasText: "The charger does not start" }).first();
  await page.getByRole("tab", { name: /^All/ }).click();
  await expect(page.locator("[data-conversation]", { hasText: "Ticket" }).first()).toBeVisible();
  await ((await row.count()) ? row : page.locator("[data-conversation]", { hasText: "Ticket" }).first()).click();
  await expect(page.locator(".context .facts").first()).toBeVisible();
  await page.getByRole("button", { name: "Claim" }).click();
  await expect(page.getByText("Yours")).toBeVisible();
  await page.getByRole("button", { name: "Resolve", exact: true }).click();
  await expect(page.getByRole("button", { name: "Reopen" })).toBeVisible();
  const admin = await server.login("admin");
  const now = await server.call("GET", `/api/v1/support/${ticket.support_id}`, undefined, admin);
  expect((now.data ?? now).status).not.toBe("open");
  await context.close();
});
