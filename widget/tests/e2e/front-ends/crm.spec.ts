import { fileURLToPath } from "node:url";
import { type FrontEnd, expect, test } from "./base";

const PICTURE = fileURLToPath(new URL("../../../../tests/fixtures/gps.jpg", import.meta.url));
const bubbles = (person: FrontEnd, text?: string | RegExp) => person.entries("Messages", text);
const fromBot = (person: FrontEnd) => person.page.locator("#messages li[data-type=bot]");

test("the bot's answer is shown once, though a socket is open beside the call that asks for it", async ({
  server,
  visit,
}) => {
  await server.person("carla");
  const carla = await visit("crm");
  await carla.signIn("carla", server.password);
  await carla.say("Hello");
  await expect(fromBot(carla)).toHaveCount(1);
  await expect(carla.page.locator("#live")).toHaveAttribute("data-status", "online");
  // from here on the socket is open before the bot is asked
  for (const [at, question] of ["Where is my order?", "Do you deliver?", "I need help", "Thanks"].entries()) {
    await carla.say(question);
    await expect(fromBot(carla)).toHaveCount(at + 2);
    await expect(bubbles(carla)).toHaveCount(2 * (at + 2));
  }
  await carla.press("Order Status");
  await expect(fromBot(carla)).toHaveCount(6);
  // what is stored is what is shown
  const shown = await bubbles(carla).locator(".text").allTextContents();
  await carla.press("Reload messages");
  await expect(bubbles(carla)).toHaveCount(12);
  await expect(fromBot(carla).first()).toContainText("System");
  const stored = await bubbles(carla).locator(".text").allTextContents();
  expect(stored.filter((text) => shown.includes(text))).toHaveLength(12);
  await carla.shoot("crm-bot");
  // a socket that opens while the bot answers
  for (const greeting of ["Hello", "Good morning", "Hi", "Good evening"]) {
    await carla.press("New conversation");
    await carla.say(greeting);
    await expect(fromBot(carla)).toHaveCount(1);
    await carla.say("Where is my order?");
    await expect(fromBot(carla)).toHaveCount(2);
    await expect(bubbles(carla)).toHaveCount(4);
  }
});

test("a picture that is sent is shown by an absolute link, and an agent types and is read", async ({
  server,
  visit,
}) => {
  const { token } = await server.person("cora");
  const cora = await visit("crm");
  await cora.signIn("cora", server.password);
  await cora.say("Hello");
  await expect(fromBot(cora)).toHaveCount(1);
  await cora.field("File").setInputFiles(PICTURE);
  await expect(cora.page.locator("#attached")).toHaveText("gps.jpg");
  const id = await cora.page.locator("#attached").getAttribute("data-id");
  const file = () => server.call("GET", `/api/chat/attachments/${id}`, undefined, token);
  await expect.poll(async () => (await file()).status).toBe("ready");
  await cora.say("This is broken");
  await expect(fromBot(cora)).toHaveCount(2);
  await cora.press("Reload messages");
  const picture = bubbles(cora, "This is broken").getByRole("img", { name: "Attachment" });
  await expect(picture).toHaveAttribute("src", new RegExp(`^${server.url}/`));
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);

  const agent = await visit("crm");
  await agent.signIn("itagent", server.password);
  await agent.entries("Conversations", /cora/i).getByRole("button").first().click();
  await expect(bubbles(agent, "This is broken")).toHaveCount(1);
  await agent.field("Message").pressSequentially("A");
  await expect(cora.page.locator("#typing")).toHaveText("itagent is typing…");
  await expect(cora.page.locator("#typing")).toHaveText("");
  const conversation = await cora.page.locator("#conversation").textContent();
  const agents = await server.login("itagent");
  const words = { message: "A new one is on its way", conversation_id: conversation };
  await server.call("POST", "/api/user-response/", words, agents);
  await expect(bubbles(cora, "A new one is on its way")).toHaveCount(1);
  await expect(bubbles(cora)).toHaveCount(5);
  // what the customer's page shows is read
  await expect(async () => {
    await agent.press("Reload messages");
    const answer = bubbles(agent, "A new one is on its way");
    await expect(answer).toHaveAttribute("data-state", "read", { timeout: 1000 });
  }).toPass();
  await cora.shoot("crm");
});

test("notifications are listed and marked as read, and signing out answers nothing", async ({ server, visit }) => {
  await server.call("POST", "/tickets", { title: "Broken", description: "The printer" }, await server.login("alice"));
  const agent = await visit("crm");
  await agent.signIn("itagent", server.password);
  await expect(async () => {
    await agent.press(/^Notifications/);
    expect(await agent.entries("Notifications").count()).toBeGreaterThan(0);
  }).toPass();
  const unread = () => agent.page.locator("#notifications li[data-state=unread]");
  const before = await unread().count();
  await unread().first().getByRole("button", { name: "Mark as read" }).click();
  await expect(unread()).toHaveCount(before - 1);
  await expect(agent.page.locator("#bell-count")).toHaveText(String(before - 1));
  await agent.press("Sign out");
  await expect(agent.field("Username")).toBeVisible();
  await agent.clean();
});
