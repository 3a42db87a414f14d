import { block, blockable, expect, screenshot, test } from "./host";

test("WebSocket Fallback", async ({ server, visit, context }) => {
  await blockable(context);
  const { token } = await server.person("fallback", "Fay Fallback");
  const widget = await visit({ token });
  await widget.open();
  await widget.say("First, over the socket");
  await widget.connection("socket");
  await expect(widget.other()).toHaveCount(1);

  await block(widget.page, true);
  await widget.connection("polling");
  await widget.say("Second, without one");
  await expect(widget.own("Second, without one")).toHaveCount(1);
  await expect(widget.other()).toHaveCount(2);
  await expect(widget.panel.getByText("Live connection blocked")).toBeVisible();
  await widget.page.screenshot({ path: screenshot("widget-fallback") });

  await block(widget.page, false);
  await widget.connection("socket");
  expect(await widget.call("isConnected")).toBe(true);
  await widget.say("Third, over the socket again");
  await expect(widget.other()).toHaveCount(3);
  await expect(widget.own()).toHaveCount(3);

  const id = await widget.call<string>("getConversationId");
  const messages = await server.call("GET", `/api/chat/conversations/${id}/messages/`, undefined, token);
  expect(messages.map((message: any) => message.type)).toEqual(["user", "bot", "user", "bot", "user", "bot"]);
});

test("a visitor whose sockets never worked chats all the same", async ({ visit, context, server }) => {
  await blockable(context);
  await context.addInitScript(() => ((window as any).socketsBlocked = true));
  const widget = await visit();
  await widget.open();
  await widget.connection("polling");
  await widget.say("Hello");
  await expect(widget.other()).toHaveCount(1);
  const id = await widget.call<string>("getConversationId");
  const agent = await server.login("itagent");
  await server.call("POST", "/api/user-response/", { conversation_id: id, message: "A person here" }, agent);
  await expect(widget.other("A person here")).toHaveCount(1);
});
