import { expect, screenshot, test } from "./host";

test("a visitor asks for a person; one joins, answers and resolves, and each step is seen", async ({
  server,
  visit,
}) => {
  const { token } = await server.person("wants-person", "Pia Person");
  const widget = await visit({ token, "bot-name": "Rosie" });
  await widget.open();
  await widget.say("Hello");
  await expect(widget.other()).toHaveCount(1);
  await widget.connection("socket");
  await widget.panel.getByRole("button", { name: "Talk to a person" }).click();
  await expect(widget.log.getByText("You asked for a person. Somebody will answer here.")).toBeVisible();
  await expect(widget.panel.getByRole("button", { name: "Talk to a person" })).toHaveCount(0);

  const id = await widget.call<string>("getConversationId");
  const agent = await server.login("itagent");
  const claimed = await server.call("POST", `/api/chat/conversations/${id}/claim`, {}, agent);
  await expect(widget.panel.locator(".header-name")).toHaveText(claimed.assignee.name);
  await expect(widget.log.getByText(`${claimed.assignee.name} joined the conversation.`)).toBeVisible();
  await server.call(
    "POST",
    "/api/user-response/",
    { conversation_id: id, message: "Hello Pia, I am here now." },
    agent,
  );
  await expect(widget.other("I am here now.")).toHaveCount(1);
  await widget.page.screenshot({ path: screenshot("widget-person") });
  await widget.say("Thank you, all is well");
  await server.call("PATCH", `/api/chat/conversations/${id}/`, { status: "resolved" }, agent);
  await expect(widget.log.getByText("This conversation was resolved.")).toBeVisible();
  await expect(widget.other()).toHaveCount(2);
});
