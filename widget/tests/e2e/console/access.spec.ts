import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { expect, test } from "../server";
import { agent, askForPerson, composer, customer, log, open } from "./desk";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds serious or critical. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await (window as any).axe.run(document);
    return violations
      .filter((one: any) => one.impact === "serious" || one.impact === "critical")
      .flatMap((one: any) => one.nodes.map((node: any) => `${one.id}: ${node.target} ${node.failureSummary}`));
  });
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing serious in list, thread, details and dialogs, ${colorScheme}`, async ({
    browser,
    server,
  }) => {
    const who = await customer(server, `Axel ${colorScheme}`, "How do I return an item?");
    await askForPerson(server, who);
    const staff = await server.login("admin");
    await server.call(
      "POST",
      `/api/chat/conversations/${who.conversation}/notes`,
      { text: "For our eyes only, @itagent" },
      staff,
    );
    const label = await server.call(
      "POST",
      "/api/chat/labels",
      { name: `Label ${colorScheme}`, color: "#c2255c" },
      staff,
    );
    await server.call(
      "PATCH",
      `/api/chat/conversations/${who.conversation}`,
      { label_ids: [label.id], priority: "urgent" },
      staff,
    );
    await server.call("POST", "/api/chat/canned-replies", { shortcut: `hi-${colorScheme}`, text: "Good day" }, staff);
    const { page, context } = await agent(browser, server, "itagent", "/console", {
      colorScheme,
      reducedMotion: "reduce",
    });
    await expect(page.locator("[data-conversation]").first()).toBeVisible();
    expect(await findings(page)).toEqual([]);
    await open(page, who.conversation);
    await expect(page.locator("[data-note]")).toBeVisible();
    await page.getByRole("button", { name: "Suggest", exact: true }).click();
    await expect(page.getByRole("region", { name: "Suggested reply" })).toBeVisible();
    await page.getByRole("button", { name: "Filters" }).click();
    expect(await findings(page)).toEqual([]);
    await composer(page).fill("");
    await composer(page).pressSequentially("/hi");
    await expect(page.getByRole("listbox")).toBeVisible();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("tab", { name: "Private note" }).click();
    expect(await findings(page)).toEqual([]);
    await page.getByRole("button", { name: "Assign", exact: true }).click();
    await expect(page.getByRole("menu", { name: "Assign to" })).toBeVisible();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    for (const key of ["?", "l"]) {
      await page.locator(".thread-head h2").click();
      await page.keyboard.press(key);
      await expect(page.getByRole("dialog")).toBeVisible();
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog")).toHaveCount(0);
    }
    await page.getByRole("button", { name: /^Account of/ }).click();
    await page.getByRole("menuitem", { name: /Sign out/ }).click();
    await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
    expect(await findings(page)).toEqual([]);
    await context.close();
  });
}

test("everything that matters is done by keys alone", async ({ browser, server }) => {
  const [first, second] = [await customer(server, "Key One"), await customer(server, "Key Two")];
  await Promise.all([first, second].map((who) => askForPerson(server, who)));
  const { page, context } = await agent(browser, server, "hragent");
  const row = (id: string) => page.locator(`[data-conversation="${id}"]`);
  await expect(row(second.conversation)).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("u");
  await expect(page.getByRole("tab", { name: /Unassigned/ })).toHaveAttribute("aria-selected", "true");
  await expect(row(first.conversation)).toBeVisible();
  const order = await page
    .locator("[data-conversation]")
    .evaluateAll((rows) => rows.map((one) => (one as HTMLElement).dataset["conversation"]!));
  await page.keyboard.press("j");
  await expect(row(order[0]!)).toBeFocused();
  await page.keyboard.press("j");
  await expect(row(order[1]!)).toBeFocused();
  await page.keyboard.press("k");
  await expect(row(order[0]!)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(order[0]!));
  await expect(page.getByRole("button", { name: "Claim" })).toBeVisible();
  await page.keyboard.press("c");
  await expect(page.getByText("Yours")).toBeVisible();
  await page.keyboard.press("r");
  await expect(composer(page)).toBeFocused();
  await page.keyboard.type("By keys alone");
  await page.keyboard.press("Enter");
  await expect(log(page)).toContainText("By keys alone");
  await page.keyboard.press("Escape");
  await page.keyboard.press("n");
  await expect(page.getByRole("tab", { name: "Private note" })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.type("A note by keys");
  await page.keyboard.press("Enter");
  await expect(page.locator("[data-note]")).toContainText("A note by keys");
  await page.keyboard.press("Escape");
  await page.keyboard.press("a");
  await expect(page.getByRole("menu", { name: "Assign to" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: /^Assigned to/ })).toBeFocused();
  await page.keyboard.press("s");
  await expect(page.getByRole("menuitem").first()).toBeFocused();
  await page.keyboard.press("Escape");
  await page.keyboard.press("e");
  await expect(page.getByRole("button", { name: "Reopen" })).toBeVisible();
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox", { name: "Search conversations" })).toBeFocused();
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/\/console$/);
  await context.close();
});
