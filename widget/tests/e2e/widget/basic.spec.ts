import { expect, screenshot, test } from "./host";

test("Basic Chat Flow", async ({ server, visit }) => {
  const { token } = await server.person("basic-flow", "Bea Flow");
  const widget = await visit({ token, "bot-name": "Rosie" });
  widget.page.on("console", (message) => console.log("console:", message.text()));
  widget.page.on("pageerror", (error) => console.log("pageerror:", error));
  await widget.open();
  await widget.say("Hello");
  await expect(widget.own("Hello")).toHaveCount(1);
  await expect(widget.other(/./)).toHaveCount(1);
  await widget.connection("socket");
  await widget.page.screenshot({ path: screenshot("widget-conversation") });

  const id = await widget.call<string>("getConversationId");
  expect(await widget.call<boolean>("isConnected")).toBe(true);
  const list = await server.call("GET", "/api/chat/conversations/", undefined, token);
  expect(list.results[0]).toMatchObject({ id });
  expect(list.count).toBe(1);
});
