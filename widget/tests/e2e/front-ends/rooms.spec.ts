import { type FrontEnd, expect, test } from "./base";

const said = (person: FrontEnd, text?: string | RegExp) => person.entries("Messages", text);

test("two windows chat in a room without signing in; what one has not read is counted", async ({ visit }) => {
  const ava = await visit("rooms");
  await ava.fill({ "Your name": "ava", Room: "Lunch" });
  await ava.press("Create a room");
  await expect(ava.page.locator("#room-id")).toHaveText(/^chat-[0-9a-f]{12}$/);
  await expect(said(ava, "ava joined the chat")).toHaveCount(1);
  const id = (await ava.page.locator("#room-id").textContent()) ?? "";

  const ben = await visit("rooms");
  const join = async () => {
    await ben.fill({ "Join as": "ben", "Room id": id });
    await ben.press("Join");
    await expect(said(ben, "ben joined the chat")).toHaveCount(1);
  };
  await join();
  await expect(said(ava, "ben joined the chat")).toHaveCount(1);
  await expect(ava.entries("People")).toHaveText(["ava", "ben"]);
  await ava.say("Soup or salad?");
  await expect(said(ben, "ava: Soup or salad?")).toHaveCount(1);
  await expect(said(ava, "ava: Soup or salad?")).toHaveCount(1);
  await ben.say("Soup");
  await expect(said(ava, "ben: Soup")).toHaveCount(1);

  // what ben's window acknowledged counts as read
  const unread = async (count: number) =>
    expect(async () => {
      await ben.press("Unread");
      await expect(ben.page.locator("#unread")).toHaveText(`${count} unread`, { timeout: 1000 });
    }).toPass();
  await unread(0);
  await ben.press("Ping");
  await expect(ben.page.locator("#pong")).toHaveText(/^pong at \d{4}-/);
  // a frame of a type that nobody knows: no answer, and the socket stays
  await ben.press("Wave");
  await ben.say("Still here");
  await expect(said(ava, "ben: Still here")).toHaveCount(1);
  await expect(ben.alert).toBeEmpty();
  await ava.press("Statistics");
  await expect(ava.page.locator("#figures")).toHaveText("2 connections; this room is active");

  await ben.press("Leave");
  await expect(said(ava, "ben left the chat")).toHaveCount(1);
  await ava.say("Soup it is");
  await ava.say("At noon");
  await expect(said(ava, "At noon")).toHaveCount(1);
  await ben.fill({ Whose: "ben" });
  await ben.press("List rooms");
  await expect(ben.entries("Rooms")).toHaveText(["Lunch"]);
  await join();
  await expect(said(ben)).toHaveText([
    "ava: Soup or salad?",
    "ben: Soup",
    "ben: Still here",
    "ava: Soup it is",
    "ava: At noon",
    "ben joined the chat",
  ]);
  await unread(2);
  await ava.shoot("rooms");
});

test("a room that there is not is refused in words", async ({ visit }) => {
  const page = await visit("rooms", { expected: [/status of 404/] });
  await page.fill({ "Join as": "ava", "Room id": "chat-000000000000" });
  await page.press("Join");
  await expect(page.alert).toHaveText("Chat chat-000000000000 not found");
});
