import { HOSTILE, expect, fitsPhone, looksRight, signIn, test } from "./desk";

test("a canned reply is kept, found, changed and deleted", async ({ page, server }) => {
  await signIn(page, server, "itagent", "replies");
  await expect(page.getByText("No canned reply yet")).toBeVisible();
  const dialog = page.getByRole("dialog");
  const make = async (shortcut: string, text: string) => {
    await page.getByRole("button", { name: "New canned reply" }).click();
    await dialog.getByLabel("Shortcut").fill(shortcut);
    await dialog.getByLabel("Text").fill(text);
    await dialog.getByRole("button", { name: "Save" }).click();
  };
  await make("Re fund", "x");
  await expect(dialog.getByRole("alert")).toHaveText("May hold only lower-case letters a-z, digits, _ and -");
  await dialog.getByLabel("Shortcut").fill("/refund");
  await dialog.getByLabel("Text").fill(`Your refund is on its way.\n${HOSTILE}`);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("row").filter({ hasText: "/refund" })).toContainText("<script>");
  await make("refund", "again");
  await expect(dialog.getByRole("alert")).toHaveText("Another canned reply has this shortcut");
  await page.keyboard.press("Escape");
  await make("hello", "Hello! How can we help?");
  await looksRight(page, "canned");
  await fitsPhone(page, "canned");
  await page.getByLabel("Search").fill("on its way");
  await expect(page.getByRole("row")).toHaveCount(2);
  await page.getByLabel("Search").fill("");

  await page.getByRole("button", { name: "Change /hello" }).click();
  await dialog.getByLabel("Text").fill("Good day!");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Good day!")).toBeVisible();
  await page.getByRole("button", { name: "Delete /hello" }).click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("Good day!")).toHaveCount(0);
  const kept = await server.call("GET", "/api/chat/canned-replies", undefined, await server.login("admin"));
  expect(kept.map((one: { shortcut: string }) => one.shortcut)).toEqual(["refund"]);
});

test("a label is made, coloured, renamed, and deleted by administrators alone", async ({ page, server, browser }) => {
  await signIn(page, server, "itagent", "replies/labels");
  await expect(page.getByText("No label yet")).toBeVisible();
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "New label" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByRole("alert")).toHaveText("This field may not be blank.");
  await dialog.getByLabel("Name").fill("<img src=x onerror=hacked=1>");
  await dialog.getByLabel("Colour", { exact: true }).fill("red");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByLabel("Colour", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await dialog.getByRole("button", { name: "Colour #16a34a" }).click();
  await looksRight(page, "label-new");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("<img src=x onerror=hacked=1>")).toBeVisible();
  await page.getByRole("button", { name: /^Change <img/ }).click();
  await dialog.getByLabel("Name").fill("Billing");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Billing")).toBeVisible();
  await expect(page.getByRole("button", { name: "Delete Billing" })).toHaveCount(0);
  await looksRight(page, "labels");
  await fitsPhone(page, "labels");

  const admin = await (await browser.newContext()).newPage();
  await signIn(admin, server, "admin", "replies/labels");
  await admin.getByRole("button", { name: "Delete Billing" }).click();
  await admin.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(admin.getByText("No label yet")).toBeVisible();
  await admin.context().close();
});
