import { io } from "socket.io-client";
import { type Server, expect } from "../server";
import { agent, composer, customer, ear, errorsOf, live, log, open, say, test } from "./desk";

/** A client of the `support` dialect: what it is notified of. */
async function supportClient(server: Server, token: string) {
  const socket = io(`${server.url}/notifications`, { auth: { token }, transports: ["websocket"], forceNew: true });
  const events: { name: string; data: any }[] = [];
  socket.onAny((name: string, data: unknown) => events.push({ name, data }));
  await new Promise<void>((ready, failed) => {
    socket.once("connected", () => ready());
    socket.once("connect_error", failed);
  });
  return { events, close: () => socket.disconnect() };
}

test("Visitor asks, bot answers, visitor asks for a person, agent claims at the console, replies, resolves", async ({
  browser,
  server,
}) => {
  const maria = await customer(server, "Maria Hofmann", "Where is my order?");
  const crm = await ear(browser, server, `/ws/chat/${maria.conversation}/`, maria.token);
  const team = await ear(browser, server, `/api/chat/ws/${maria.conversation}`, maria.token);
  const support = await supportClient(server, maria.token);
  const { page, context } = await agent(browser, server, "itagent", "/console?");

  // the bot answers her, which the console shows with its sources
  await server.call("POST", "/api/bot-response/", { conversation_id: maria.conversation }, maria.token);
  const row = page.locator(`[data-conversation="${maria.conversation}"]`);
  await expect(row).toContainText("Assistant");

  // she asks for a person and shows up among those who wait
  await say(server, maria, "I want to talk to a human please");
  await page.getByRole("tab", { name: /Unassigned/ }).click();
  await expect(row).toContainText("Waiting");
  await row.click();
  await expect(log(page)).toContainText("I want to talk to a human please");

  // the agent claims: she is told, and the bot is off
  await page.getByRole("button", { name: "Claim" }).click();
  const joined = (text: string) => /itagent joined the conversation/.test(text);
  await crm.heard(
    (frame) => frame.type === "message:new" && frame.message.type === "system" && joined(frame.message.text),
  );
  await crm.heard(
    (frame) =>
      frame.type === "conversation:changed" &&
      frame.conversation.assignee?.username === "itagent" &&
      frame.conversation.bot === "off",
  );
  await team.heard((frame) => joined(frame.content ?? ""));
  await expect(log(page)).toContainText("itagent joined the conversation.");
  await expect(page.getByText("Yours")).toBeVisible();

  // she goes on; nobody answers but the agent, whose typing she sees
  await crm.send({ type: "message", text: "My order number is 4711", client_id: "maria-1" });
  await expect(log(page)).toContainText("My order number is 4711");
  await composer(page).fill("Thank you, Maria. ");
  await crm.heard((frame) => frame.type === "typing" && frame.username === "itagent" && frame.is_typing);
  await composer(page).press("End");
  await composer(page).pressSequentially("It arrives tomorrow.");
  await composer(page).press("Enter");
  const said = "Thank you, Maria. It arrives tomorrow.";
  await crm.heard(
    (frame) => frame.type === "message:new" && frame.message.type === "agent" && frame.message.text === said,
  );
  await team.heard((frame) => frame.content === said);
  await expect(log(page).getByText(said)).toHaveCount(1);
  await expect
    .poll(() =>
      support.events.some(
        (event) => event.name === "notification" && JSON.stringify(event.data).includes(maria.conversation),
      ),
    )
    .toBe(true);

  // her receipt shows, then her typing
  const mine = log(page).locator(".message.is-mine").last();
  const sent = crm.frames.find((frame) => frame.message?.text === said).message;
  await crm.send({ type: "read", seq: sent.seq });
  await expect(mine).toContainText("Read");
  await crm.send({ type: "typing", is_typing: true });
  await expect(page.getByText("Maria Hofmann is typing")).toBeVisible();

  // resolved: she sees it, everywhere
  await page.getByRole("button", { name: "Resolve", exact: true }).click();
  const over = "The conversation was resolved.";
  await crm.heard((frame) => frame.type === "message:new" && frame.message.text === over);
  await crm.heard((frame) => frame.type === "conversation:changed" && frame.conversation.status === "resolved");
  await team.heard((frame) => frame.content === over);
  await expect
    .poll(() =>
      support.events.some((event) => event.name === "notification" && /resolved/i.test(JSON.stringify(event.data))),
    )
    .toBe(true);
  await expect(page.getByRole("button", { name: "Reopen" })).toBeVisible();
  await expect(row).toHaveCount(0);

  // the bot said nothing from the claim on
  const messages: any[] = await server.call(
    "GET",
    `/api/chat/conversations/${maria.conversation}/messages?last=50`,
    undefined,
    maria.token,
  );
  const claimed = messages.findIndex((message) => message.type === "system" && joined(message.text));
  expect(claimed).toBeGreaterThan(0);
  expect(messages.slice(claimed).filter((message) => message.type === "bot")).toEqual([]);
  expect(messages.slice(0, claimed).filter((message) => message.type === "bot").length).toBeGreaterThan(0);
  expect(errorsOf(page)).toEqual([]);
  support.close();
  await Promise.all([crm.close(), team.close(), context.close()]);
});

