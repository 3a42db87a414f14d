import { type FrontEnd, expect, test } from "./base";

const said = (person: FrontEnd, text?: string | RegExp) => person.entries("Messages", text);

test("a user asks the bot, opens a ticket, and an agent answers it with the bot's help", async ({ server, visit }) => {
  const agents = await server.login("itagent");
  const article = { title: "Printers", body: "Hold the green button of the printer for ten seconds to restart it." };
  await server.call("POST", "/api/bot/articles", article, agents);
  await server.person("hugo", "Hugo Helpless");

  const hugo = await visit("helpdesk");
  await hugo.signIn("hugo", server.password);
  await expect(hugo.page.locator("#welcome")).not.toBeEmpty();
  expect(await hugo.entries("Features").count()).toBeGreaterThan(0);
  await expect(hugo.page.locator("#examples button").first()).toBeVisible();
  await hugo.fill({ Question: "How do I restart the printer?" });
  await hugo.press("Ask");
  await expect(hugo.page.locator("#bot-answer")).toContainText("green button");
  await hugo.fill({ Title: "Printer", Description: "The printer prints nothing" });
  await hugo.field("Urgency").selectOption("high");
  await hugo.press("Open the ticket");
  await expect(hugo.page.locator("#chat-title")).toHaveText(/^TKT-\d+-[A-Z0-9]{6}: Printer$/);
  await expect(hugo.page.locator("#presence")).toHaveText("connected");

  const agent = await visit("helpdesk");
  await agent.signIn("itagent", server.password);
  await expect(agent.page.locator("#me")).toHaveText("itagent (it_agent)");
  await expect(agent.page.locator("#bot")).toBeHidden();
  await expect(async () => {
    await agent.press(/^Notifications/);
    await expect(agent.entries("Notifications").first()).toBeVisible({ timeout: 1000 });
  }).toPass();
  const unread = agent.page.locator("#notifications li[data-state=unread]");
  await unread.first().getByRole("button", { name: "Mark as read" }).click();
  await agent.press("Mark all as read");
  await expect(unread).toHaveCount(0);
  await expect(agent.page.locator("#bell-count")).toHaveText("0");

  await agent.entries("Tickets", "Printer").getByRole("button", { name: "Printer" }).click();
  await expect(hugo.page.locator("#presence")).toHaveText("itagent (it_agent) joined");
  await hugo.say("It is the one on the second floor");
  await expect(said(agent, "It is the one on the second floor")).toHaveAttribute("data-type", "user_message");
  await agent.press("Suggest an answer");
  await expect(agent.field("Message")).not.toHaveValue("");
  await agent.press("Send");
  await expect(said(hugo, "it_agent (AI)")).toHaveAttribute("data-type", "agent_message");
  await agent.field("Message").pressSequentially("D");
  await expect(hugo.page.locator("#typing")).toHaveText("Somebody is typing…");
  await agent.say("Did it help?");
  await expect(said(hugo, "Did it help?")).toHaveCount(1);
  await hugo.say("Yes!");
  await expect(said(agent)).toHaveCount(4);
  await agent.press("Resolve");
  await expect(agent.page.locator("#status")).toHaveText("resolved");
  await hugo.shoot("helpdesk-user");
  await agent.shoot("helpdesk-agent");
  await agent.press("Sign out");
  await expect(agent.field("Username")).toBeVisible();
  await expect(hugo.page.locator("#presence")).toHaveText("itagent left");
});

test("an agent gets a draft where the articles say nothing", async ({ server, visit }) => {
  const { token } = await server.person("hilda");
  await server.call("POST", "/tickets", { title: "Qwxz", description: "zzyzx vpn qwxz" }, token);
  const agent = await visit("helpdesk");
  await agent.signIn("itagent", server.password);
  await agent.entries("Tickets", "Qwxz").getByRole("button", { name: "Qwxz" }).click();
  await expect(agent.page.locator("#presence")).toHaveText("connected");
  await agent.press("Suggest an answer");
  await expect(agent.field("Message")).not.toHaveValue("");
});

test("an admin sees the figures, reviews a report of misuse, and gives the bot a document", async ({
  server,
  visit,
}) => {
  const { token } = await server.person("rude");
  // the word that the check of the server's tests knows
  const rude = { title: "Printer", description: "This fucking printer is shit, you fucking idiots" };
  const ticket = await server.call("POST", "/tickets", rude, token);
  expect(ticket.misuse_flag).toBe(true);

  const admin = await visit("helpdesk");
  await admin.signIn("admin", server.password);
  const figure = (name: string) => admin.page.locator(`[data-figure=${name}]`);
  await expect(figure("system")).toHaveText(/^healthy, version \d/);
  await expect(figure("overview")).toHaveText(/^[1-9]\d* tickets, [1-9]\d* open; [1-9]\d* people$/);
  await expect(figure("flagged-users")).toHaveText("rude 1");
  await expect(figure("resolution-times")).toHaveText(/ resolved, median [\d.]+ h$/);
  await expect(figure("dashboard-metrics")).toHaveText(/^[1-9]\d* of [1-9]\d* open$/);
  await expect(figure("time-series")).toHaveText(/^7 days: (\d+ ){6}[1-9]\d*$/);
  await expect(figure("performance-metrics")).toHaveText(/^\d+ agents$/);
  await expect(admin.page.locator("[data-figure]")).toHaveCount(8);
  const report = admin.entries("Misuse reports", "rude:");
  await report.getByRole("button", { name: "Mark as reviewed" }).click();
  await expect(report).toHaveAttribute("data-reviewed", "true");
  await expect(report).toContainText("reviewed by");

  const documents = admin.page.getByRole("status", { name: "Documents" });
  await expect(documents).toHaveText(/^\d+ documents$/);
  const body = "# Badges\n\nA lost badge is replaced at the blue desk in the lobby, without a fee.\n";
  await admin
    .field("Document")
    .setInputFiles({ name: "badges.md", mimeType: "text/markdown", buffer: Buffer.from(body) });
  await expect(documents).toContainText("badges.md");
  await admin.shoot("helpdesk-admin");

  // the bot answers from it at once
  await server.person("hanno");
  const hanno = await visit("helpdesk");
  await hanno.signIn("hanno", server.password);
  await hanno.fill({ Question: "Where is a lost badge replaced?" });
  await hanno.press("Ask");
  await expect(hanno.page.locator("#bot-answer")).toContainText("blue desk");
});
