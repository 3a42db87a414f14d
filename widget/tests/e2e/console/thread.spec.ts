import { expect, test } from "../server";
import { agent, composer, customer, ear, errorsOf, log, say } from "./desk";

const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

test("an agent answers a message, reacts to it, changes the answer and deletes it, and the customer sees each", async ({
  browser,
  server,
}) => {
  const who = await customer(server, "Virginia Stephen", "The first thing");
  const theirs = await ear(browser, server, `/ws/chat/${who.conversation}/`, who.token);
  const { page, context } = await agent(browser, server, "itagent", `/console/conversations/${who.conversation}`);
  const asked = log(page).locator(".message", { hasText: "The first thing" }).first();
  await asked.locator(".bubble").hover();
  await asked.getByRole("button", { name: "More for this message" }).click();
  await page.getByRole("menuitem", { name: "Reply to it" }).click();
  await expect(composer(page)).toBeFocused();
  await page.keyboard.type("The anwser");
  await page.keyboard.press("Enter");
  const sent = await theirs.heard((frame) => frame.type === "message:new" && frame.message.text === "The anwser");
  expect(sent.message.reply_to).not.toBeNull();
  const mine = log(page).locator(`[data-message="${sent.message.id}"]`);
  await expect(mine.locator(".quote")).toContainText("The first thing");

  await asked.locator(".bubble").hover();
  await asked.getByRole("button", { name: "React" }).click();
  await page.getByRole("menuitem", { name: "Heart" }).click();
  await expect(asked.locator(".reaction")).toContainText("1");
  await theirs.heard((frame) => frame.type === "message:changed" && Object.keys(frame.message.reactions).length === 1);
  await asked.locator(".reaction").click();
  await expect(asked.locator(".reaction")).toHaveCount(0);

  await mine.locator(".bubble").hover();
  await mine.getByRole("button", { name: "More for this message" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  await page.getByRole("textbox", { name: "Edit the message" }).fill("The answer");
  await page.keyboard.press("Enter");
  await expect(mine).toContainText("Edited");
  await theirs.heard((frame) => frame.type === "message:changed" && frame.message.text === "The answer");

  await mine.locator(".bubble").hover();
  await mine.getByRole("button", { name: "More for this message" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(mine).toContainText("Message deleted");
  await theirs.heard((frame) => frame.type === "message:changed" && frame.message.is_deleted);
  expect(errorsOf(page)).toEqual([]);
  await Promise.all([context.close(), theirs.close()]);
});

test("a conversation is assigned to a colleague, to oneself, and to nobody", async ({ browser, server }) => {
  const who = await customer(server, "Leonard Woolf");
  const { page, context } = await agent(browser, server, "itagent", `/console/conversations/${who.conversation}`);
  const standing = page.locator(".thread-standing");
  await page.getByRole("button", { name: "Assign", exact: true }).click();
  await page.getByRole("menuitemcheckbox", { name: /^hragent/ }).click();
  await expect(standing).toContainText("With hragent");
  const row = page.locator(`[data-conversation="${who.conversation}"]`);
  await expect(row).toContainText("hragent");
  await page.getByRole("button", { name: "Assigned to hragent" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Me" }).click();
  await expect(standing).toContainText("Yours");
  await page.getByRole("tab", { name: /Mine/ }).click();
  await expect(row).toBeVisible();
  await page.getByRole("button", { name: "Assigned to itagent" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Nobody" }).click();
  await expect(row).toHaveCount(0);
  await context.close();
});

for (const way of ["dropped", "pasted"] as const) {
  test(`a picture that is ${way} is attached`, async ({ browser, server }) => {
    const who = await customer(server, `Picture ${way}`);
    const { page, context } = await agent(browser, server, "itagent", `/console/conversations/${who.conversation}`);
    await expect(composer(page)).toBeVisible();
    await page.evaluate(
      ([png, way]) => {
        const bytes = Uint8Array.from(atob(png!), (letter) => letter.charCodeAt(0));
        const data = new DataTransfer();
        data.items.add(new File([bytes], "shot.png", { type: "image/png" }));
        const area = document.getElementById("composer")!;
        if (way === "pasted")
          area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        else area.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
      },
      [PNG, way],
    );
    await expect(page.getByRole("list", { name: "Attached files" })).toContainText("shot.png");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await expect(log(page).locator(".message.is-mine").locator(".picture, .file")).toBeVisible();
    await context.close();
  });
}

test("unread messages are counted in the list until the conversation is opened", async ({ browser, server }) => {
  const who = await customer(server, "Rose Macaulay");
  const other = await customer(server, "Somebody Read");
  const { page, context } = await agent(browser, server, "itagent", `/console/conversations/${other.conversation}`);
  const row = page.locator(`[data-conversation="${who.conversation}"]`);
  await expect(row).toBeVisible();
  await say(server, who, "First further word");
  await say(server, who, "Second further word");
  await expect(row.locator(".row-unread")).toContainText("2");
  await row.click();
  await expect(log(page)).toContainText("Second further word");
  await expect(row.locator(".row-unread")).toHaveCount(0);
  await context.close();
});

test("a list that cannot be read says so and is read again on request; a missing conversation says that", async ({
  browser,
  server,
}) => {
  await customer(server, "Elizabeth Bowen");
  const { page, context } = await agent(browser, server, "itagent");
  await page.route("**/api/chat/conversations?*", (route) =>
    route.fulfill({
      status: 500,
      contentType: "application/problem+json",
      body: JSON.stringify({
        status: 500,
        title: "Internal Server Error",
        detail: "Something went wrong here",
        code: "internal_error",
      }),
    }),
  );
  await page.getByRole("tab", { name: /Unassigned/ }).click();
  await page.getByRole("button", { name: "All", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("Something went wrong here");
  await page.unroute("**/api/chat/conversations?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.locator("[data-conversation]", { hasText: "Elizabeth Bowen" })).toBeVisible();
  await page.goto(`${server.url}/console/conversations/01900000-0000-7000-8000-000000000000`);
  await expect(page.getByText("This conversation is not here")).toBeVisible();
  await context.close();
});

test("the assistant's reply is drawn while it streams and stands there once", async ({ browser, server }) => {
  const who = await customer(server, "Stream Watcher", "Hello");
  const theirs = await ear(browser, server, `/ws/chat/${who.conversation}/`, who.token);
  const { page, context } = await agent(browser, server, "itagent", `/console/conversations/${who.conversation}`);
  await expect(page.locator(".thread-who")).toContainText("online");
  // every drawing of the stream, as it came
  await page.evaluate(() => {
    const drawn: string[] = [];
    Object.assign(window, { drawn });
    new MutationObserver(() => {
      const text = document.querySelector("[data-streaming] .is-streaming")?.textContent;
      if (text) drawn.push(text);
    }).observe(document.querySelector(".log")!, { childList: true, subtree: true, characterData: true });
  });
  await theirs.send({ type: "message", text: "How do I return an item?", client_id: "stream-1" });
  const reply = await theirs.heard(
    (frame) => frame.type === "message:new" && frame.message.type === "bot" && /return/i.test(frame.message.text),
  );
  await expect(log(page).locator(`[data-message="${reply.message.id}"]`)).toHaveCount(1);
  await expect(page.locator("[data-streaming]")).toHaveCount(0);
  const drawn = await page.evaluate(() => (window as any).drawn as string[]);
  if (theirs.frames.some((frame) => frame.type === "bot:delta")) expect(drawn.length).toBeGreaterThan(0);
  await Promise.all([context.close(), theirs.close()]);
});