test("handing back makes the assistant answer again", async ({ browser, server }) => {
  const ada = await customer(server, "Ada Byron", "What is your return policy?");
  const { page, context } = await agent(browser, server, "itagent", `/console/conversations/${ada.conversation}`);
  await page.getByRole("button", { name: "Claim" }).click();
  await expect(page.getByText("Yours")).toBeVisible();
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Hand back to the assistant" }).click();
  await expect(log(page)).toContainText("You are talking to the assistant again.");
  await say(server, ada, "How long does shipping take?");
  await expect(log(page).locator(".is-bot").last()).toBeVisible();
  await expect(page.getByRole("button", { name: "Claim" })).toBeVisible();
  await context.close();
});

test("a message sent while the server is away arrives once when it is back; the console says where it stands", async ({
  browser,
  ownServer,
}) => {
  const server = await ownServer();
  const ida = await customer(server, "Ida Pfeiffer");
  const { page, context } = await agent(browser, server, "itagent", `/console/conversations/${ida.conversation}`);
  await expect(log(page)).toContainText("Hello, where is my order?");
  await server.kill();
  await expect(page.locator("[data-connection=reconnecting]")).toBeVisible();
  await composer(page).fill("We are looking into it");
  await composer(page).press("Enter");
  await expect(log(page).locator("[data-pending]")).toContainText("Sending");
  await server.start();
  await live(page);
  await expect(log(page).locator("[data-pending]")).toHaveCount(0);
  await expect(log(page).getByText("We are looking into it")).toHaveCount(1);
  const again = await server.login("itagent");
  const messages: any[] = await server.call(
    "GET",
    `/api/chat/conversations/${ida.conversation}/messages?last=50`,
    undefined,
    again,
  );
  expect(messages.filter((message) => message.text === "We are looking into it")).toHaveLength(1);
  await open(page, ida.conversation);
  await expect(log(page).getByText("We are looking into it")).toHaveCount(1);
  await context.close();
});

test("a message that was not sent when its page was left is sent once when the console is opened again", async ({
  browser,
  ownServer,
}) => {
  const server = await ownServer();
  const eve = await customer(server, "Eve Polastri");
  const place = `/console/conversations/${eve.conversation}`;
  const { page, context } = await agent(browser, server, "itagent", place);
  await expect(log(page)).toContainText("Hello, where is my order?");
  await server.kill();
  await expect(page.locator("[data-connection=reconnecting]")).toBeVisible();
  await composer(page).fill("It left the warehouse today");
  await composer(page).press("Enter");
  await expect(log(page).locator("[data-pending]")).toContainText("Sending");
  await page.close();
  await server.start();
  const again = await context.newPage();
  await again.goto(server.url + place);
  await live(again);
  await expect(log(again).getByText("It left the warehouse today")).toHaveCount(1);
  await expect(log(again).locator("[data-pending]")).toHaveCount(0);
  const messages: any[] = await server.call(
    "GET",
    `/api/chat/conversations/${eve.conversation}/messages?last=50`,
    undefined,
    eve.token,
  );
  expect(messages.filter((message) => message.text === "It left the warehouse today")).toHaveLength(1);
  await context.close();
});
