import { expect, test } from "./host";

test("Real-time Features (two tabs)", async ({ server, visit }) => {
  const { token } = await server.person("two-tabs", "Tia Tabs");
  const one = await visit({ token });
  const two = await visit({ token });
  await one.open();
  await two.open();
  await one.say("Hello from tab one");
  await expect(two.own("Hello from tab one")).toHaveCount(1);
  await one.connection("socket");
  await two.connection("socket");
  expect(await one.call("getConversationId")).toBe(await two.call("getConversationId"));
  await expect(two.other()).toHaveCount(1);

  await one.input.pressSequentially("still wri");
  await expect(two.panel.locator(".typing")).toHaveAccessibleName("You are typing in another tab…");
  await expect(one.panel.locator(".typing")).toHaveCount(0);
  await one.input.press("Enter");
  await expect(two.own("still wri")).toHaveCount(1);
  await expect(two.panel.locator(".typing").filter({ hasText: "another tab" })).toHaveCount(0);

  await two.say("Hello from tab two");
  await expect(one.own("Hello from tab two")).toHaveCount(1);
  await expect(one.own()).toHaveCount(3);
  await expect(two.own()).toHaveCount(3);
});

test("anonymous tabs share one visitor, one conversation and one draft", async ({ visit }) => {
  const one = await visit();
  const two = await visit();
  await Promise.all([one.open(), two.open()]);
  await one.input.pressSequentially("half a sen");
  await expect(two.input).toHaveValue("half a sen");
  await one.input.press("Enter");
  await expect(two.own("half a sen")).toHaveCount(1);
  await expect(two.input).toHaveValue("");
  expect(await one.call("getConversationId")).toBe(await two.call("getConversationId"));
  const sessions = await one.page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes("session:")));
  expect(sessions).toHaveLength(1);
});

test("a message is ticked when it is sent, and again when an agent has read it", async ({ server, visit }) => {
  const { token } = await server.person("receipts", "Rita Receipts");
  const widget = await visit({ token });
  await widget.open();
  await widget.say("Did you read this?");
  await expect(widget.log.getByRole("img", { name: "Sent" })).toHaveCount(1);
  const id = await widget.call<string>("getConversationId");
  const agent = await server.login("itagent");
  await server.call("POST", "/api/user-response/", { conversation_id: id, message: "Yes" }, agent);
  await server.call("POST", `/api/chat/conversations/${id}/read/`, { seq: 3 }, agent);
  await expect(widget.log.getByRole("img", { name: "Read" })).toHaveCount(1);
});

test("a reply is shown while it is being written, and said to assistive technology only once it is whole", async ({
  visit,
}) => {
  const widget = await visit();
  await widget.open();
  const live = widget.panel.locator("[aria-live=polite]");
  await widget.page.evaluate(() => {
    (window as any).said = [];
    const region = document.querySelector("chat-widget")!.shadowRoot!.querySelector("[aria-live=polite]")!;
    new MutationObserver(() => (window as any).said.push(region.textContent)).observe(region, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  await widget.say("What is your return policy?");
  await expect(widget.other()).toHaveCount(1);
  await expect(live).not.toBeEmpty();
  const said: string[] = await widget.page.evaluate(() => (window as any).said);
  expect(said.filter(Boolean)).toHaveLength(1);
  await expect(widget.log).toHaveAttribute("aria-live", "off");
});
