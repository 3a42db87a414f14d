import { HOSTILE, expect, fitsPhone, looksRight, signIn, test } from "./desk";

test("an article is written, answers a question, is changed and deleted", async ({ page, server }) => {
  await signIn(page, server, "itagent", "articles");
  await expect(page.getByText("No article yet")).toBeVisible();
  await page.getByRole("button", { name: "New article" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toHaveText("This field may not be blank.");
  await expect(page.getByLabel("Title")).toBeFocused();

  await page.getByLabel("Title").fill("Zeppelin tours");
  await page
    .getByLabel("Text")
    .fill(
      "## When do the zeppelin tours depart?\n\nOur **zeppelin tours** depart every *Thursday* at noon.\n\n" +
        "- bring a coat\n- [book](https://example.com/book)\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    );
  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview.getByRole("heading", { name: "When do the zeppelin tours depart?" })).toBeVisible();
  await expect(preview.getByRole("link", { name: "book" })).toHaveAttribute("rel", "noopener noreferrer nofollow");
  await page.getByLabel("Address").fill("javascript:alert(1)");
  await page.getByLabel("Tags").fill("tours, air");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toHaveText("Must be a path or an http(s) address");
  await page.getByLabel("Address").fill("/help/zeppelin");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page).toHaveURL(/articles\/[0-9a-f-]{36}$/);
  await looksRight(page, "article");
  await fitsPhone(page, "article");

  // the bot knows it
  await page.getByRole("textbox", { name: "Question" }).fill("When do the zeppelin tours depart?");
  await page.keyboard.press("Enter");
  const tried = page.getByRole("region", { name: "Try a question" });
  await expect(tried).toContainText("depart every Thursday at noon");
  await expect(tried.getByRole("link", { name: "Zeppelin tours" }).first()).toBeVisible();
  await expect(tried.getByText("Answer", { exact: true })).toBeVisible();
  await expect(tried.getByRole("listitem").last()).toContainText(/\d\.\d\d$/);
  await page.getByRole("button", { name: "All articles" }).click();

  await page.getByLabel("Search").fill("THURSDAY air");
  await expect(page.getByRole("link", { name: "Zeppelin tours" })).toBeVisible();
  await page.getByRole("textbox", { name: "Question" }).fill("When do the zeppelin tours depart?");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Passages considered")).toBeVisible();
  await looksRight(page, "articles");
  await fitsPhone(page, "articles");
  await page.getByLabel("Search").fill("nothing like it");
  await expect(page.getByText("No article matches")).toBeVisible();
  await page.getByLabel("Search").fill("");

  // leaving with changes is asked
  await page.getByRole("button", { name: "Edit Zeppelin tours" }).click();
  await page.getByLabel("Title").fill("Airship tours");
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Keep writing" }).click();
  const saved = page.waitForResponse((response) => response.request().method() === "PUT" && response.ok());
  await page.getByRole("button", { name: "Save" }).click();
  await saved;
  await expect(page.getByRole("button", { name: "Save" })).not.toHaveAttribute("aria-busy");
  await page.getByRole("button", { name: "All articles" }).click();
  await page.getByRole("button", { name: "Delete Airship tours" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("No article yet")).toBeVisible();
});

test("an article's text runs nowhere", async ({ page, server }) => {
  const token = await server.login("admin");
  const links = `[link](javascript:window.hacked=1) ![i](https://example.com/i.png)`;
  const body = `${HOSTILE}\n\n${links}\n\n<javascript:window.hacked=1>`;
  const { id } = await server.call(
    "POST",
    "/api/bot/articles",
    { title: `Hostile ${HOSTILE}`.slice(0, 200), body: `Marsupial question\n\n${body}`, tags: ["<b>tag</b>"] },
    token,
  );
  await signIn(page, server, "itagent", `articles/${id}`);
  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview).toContainText("<script>");
  await expect(preview.locator("img, script, svg, a")).toHaveCount(0);
  await page.getByRole("textbox", { name: "Question" }).fill("Marsupial question");
  await page.keyboard.press("Enter");
  const tried = page.getByRole("region", { name: "Try a question" });
  await expect(tried).toContainText("Passages considered");
  await expect(tried.locator("img, script")).toHaveCount(0);
  await page.getByRole("button", { name: "All articles" }).click();
  await expect(page.getByText("<b>tag</b>")).toBeVisible();
  await server.call("DELETE", `/api/bot/articles/${id}`, undefined, token);
});
