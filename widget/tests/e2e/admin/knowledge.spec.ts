import { readFileSync } from "node:fs";
import { HOSTILE, type Page, type Server, expect, fitsPhone, looksRight, signIn, test } from "./desk";

const tried = (page: Page) => page.getByRole("region", { name: "Questions this would answer" });

/** A button of the form, where it has stored what was written. */
async function press(page: Page, name: string, says: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
  // what was stored before may still be said
  await expect(page.getByText(says).last()).toBeVisible();
}

async function add(server: Server, article: object): Promise<{ id: string; slug: string }> {
  return server.call("POST", "/api/bot/articles", article, await server.login("admin"));
}

const remove = async (server: Server, id: string) =>
  server.call("DELETE", `/api/bot/articles/${id}`, undefined, await server.login("admin"));

test("an article is written as a draft, published, answers a question, and is deleted", async ({ page, server }) => {
  await signIn(page, server, "itagent", "articles");
  await page.getByRole("button", { name: "New article" }).click();
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(page.getByRole("alert").first()).toHaveText("This field may not be blank.");
  await expect(page.getByLabel("Title")).toBeFocused();

  await page.getByLabel("Title").fill("Zeppelin tours: when?");
  await expect(page.getByLabel("Slug")).toHaveValue("zeppelin-tours-when");
  await page.getByLabel("Slug").fill("zeppelins");
  await page.getByLabel("Title").fill("Zeppelin tours");
  await expect(page.getByLabel("Slug")).toHaveValue("zeppelins");
  await page
    .getByLabel("Text", { exact: true })
    .fill(
      "## When do the zeppelin tours depart?\n\nOur **zeppelin tours** depart every *Thursday* at noon.\n\n" +
        "- bring a coat\n- [book](https://example.com/book) or [return](/help/no-such-page)\n\n" +
        "| a | b |\n|---|---|\n| 1 | 2 |",
    );
  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview.getByRole("heading", { name: "When do the zeppelin tours depart?" })).toBeVisible();
  await expect(preview.getByRole("link", { name: "book" })).toHaveAttribute("rel", "noopener noreferrer nofollow");
  const links = page.getByRole("list", { name: "Links" });
  await expect(links.getByRole("listitem").nth(1)).toContainText("No article has this slug");
  await expect(links.getByRole("listitem").first()).toContainText("not tried");
  await page.getByLabel("Category").fill("Tours");
  await page.getByLabel("Tags").fill("tours, air");
  await page
    .getByLabel("Example questions")
    .fill("When do the zeppelin tours depart?\nIs there a zeppelin on Thursday?");
  await page.getByLabel("Address elsewhere").fill("javascript:alert(1)");
  await page.getByRole("button", { name: "Save as a draft" }).click();
  await expect(page.getByLabel("Address elsewhere")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Address elsewhere").fill("");
  await press(page, "Save as a draft", "Saved as a draft.");
  await expect(page).toHaveURL(/articles\/[0-9a-f-]{36}$/);
  await expect(page.getByText("Draft", { exact: true })).toBeVisible();
  await expect(page.getByRole("link", { name: "View page" })).toHaveCount(0);

  // a draft answers nobody; published it does
  await tried(page).getByRole("textbox", { name: "Question" }).fill("When do the zeppelin tours depart?");
  await page.keyboard.press("Enter");
  await expect(tried(page).getByText("Sources")).toBeVisible();
  await expect(tried(page)).not.toContainText("Answered from this article");
  await press(page, "Publish", "Published. The bot knows it from its next answer on.");
  await expect(page.getByRole("link", { name: "View page" })).toHaveAttribute("href", "/help/zeppelins");
  await tried(page).getByRole("button", { name: "Try the example questions" }).click();
  const questions = tried(page).getByRole("list", { name: "Example questions" });
  await expect(questions.getByText("Answered from this article")).toHaveCount(2);
  await tried(page).getByRole("textbox", { name: "Question" }).fill("When do the zeppelin tours depart?");
  await page.keyboard.press("Enter");
  await expect(tried(page)).toContainText("depart every Thursday at noon");
  await expect(tried(page).getByRole("link", { name: "Zeppelin tours" }).first()).toBeVisible();
  await looksRight(page, "article");
  await fitsPhone(page, "article");
  await page.getByRole("button", { name: "All articles" }).click();

  await page.getByRole("searchbox", { name: "Search" }).fill("THURSDAY");
  await expect(page.getByRole("row")).toHaveCount(2);
  await page.getByRole("searchbox", { name: "Search" }).fill("nothing like it");
  await expect(page.getByText("No article matches")).toBeVisible();
  await page.getByRole("searchbox", { name: "Search" }).fill("");
  await page.getByLabel("Category").selectOption("Tours");
  await expect(page.getByRole("row")).toHaveCount(2);
  await page.getByRole("button", { name: "Delete Zeppelin tours" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("No article matches")).toBeVisible();
});

test("an image is added to an article, seen in the preview, and on its page", async ({ page, server }) => {
  await signIn(page, server, "itagent", "articles");
  await page.getByRole("button", { name: "New article" }).click();
  await page.getByLabel("Title").fill("Where the button is");
  const text = page.getByLabel("Text", { exact: true });
  await text.fill("Look here: ");
  const add = async (file: { name: string; mimeType: string; buffer: Buffer }) => {
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Add image" }).click();
    await (await chooser).setFiles(file);
  };
  // its name says what its bytes do not
  await add({ name: "plan.png", mimeType: "image/png", buffer: Buffer.from("<svg onload=alert(1)>") });
  await expect(page.getByRole("alert")).toContainText("Must be a JPEG, PNG, GIF or WebP image");
  const png = readFileSync(new URL("../../../../tests/fixtures/tiny.png", import.meta.url));
  await add({ name: "button.png", mimeType: "image/png", buffer: png });
  await expect(text).toHaveValue(/^Look here: !\[\]\(\/help\/images\/[0-9a-f-]{36}\.png\)$/);
  await expect(page.getByRole("alert")).toHaveCount(0);
  // the caret is where its description is written
  await page.keyboard.type("The red button");
  const shown = page.getByRole("region", { name: "Preview" }).getByRole("img", { name: "The red button" });
  const isLoaded = (image: SVGElement | HTMLElement) => (image as HTMLImageElement).naturalWidth > 0;
  await expect(shown).toBeVisible();
  await expect.poll(() => shown.evaluate(isLoaded)).toBe(true);
  await page.getByText("One link").click();
  await expect(page.getByRole("list", { name: "Links" }).getByRole("listitem")).toContainText("An image");
  await looksRight(page, "article-image");
  await fitsPhone(page, "article-image");
  // a second one is not put into the description of the first
  await text.evaluate(
    async (area, bytes) => {
      const files = new DataTransfer();
      files.items.add(new File([new Uint8Array(bytes)], "dropped.png", { type: "image/png" }));
      area.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
    },
    [...png],
  );
  await expect(text).toHaveValue(/!\[The red button\]\([^)]+\)\n\n!\[\]\(\/help\/images\//);
  await press(page, "Publish", "Published. The bot knows it from its next answer on.");
  await expect(page).toHaveURL(/articles\/[0-9a-f-]{36}$/);
  const id = page.url().split("/").pop()!;

  await page.goto(`${server.url}/help/where-the-button-is`);
  const image = page.getByRole("img", { name: "The red button" });
  await expect(image).toBeVisible();
  expect(await image.evaluate(isLoaded)).toBe(true);
  await remove(server, id);
});

test("changes of a published article are kept until they are published or discarded", async ({ page, server }) => {
  const { id } = await add(server, { title: "Balloon rides", body: "They cost **80 €**.", slug: "balloons" });
  await signIn(page, server, "itagent", `articles/${id}`);
  await expect(page.getByRole("button", { name: "Publish", exact: true })).toBeDisabled();
  await page.getByLabel("Text", { exact: true }).fill("They cost **90 €**.");
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Keep writing" }).click();
  await press(page, "Save changes", "Readers and the bot see the changes once you publish.");
  await expect(page.getByText("Unpublished changes")).toBeVisible();
  await expect(page.getByText("Version 1")).toBeVisible();

  await page.reload();
  await expect(page.getByLabel("Text", { exact: true })).toHaveValue("They cost **90 €**.");
  await page.getByRole("button", { name: "Discard changes" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await expect(page.getByLabel("Text", { exact: true })).toHaveValue("They cost **80 €**.");

  await page.getByLabel("Text", { exact: true }).fill("They cost **95 €**.\n\nChildren pay half.");
  await press(page, "Publish", "Published. The bot knows it from its next answer on.");
  await expect(page.getByText("Version 2")).toBeVisible();

  // a slug cannot be kept beside: it waits for the publishing
  await page.getByLabel("Slug").fill("balloon-rides");
  await expect(page.getByText("change when you publish")).toBeVisible();
  await press(page, "Publish", "Published. The bot knows it from its next answer on.");
  await expect(page.getByRole("link", { name: "View page" })).toHaveAttribute("href", "/help/balloon-rides");
  await page.getByRole("button", { name: "Unpublish" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Unpublish" }).click();
  await expect(page.getByText("Draft", { exact: true })).toBeVisible();
  await remove(server, id);
});

test("what an article said before is compared with what it says, and put back", async ({ page, server }) => {
  const { id } = await add(server, { title: "Airship hire", body: "By the hour.\n\nBring a pilot." });
  const token = await server.login("admin");
  const change = { title: "Airship hire", body: "By the day.\n\nBring a pilot.", category: "Tours" };
  await server.call("PUT", `/api/bot/articles/${id}`, change, token);
  await signIn(page, server, "itagent", `articles/${id}`);
  await page.getByRole("button", { name: "Show earlier versions" }).click();
  await page.getByRole("button", { name: "Compare version 1" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.locator("del")).toHaveText([/hour/]);
  await expect(dialog.locator("ins")).toHaveText([/Tours/, /day/]);
  await looksRight(page, "article-history");
  await dialog.getByRole("button", { name: "Restore version 1" }).click();
  // it has a part "Text" too
  await expect(dialog).toHaveCount(0);
  await expect(page.getByLabel("Text", { exact: true })).toHaveValue("By the hour.\n\nBring a pilot.");
  await expect(page.getByText("Version 3")).toBeVisible();
  await remove(server, id);
});

test("a translation belongs to its article", async ({ page, server }) => {
  const { id } = await add(server, { title: "Gondola trips", body: "From the pier.", category: "Tours" });
  await signIn(page, server, "itagent", `articles/${id}`);
  await page.getByLabel("Language of the translation").fill("de");
  await page.getByRole("button", { name: "Add translation" }).click();
  await expect(page.getByRole("form", { name: "New article" })).toBeVisible();
  await expect(page.getByLabel("Language", { exact: true })).toHaveValue("de");
  await page.getByLabel("Title").fill("Gondelfahrten");
  await page.getByLabel("Text", { exact: true }).fill("Vom Steg.");
  await press(page, "Save as a draft", "Saved as a draft.");
  const translations = page.getByRole("region", { name: "Translations" });
  await translations.getByRole("link", { name: "Gondola trips" }).click();
  await expect(page.getByLabel("Title")).toHaveValue("Gondola trips");
  await expect(translations.getByRole("link", { name: "Gondelfahrten" })).toBeVisible();
  const list = await server.call("GET", "/api/bot/articles?search=gond", undefined, await server.login("admin"));
  for (const one of list.results) await remove(server, one.id);
});

test("the examples are removed and loaded, and an empty knowledge base says what that means", async ({
  page,
  server,
}) => {
  await signIn(page, server, "itagent", "articles");
  await expect(page.getByText("13 examples of an invented shop")).toBeVisible();
  await expect(page.getByText("Example", { exact: true })).toHaveCount(13);
  await looksRight(page, "articles");
  await fitsPhone(page, "articles");
  await page.getByRole("button", { name: "Remove all examples" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("The bot knows nothing yet")).toBeVisible();
  await expect(page.getByText("It says so to customers and offers a person.")).toBeVisible();
  await looksRight(page, "articles-empty");
  await page.getByRole("button", { name: "Load examples" }).click();
  await expect(page.getByText("Example", { exact: true })).toHaveCount(13);
});

test("an import says what was taken and what was not", async ({ page, server }) => {
  const taken: string[] = [];
  await page.route("**/api/bot/articles/import", async (route) => {
    taken.push(route.request().postData() ?? "");
    await route.fulfill({
      json: {
        added: 2,
        updated: 1,
        skipped: 0,
        problems: [{ file: "hours.md", line: 3, field: "slug", message: "Must be 1 to 100 lower-case letters" }],
      },
    });
  });
  await signIn(page, server, "admin", "articles");
  await page.getByRole("button", { name: "Import" }).click();
  const dialog = page.getByRole("dialog", { name: "Import articles" });
  await dialog.getByRole("button", { name: "Import" }).click();
  await expect(dialog.getByRole("alert")).toHaveText("Choose a file first.");
  await dialog
    .getByLabel("File")
    .setInputFiles({ name: "hours.md", mimeType: "text/markdown", buffer: Buffer.from("---\ntitle: Hours\n---\nx") });
  await dialog.getByLabel("Replace articles that are there already").check();
  await dialog.getByRole("button", { name: "Import" }).click();
  await expect(dialog.getByText("2 added, 1 replaced, 0 left as they were")).toBeVisible();
  await expect(dialog.getByText("hours.md, line 3")).toBeVisible();
  expect(taken[0]).toMatch(/name="update"\r\n\r\ntrue\r\n/);
  // what is replaced stays published
  expect(taken[0]).not.toContain('name="status"');
  await looksRight(page, "articles-import");

  await dialog.getByLabel("From").selectOption("An address");
  await dialog.getByLabel("Address").fill("https://example.com/sitemap.xml");
  await dialog.getByLabel("New articles become").selectOption("published");
  await dialog.getByRole("button", { name: "Import" }).click();
  await expect.poll(() => taken.length).toBe(2);
  expect(JSON.parse(taken[1]!)).toEqual({ url: "https://example.com/sitemap.xml", status: "published", update: true });
});

test("an agent imports files; addresses are fetched for admins only, and offered to nobody else", async ({
  page,
  server,
}) => {
  await signIn(page, server, "itagent", "articles");
  await page.getByRole("button", { name: "Import" }).click();
  const dialog = page.getByRole("dialog", { name: "Import articles" });
  await expect(dialog.getByLabel("File")).toBeVisible();
  await expect(dialog.getByLabel("From")).toHaveCount(0);
});

test("what was exported can be imported again", async ({ page, server }) => {
  const { id } = await add(server, { title: "Kite repairs", body: "We mend kites.", slug: "kites", category: "Tours" });
  await signIn(page, server, "itagent", "articles");
  const downloaded = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  const file = await (await downloaded).path();
  await remove(server, id);
  await page.getByRole("button", { name: "Import" }).click();
  const dialog = page.getByRole("dialog", { name: "Import articles" });
  await dialog.getByLabel("File").setInputFiles({
    name: "articles.zip",
    mimeType: "application/zip",
    buffer: readFileSync(file),
  });
  await dialog.getByRole("button", { name: "Import" }).click();
  await expect(dialog.getByText("1 added, 0 replaced")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(page.getByRole("link", { name: "Kite repairs" })).toBeVisible();
  const list = await server.call("GET", "/api/bot/articles?search=kites", undefined, await server.login("admin"));
  for (const one of list.results) await remove(server, one.id);
});

test("a question that was not answered becomes an article with one click", async ({ page, server }) => {
  const question = "do you repair moon boots";
  await page.route("**/api/bot/unanswered?*", (route) =>
    route.fulfill({
      json: [
        {
          question,
          count: 7,
          newest_at: new Date().toISOString(),
          conversations: ["0190a000-0000-7000-8000-000000000001"],
          unhelpful: 2,
          examples: ["moonboot repair??", HOSTILE],
        },
      ],
    }),
  );
  await signIn(page, server, "itagent", "articles");
  await page.getByRole("tab", { name: "Unanswered questions" }).click();
  await expect(page.getByRole("row").nth(1)).toContainText("moonboot repair??");
  await expect(page.getByText("2 answers did not help")).toBeVisible();
  await expect(page.getByRole("link", { name: /^Open/ })).toHaveAttribute("href", /conversations\/0190a000/);
  await looksRight(page, "unanswered");
  await fitsPhone(page, "unanswered");
  await page.getByRole("button", { name: "Write an article" }).click();
  await expect(page.getByLabel("Title")).toHaveValue(question);
  await expect(page.getByLabel("Example questions")).toHaveValue(question);
  await expect(page.getByLabel("Slug")).toHaveValue("do-you-repair-moon-boots");
});

test("an article's text runs nowhere", async ({ page, server }) => {
  const links = `[link](javascript:window.hacked=1) ![i](https://example.com/i.png)`;
  const body = `${HOSTILE}\n\n${links}\n\n<javascript:window.hacked=1>`;
  const { id } = await add(server, {
    title: `Hostile ${HOSTILE}`.slice(0, 200),
    body: `Marsupial question\n\n${body}`,
    tags: ["<b>tag</b>"],
    questions: [HOSTILE.slice(0, 200)],
    category: HOSTILE.slice(0, 100),
  });
  await signIn(page, server, "itagent", `articles/${id}`);
  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview).toContainText("<script>");
  await expect(preview.locator("img, script, svg")).toHaveCount(0);
  // an image of another site is a link to it, and loads nothing
  await expect(preview.locator("a")).toHaveCount(1);
  await expect(preview.locator("a")).toHaveAttribute("href", "https://example.com/i.png");
  await tried(page).getByRole("textbox", { name: "Question" }).fill("Marsupial question");
  await page.keyboard.press("Enter");
  await expect(tried(page)).toContainText("Passages considered");
  await expect(tried(page).locator("img, script")).toHaveCount(0);
  await page.getByRole("button", { name: "All articles" }).click();
  await expect(page.getByText("<b>tag</b>")).toBeVisible();
  await remove(server, id);
});
