import { type Server, expect, screenshot } from "../server";
import { type Customer, agent, askForPerson, customer, log, open, say, test } from "./desk";

/** A desk with something on it. */
async function furnish(server: Server): Promise<Customer> {
  const staff = await server.login("admin");
  const labels = [];
  for (const [name, color] of [
    ["Shipping", "#2456d6"],
    ["Refund", "#b3261e"],
    ["VIP", "#8a5300"],
  ])
    labels.push(await server.call("POST", "/api/chat/labels", { name, color }, staff));
  const people: [string, string][] = [
    ["Jonas Lindqvist", "My voucher code does not work"],
    ["Aiko Tanaka", "Can I change the delivery address after ordering?"],
    ["Priya Raman", "I was charged twice"],
    ["Omar Haddad", "How do I reset my password?"],
    ["Lucía Fernández", "The parcel arrived damaged, what now?"],
  ];
  for (const [index, [name, said]] of people.entries()) {
    const one = await customer(server, name, said);
    const path = `/api/chat/conversations/${one.conversation}`;
    if (index % 2 === 0) await askForPerson(server, one);
    if (index === 1) await server.call("PATCH", path, { priority: "high", label_ids: [labels[0].id] }, staff);
    if (index === 2)
      await server.call("PATCH", path, { priority: "urgent", label_ids: [labels[1].id, labels[2].id] }, staff);
    if (index === 3)
      await server.call(
        "PATCH",
        path,
        { status: "snoozed", snoozed_until: new Date(Date.now() + 86_400_000).toISOString() },
        staff,
      );
  }
  const maria = await customer(server, "Maria Hofmann", "Where is my order?");
  const path = `/api/chat/conversations/${maria.conversation}`;
  await server.call("POST", "/api/bot-response/", { conversation_id: maria.conversation }, maria.token);
  await say(server, maria, "It has been a week. I want to talk to a human please");
  await server.call("POST", "/api/bot-response/", { conversation_id: maria.conversation }, maria.token);
  const agent_ = await server.login("itagent");
  await server.call("PATCH", path, { priority: "high", label_ids: [labels[0].id] }, staff);
  await server.call("POST", `${path}/claim`, {}, agent_);
  await server.call(
    "POST",
    `${path}/notes`,
    { text: "The carrier lost it once before: **refund at once** if it is not found today. @itagent" },
    staff,
  );
  await server.call(
    "POST",
    "/api/user-response/",
    { message: "Good morning Maria, I am looking into it right now.", conversation_id: maria.conversation },
    agent_,
  );
  await say(server, maria, "Thank you! My order number is `4711-2093`.");
  await server.call(
    "POST",
    "/api/chat/canned-replies",
    { shortcut: "refund", text: "Your refund is on its way; it takes three to five working days." },
    staff,
  );
  await server.call(
    "POST",
    "/api/chat/canned-replies",
    { shortcut: "greeting", text: "Good morning, how can I help you?" },
    staff,
  );
  return maria;
}

test("screenshots of the console for a person to look at", async ({ browser, ownServer }) => {
  test.setTimeout(120_000);
  const server = await ownServer();
  const maria = await furnish(server);
  const path = `/console/conversations/${maria.conversation}`;
  const settled = async (page: Awaited<ReturnType<typeof agent>>["page"]) => {
    await expect(log(page).getByText("4711-2093")).toBeVisible();
    await expect(page.locator("[data-note]")).toBeVisible();
    await page.evaluate(() => document.fonts.ready);
  };
  const wide = await agent(browser, server, "itagent", path);
  await settled(wide.page);
  await expect(wide.page.getByRole("list", { name: "Replies of the assistant" })).toBeVisible();
  await wide.page.screenshot({ path: screenshot("console-1440") });
  await wide.page.getByRole("button", { name: "Suggest", exact: true }).click();
  await expect(wide.page.getByRole("region", { name: "Suggested reply" })).toBeVisible();
  await wide.page.screenshot({ path: screenshot("console-suggestion") });
  await wide.page.getByRole("button", { name: "Dismiss the suggestion" }).click();
  await wide.page.locator("#composer").pressSequentially("/");
  await expect(wide.page.getByRole("listbox")).toBeVisible();
  await wide.page.screenshot({ path: screenshot("console-canned") });
  await wide.page.keyboard.press("Escape");
  await wide.page.locator("#composer").fill("");
  await wide.page.getByRole("tab", { name: "Private note" }).click();
  await wide.page.getByRole("button", { name: "Snooze", exact: true }).click();
  await wide.page.screenshot({ path: screenshot("console-snooze") });
  await wide.page.keyboard.press("Escape");
  await wide.page.locator(".thread-head h2").click();
  await wide.page.keyboard.press("?");
  await expect(wide.page.getByRole("dialog")).toBeVisible();
  await wide.page.screenshot({ path: screenshot("console-shortcuts") });
  await wide.page.keyboard.press("Escape");
  await wide.page.keyboard.press("l");
  await expect(wide.page.getByRole("checkbox").first()).toBeVisible();
  await wide.page.screenshot({ path: screenshot("console-labels") });
  await wide.context.close();

  const dark = await agent(browser, server, "itagent", path, { colorScheme: "dark" });
  await settled(dark.page);
  await dark.page.screenshot({ path: screenshot("console-dark") });
  await dark.context.close();

  const small = await agent(browser, server, "itagent", path, { viewport: { width: 1024, height: 768 } });
  await settled(small.page);
  await small.page.screenshot({ path: screenshot("console-1024") });
  await small.page.getByRole("button", { name: "Details" }).click();
  await expect(small.page.locator(".context")).toBeVisible();
  await small.page.screenshot({ path: screenshot("console-1024-details") });
  await small.context.close();

  const phone = await agent(browser, server, "itagent", "/console", {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  await expect(phone.page.locator("[data-conversation]").first()).toBeVisible();
  await phone.page.screenshot({ path: screenshot("console-phone-list") });
  await open(phone.page, maria.conversation);
  await settled(phone.page);
  await phone.page.screenshot({ path: screenshot("console-phone-thread") });
  await phone.page.getByRole("button", { name: "Details" }).click();
  await expect(phone.page.locator(".context")).toBeVisible();
  await phone.page.screenshot({ path: screenshot("console-phone-details") });
  expect(await phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await phone.context.close();

  const signedOut = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await signedOut.goto(`${server.url}/console`);
  await expect(signedOut.getByRole("button", { name: "Sign in" })).toBeVisible();
  await signedOut.screenshot({ path: screenshot("console-signin") });
  await signedOut.close();
});
