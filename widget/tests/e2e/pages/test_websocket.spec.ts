import { expect, screenshot, test } from "../server";
import type { Page } from "@playwright/test";

const DIALECTS = ["crm", "helpdesk", "rooms", "team", "support"] as const;

const client = (page: Page, dialect: string) => page.getByTestId(`client-${dialect}`);
const incoming = (page: Page, dialect: string) => client(page, dialect).locator("li[data-direction=in] .text");

async function say(page: Page, dialect: string, text: string): Promise<void> {
  await client(page, dialect).getByRole("textbox", { name: "Message" }).fill(text);
  await client(page, dialect).getByRole("button", { name: "Send" }).click();
}

/** The last frame with this text, parsed. */
async function arrived(page: Page, dialect: string, text: string): Promise<Record<string, any>> {
  const line = incoming(page, dialect).filter({ hasText: text }).last();
  await expect(line).toBeVisible();
  const raw = await line.textContent();
  return JSON.parse((raw ?? "").replace(/^42\/notifications,/, ""));
}

test("one ticket in five shapes: what one client says arrives in each dialect's own shape", async ({
  page,
  server,
}) => {
  await page.setViewportSize({ width: 1680, height: 1250 });
  await page.goto(`${server.url}/test_websocket.html`);
  await page.getByLabel("Demo password").fill(server.password);
  await page.getByRole("button", { name: "One ticket in five shapes" }).click();
  for (const dialect of DIALECTS) await expect(client(page, dialect)).toHaveAttribute("data-state", "open");

  await say(page, "crm", "Hello from crm");
  expect(await arrived(page, "crm", "Hello from crm")).toMatchObject({
    type: "message:new",
    message: { text: "Hello from crm", sender: "bob" },
  });
  expect(await arrived(page, "helpdesk", "Hello from crm")).toMatchObject({
    type: "new_message",
    message: { content: "Hello from crm", message_type: "user_message" },
  });
  expect(await arrived(page, "rooms", "Hello from crm")).toMatchObject({
    type: "message",
    content: "Hello from crm",
    sender_id: "bob",
  });
  expect(await arrived(page, "team", "Hello from crm")).toMatchObject({
    type: "message",
    content: "Hello from crm",
    sender_username: "bob",
  });
  // its clients are told that somebody wrote
  expect(await arrived(page, "support", "bob wrote in ticket TKT-")).toMatchObject([
    "notification",
    { title: "New Message" },
  ]);

  // any of the others may write too, and each message arrives once
  for (const dialect of ["helpdesk", "rooms", "team"]) {
    const text = `Hello from ${dialect}`;
    await say(page, dialect, text);
    for (const other of ["crm", "helpdesk", "rooms", "team"]) {
      await arrived(page, other, text);
      await expect(
        incoming(page, other)
          .filter({ hasText: /"(message:new|new_message|message)"/ })
          .filter({ hasText: text }),
      ).toHaveCount(1);
    }
  }
  await arrived(page, "support", "user1 wrote in ticket TKT-");

  // no token is shown, not even the one in Socket.IO's packet
  await expect(page.getByText("eyJ")).toHaveCount(0);
  await page.screenshot({ path: screenshot("test-websocket-five"), fullPage: true });
});

test("the guide's three people talk in a room without a password", async ({ page, server }) => {
  await page.goto(`${server.url}/test_websocket.html`);
  await expect(page.getByRole("region", { name: /^Client \d/ })).toHaveCount(3);
  await page.getByRole("button", { name: "Three people in a room" }).click();
  const people = page.getByTestId("client-rooms");
  await expect(page.locator("[data-testid=client-rooms][data-state=open]")).toHaveCount(3);
  await people.first().getByRole("textbox", { name: "Message" }).fill("Hello everyone!");
  await people.first().getByRole("textbox", { name: "Message" }).press("Enter");
  for (let at = 0; at < 3; at++)
    await expect(people.nth(at).locator("li[data-direction=in]").filter({ hasText: "Hello everyone!" })).toHaveCount(1);
  await page.screenshot({ path: screenshot("test-websocket-room"), fullPage: true });
});

test("a client connects by hand, says why it could not, and sends a frame as it is", async ({ page, server }) => {
  await page.goto(`${server.url}/test_websocket.html`);
  const first = page.getByRole("region", { name: "Client 1" });
  const notes = first.locator("li[data-direction=note]");
  await first.getByLabel("Dialect").selectOption("crm");
  await first.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(notes.last()).toHaveText(/Name the conversation/);

  await first.getByLabel("Conversation").fill("0190a000-0000-7000-8000-000000000000");
  await first.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(notes.last()).toHaveText(/needs the demo password/);

  await page.getByLabel("Demo password").fill("wrong-password");
  await first.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(notes.last()).toHaveText(/credentials|password|Invalid/i);

  await page.getByLabel("Demo password").fill(server.password);
  await first.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(notes.last()).toHaveText(/closed 4003/);

  const made = await server.call("POST", "/api/chat/conversations/", { title: "By hand" }, await server.login("alice"));
  await first.getByLabel("Conversation").fill(made.id);
  await first.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(first).toHaveAttribute("data-state", "open");
  await first.getByLabel(/Send as it is/).check();
  await first.getByRole("textbox", { name: "Raw frame" }).fill('{"type":"ping"}');
  await first.getByRole("button", { name: "Send" }).click();
  await expect(first.locator("li[data-direction=in]").last()).toHaveText(/pong/);
  await first.getByRole("button", { name: "Disconnect" }).click();
  await expect(first).toHaveAttribute("data-state", "closed");
});
