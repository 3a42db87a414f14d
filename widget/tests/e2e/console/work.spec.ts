import { expect, test } from "../server";
import { agent, askForPerson, composer, customer, ear, errorsOf, fresh, log, say } from "./desk";

test("two agents race to claim: one wins and the other is told who", async ({ browser, server }) => {
  const max = await customer(server, "Max Frisch");
  const path = `/console/conversations/${max.conversation}`;
  const one = await agent(browser, server, "itagent", path);
  const two = await agent(browser, server, "hragent", path);
  const buttons = [one, two].map(({ page }) => page.getByRole("button", { name: "Claim" }));
  await Promise.all(buttons.map((button) => expect(button).toBeVisible()));
  // both clicks are on their way before either page can hear of the other's
  const statuses = Promise.all(
    [one, two].map(({ page }) => page.waitForResponse("**/claim").then((answer) => answer.status())),
  );
  await Promise.all(
    [one, two].map(({ page }) =>
      page.evaluate(() =>
        [...document.querySelectorAll("button")].find((button) => button.textContent === "Claim")?.click(),
      ),
    ),
  );
  expect((await statuses).sort()).toEqual([200, 409]);
  const token = await server.login("admin");
  const { assignee } = await server.call("GET", `/api/chat/conversations/${max.conversation}`, undefined, token);
  const [winner, loser] = assignee.username === "itagent" ? [one.page, two.page] : [two.page, one.page];
  await expect(winner.getByText("Yours")).toBeVisible();
  await expect(loser.getByRole("alert").filter({ hasText: `Already claimed by ${assignee.name}` })).toBeVisible();
  await expect(loser.locator(".thread-standing")).toContainText(`With ${assignee.name}`);
  await Promise.all([one.context.close(), two.context.close()]);
});

test("a private note is seen by agents only, mentions a colleague, and can be changed and deleted", async ({
  browser,
  server,
}) => {
  const who = await customer(server, "Nora Barnacle");
  const theirs = await ear(browser, server, `/ws/chat/${who.conversation}/`, who.token);
  const inbox = await ear(browser, server, "/ws/inbox/", who.token);
  const path = `/console/conversations/${who.conversation}`;
  const one = await agent(browser, server, "itagent", path);
  const two = await agent(browser, server, "admin", path);
  await expect(log(two.page)).toContainText("Hello, where is my order?");
  await one.page.getByRole("tab", { name: "Private note" }).click();
  await composer(one.page).fill("");
  await composer(one.page).pressSequentially("The parcel is lost, @hr");
  const option = one.page.getByRole("option", { name: /hragent/ });
  await expect(option).toHaveAttribute("aria-selected", "true");
  await composer(one.page).press("Enter");
  await expect(composer(one.page)).toHaveValue("The parcel is lost, @hragent ");
  await composer(one.page).press("Enter");
  const note = two.page.locator("[data-note]");
  await expect(note).toContainText("The parcel is lost, @hragent");
  const colleague = await server.login("hragent");
  await expect
    .poll(async () => JSON.stringify(await server.call("GET", "/notifications", undefined, colleague)))
    .toContain("mentioned");

  await one.page.getByRole("button", { name: "Edit the note" }).click();
  await one.page.getByRole("textbox", { name: "Edit the note" }).fill("The parcel was found");
  await one.page.keyboard.press("Enter");
  await expect(note).toContainText("The parcel was found");

  // something that she does get, so that what came before it has come
  await one.page.getByRole("tab", { name: "Reply" }).click();
  await composer(one.page).fill("We have found it");
  await composer(one.page).press("Enter");
  await theirs.heard((frame) => frame.message?.text === "We have found it");
  await one.page.getByRole("button", { name: "Delete the note" }).click();
  await one.page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(note).toHaveCount(0);
  await expect(one.page.locator("[data-note]")).toHaveCount(0);
  await say(server, who, "thank you");
  await theirs.heard((frame) => frame.message?.text === "thank you");
  for (const frame of [...theirs.frames, ...inbox.frames]) {
    expect(frame.type).not.toMatch(/note/);
    expect(JSON.stringify(frame)).not.toMatch(/parcel (is lost|was found)/);
  }
  expect([...errorsOf(one.page), ...errorsOf(two.page)]).toEqual([]);
  await Promise.all([one.context.close(), two.context.close(), theirs.close(), inbox.close()]);
});

