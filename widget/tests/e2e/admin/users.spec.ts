import { HOSTILE, expect, fitsPhone, looksRight, signIn, test } from "./desk";

test("a user is created, signs in, is changed, disabled and enabled", async ({ page, server, browser }) => {
  await signIn(page, server, "admin", "users");
  await page.getByRole("button", { name: "New user" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Username").fill("zoe");
  await dialog.getByLabel("Password", { exact: true }).fill("short");
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(dialog.getByRole("alert")).toHaveText("Must be at least 8 characters");
  await expect(dialog.getByLabel("Password", { exact: true })).toBeFocused();
  await dialog.getByRole("button", { name: "Make one" }).click();
  await expect(dialog.getByRole("alert")).toHaveCount(0);
  const password = (await dialog.locator("code").textContent()) ?? "";
  expect(password).toMatch(/^[A-Za-z2-9]{20}$/);
  await dialog.getByLabel("Full name").fill(`Zoe ${HOSTILE}`);
  await dialog.getByLabel("Department").selectOption("IT");
  await looksRight(page, "user-new");
  await fitsPhone(page, "user-new");
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(dialog).toHaveCount(0);
  const row = page.getByRole("row").filter({ hasText: "zoe" });
  await expect(row).toContainText(HOSTILE);
  await expect(row).toContainText("Agent");
  await looksRight(page, "users");
  await fitsPhone(page, "users");

  // the same name again is refused at its field
  await page.getByRole("button", { name: "New user" }).click();
  await dialog.getByLabel("Username").fill("ZOE");
  await dialog.getByLabel("Password", { exact: true }).fill("long enough for it");
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(dialog.getByRole("alert")).toHaveText("Username already exists");
  await page.keyboard.press("Escape");

  const theirs = await (await browser.newContext()).newPage();
  await signIn(theirs, server, "zoe", "articles", password);
  await expect(theirs.getByRole("button", { name: "New article" })).toBeVisible();
  expect(await theirs.evaluate(() => (window as { hacked?: number }).hacked ?? null)).toBeNull();

  await page.getByRole("button", { name: "Change zoe" }).click();
  await dialog.getByLabel("Full name").fill("Zoe Zimmer");
  await dialog.getByLabel("Role").selectOption("user");
  await expect(dialog.getByLabel("Department")).toBeDisabled();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(row).toContainText("Zoe Zimmer");
  await expect(row.getByRole("cell").nth(1)).toHaveText("User");

  await page.getByRole("button", { name: "Disable zoe" }).click();
  await looksRight(page, "user-disable");
  await dialog.getByRole("button", { name: "Disable" }).click();
  await expect(row).toContainText("Disabled");
  const attempt = () => server.call("POST", "/api/auth/login", { username: "zoe", password });
  await expect(attempt()).rejects.toThrow("401");
  await page.getByRole("button", { name: "Enable zoe" }).click();
  await expect(row).toContainText("Enabled");
  await attempt();

  await page.getByRole("button", { name: "Set password for zoe" }).click();
  await dialog.getByLabel("Password", { exact: true }).fill("another password of zoe");
  await dialog.getByRole("button", { name: "Set the password" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(attempt()).rejects.toThrow("401");
  await server.call("POST", "/api/auth/login", { username: "zoe", password: "another password of zoe" });
  await theirs.context().close();
});

test("users are searched and filtered, and nobody disables themselves", async ({ page, server }) => {
  await signIn(page, server, "admin", "users");
  await page.getByLabel("Search").fill("alic");
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(page.getByRole("row").nth(1)).toContainText("alice");
  await page.getByLabel("Search").fill("");
  await page.getByLabel("Role").selectOption("admin");
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(page.getByRole("button", { name: "Disable admin" })).toBeDisabled();
  await page.getByRole("button", { name: "Change admin" }).click();
  await page.getByRole("dialog").getByLabel("Role").selectOption("agent");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toHaveText("You cannot change your own role");
  await page.keyboard.press("Escape");
  await page.getByLabel("Search").fill("nobody at all");
  await expect(page.getByText("Nobody is found")).toBeVisible();
});