test("a conversation is snoozed until a proposed time, and until one that is picked", async ({ browser, server }) => {
  const who = await customer(server, "Selma Lagerlöf");
  const { page, context } = await agent(browser, server, "itagent", `/console/conversations/${who.conversation}`);
  await page.getByRole("button", { name: "Snooze", exact: true }).click();
  await page.getByRole("menuitem", { name: /Tomorrow.*09:00/ }).click();
  await expect(page.locator(".thread-who")).toContainText(/Snoozed until .*09:00/);
  const token = await server.login("admin");
  const state = () => server.call("GET", `/api/chat/conversations/${who.conversation}`, undefined, token);
  const until = new Date((await state()).snoozed_until);
  expect(until.getHours()).toBe(9);
  expect(until.getTime()).toBeGreaterThan(Date.now());
  await page.getByRole("button", { name: "Snooze", exact: true }).click();
  await page.getByRole("menuitem", { name: "Pick a time…" }).click();
  await page.getByLabel("Day and time").fill("2020-01-01T10:00");
  await page.getByRole("dialog").getByRole("button", { name: "Snooze" }).click();
  await expect(page.getByRole("dialog")).toContainText("Choose a time in the future.");
  const later = new Date(Date.now() + 3 * 86_400_000);
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${later.getFullYear()}-${two(later.getMonth() + 1)}-${two(later.getDate())}`;
  await page.getByLabel("Day and time").fill(`${day}T14:30`);
  await page.getByRole("dialog").getByRole("button", { name: "Snooze" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.locator(".thread-who")).toContainText(/Snoozed until .*14:30/);
  // the customer's word wakes it
  await say(server, who, "Is anybody there?");
  await expect(page.locator(".thread-who")).not.toContainText("Snoozed");
  expect((await state()).snoozed_until).toBeNull();
  await context.close();
});

test("labels are made inline, put on, filtered by, and priority is set", async ({ browser, server }) => {
  const who = await customer(server, "Toni Buddenbrook");
  const other = await customer(server, "Somebody Without Labels");
  const { page, context } = await agent(browser, server, "itagent", `/console/conversations/${who.conversation}`);
  const name = fresh("Refund ");
  await page.locator(".context").getByRole("button", { name: "Add labels" }).click();
  await page.getByLabel("Find or create a label").fill(name);
  await page.getByRole("button", { name: `Create “${name}”` }).click();
  await expect(page.getByRole("checkbox", { name })).toBeChecked();
  await page.getByRole("button", { name: "Done" }).click();
  const row = page.locator(`[data-conversation="${who.conversation}"]`);
  await expect(row).toContainText(name);
  await page.locator(".context").getByLabel("Priority").selectOption("urgent");
  await expect(row).toContainText("Urgent");
  await expect(page.locator(`[data-conversation="${other.conversation}"]`)).toBeVisible();
  await page.getByRole("button", { name: "Filters" }).click();
  await page.getByLabel("Label", { exact: true }).selectOption({ label: name });
  await expect(page.locator("[data-conversation]")).toHaveCount(1);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.locator(".list-filters").getByLabel("Priority").selectOption("low");
  await expect(page.getByText("Nothing matches")).toBeVisible();
  await page.getByRole("button", { name: "Clear search and filters" }).click();
  await page.getByRole("searchbox", { name: "Search conversations" }).fill("Buddenbrook");
  await expect(page.locator("[data-conversation]")).toHaveCount(1);
  await context.close();
});

test("canned replies come by their shortcut, and the active one is always in sight", async ({ browser, server }) => {
  const who = await customer(server, "Pippa Passes");
  const token = await server.login("admin");
  const stem = fresh("c").toLowerCase();
  for (let n = 10; n < 26; n++)
    await server.call(
      "POST",
      "/api/chat/canned-replies",
      { shortcut: `${stem}-${n}`, text: `Canned text number ${n}` },
      token,
    );
  const { page, context } = await agent(browser, server, "itagent", `/console/conversations/${who.conversation}`);
  await composer(page).fill("");
  await composer(page).pressSequentially(`Hi! /${stem}`);
  const list = page.getByRole("listbox", { name: "Canned replies" });
  await expect(list.getByRole("option")).toHaveCount(16);
  for (let n = 0; n < 14; n++) await composer(page).press("ArrowDown");
  const active = page.locator(`[id="${await composer(page).getAttribute("aria-activedescendant")}"]`);
  await expect(active).toContainText(`${stem}-24`);
  const [inside, box] = await Promise.all([active.boundingBox(), list.boundingBox()]);
  expect(inside!.y).toBeGreaterThanOrEqual(box!.y);
  expect(inside!.y + inside!.height).toBeLessThanOrEqual(box!.y + box!.height);
  await composer(page).press("Enter");
  await expect(composer(page)).toHaveValue("Hi! Canned text number 24");
  await composer(page).press("Enter");
  await expect(log(page)).toContainText("Hi! Canned text number 24");
  await context.close();
});

test("a draft is kept per conversation, and Shift + Enter breaks the line", async ({ browser, server }) => {
  const [one, two] = [await customer(server, "Draft One"), await customer(server, "Draft Two")];
  const { page, context } = await agent(browser, server, "itagent", `/console/conversations/${one.conversation}`);
  await composer(page).fill("first line");
  await composer(page).press("Shift+Enter");
  await composer(page).pressSequentially("second line");
  await page.locator(`[data-conversation="${two.conversation}"]`).click();
  await expect(page.locator(".thread-who")).toContainText("Draft Two");
  await expect(composer(page)).toHaveValue("");
  await page.reload();
  await page.locator(`[data-conversation="${one.conversation}"]`).click();
  await expect(composer(page)).toHaveValue("first line\nsecond line");
  await context.close();
});

test("a suggestion shows its sources, is used, and sends nothing by itself", async ({ browser, server }) => {
  const who = await customer(server, "Suggestible Person", "How do I return an item?");
  await askForPerson(server, who);
  const { page, context } = await agent(browser, server, "itagent", `/console/conversations/${who.conversation}`);
  await page.getByRole("button", { name: "Suggest", exact: true }).click();
  const card = page.getByRole("region", { name: "Suggested reply" });
  await expect(card.getByRole("list", { name: "Sources" })).toBeVisible();
  const proposed = await card.locator(".suggestion-text").innerText();
  await card.getByRole("button", { name: "Use" }).click();
  // as it was proposed, in the Markdown that is sent
  const plain = (text: string) => text.replace(/[^\p{L}]+/gu, "").slice(0, 60);
  expect(plain(await composer(page).inputValue())).toBe(plain(proposed));
  await expect(log(page).locator(".message.is-mine")).toHaveCount(0);
  await composer(page).fill("My own words");
  await composer(page).press("Enter");
  await expect(log(page)).toContainText("My own words");
  await context.close();
});

test("a live suggestion appears when the customer writes to an agent", async ({ browser, server }) => {
  const who = await customer(server, "Live Suggestible", "Hello");
  const { page, context } = await agent(browser, server, "itagent", `/console/conversations/${who.conversation}`);
  await page.getByRole("button", { name: "Claim" }).click();
  await expect(page.getByText("Yours")).toBeVisible();
  await say(server, who, "How do I return an item?");
  await expect(page.getByRole("region", { name: "Suggested reply" })).toBeVisible();
  await context.close();
});

test("the trace shows intent, passages with scores, and time of each reply", async ({ browser, server }) => {
  const who = await customer(server, "Curious Person", "How do I return an item?");
  await server.call("POST", "/api/bot-response/", { conversation_id: who.conversation }, who.token);
  const { page, context } = await agent(browser, server, "itagent", `/console/conversations/${who.conversation}`);
  const traces = page.getByRole("list", { name: "Replies of the assistant" });
  await expect(traces).toContainText("How do I return an item?");
  await expect(traces).toContainText("answer");
  await expect(traces).toContainText(/\d+ ms/);
  await expect(traces.getByRole("list", { name: "Passages" }).first()).toContainText(/\d+\.\d\d/);
  await context.close();
});
