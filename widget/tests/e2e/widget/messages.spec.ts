import { expect, screenshot, test } from "./host";

test("own messages are changed and deleted, others are answered and reacted to", async ({ server, visit }) => {
  const { token } = await server.person("actor", "Ada Actor");
  const widget = await visit({ token, "bot-name": "Rosie" });
  await widget.open();
  await widget.say("Where is my ordr?");
  await expect(widget.other()).toHaveCount(1);
  const tools = widget.panel.getByRole("toolbar", { name: "Message actions" });

  await widget.own("ordr").hover();
  await tools.getByRole("button", { name: "Edit" }).click();
  await expect(widget.panel.getByText("Editing your message")).toBeVisible();
  await widget.input.fill("Where is my order?");
  await widget.input.press("Enter");
  await expect(widget.own("Where is my order?")).toHaveCount(1);
  await expect(widget.log.getByText("edited")).toBeVisible();

  await widget.other().hover();
  await tools.getByRole("button", { name: "React" }).click();
  await tools.getByRole("button", { name: "👍" }).click();
  const reaction = widget.log.getByRole("button", { name: "👍 1" });
  await expect(reaction).toHaveAttribute("aria-pressed", "true");

  await widget.other().hover();
  await tools.getByRole("button", { name: "Reply" }).click();
  await expect(widget.panel.getByText("Replying to Rosie")).toBeVisible();
  await widget.page.screenshot({ path: screenshot("widget-reply") });
  await widget.say("Thank you");
  await expect(widget.own("Thank you").locator(".quote")).toBeVisible();
  await expect(widget.other()).toHaveCount(2);

  await reaction.click();
  await expect(reaction).toHaveCount(0);

  await widget.own("Thank you").hover();
  await tools.getByRole("button", { name: "Delete" }).click();
  await tools.getByRole("button", { name: "Delete" }).click();
  await expect(widget.log.getByText("This message was deleted")).toBeVisible();
  const id = await widget.call<string>("getConversationId");
  const messages = await server.call("GET", `/api/chat/conversations/${id}/messages/`, undefined, token);
  expect(messages[2]).toMatchObject({ is_deleted: true, reply_to: messages[1].id });
});

test("search finds words in the conversation and goes to the message", async ({ visit }) => {
  const widget = await visit();
  await widget.open();
  await widget.say("The zebra tent has a hole");
  await expect(widget.other()).toHaveCount(1);
  await widget.panel.getByRole("button", { name: "Search" }).click();
  await widget.panel.getByRole("searchbox").fill("zebra");
  await expect(widget.panel.getByText("1 message found")).toBeVisible();
  await expect(widget.panel.locator(".hit mark")).toHaveText("zebra");
  await widget.page.screenshot({ path: screenshot("widget-search") });
  await widget.panel.locator(".hit").click();
  await expect(widget.own("zebra")).toBeInViewport();
});

test("an emoji is put where the caret is, by keyboard", async ({ visit }) => {
  const widget = await visit();
  await widget.open();
  await widget.input.fill("ab");
  await widget.input.press("ArrowLeft");
  await widget.panel.getByRole("button", { name: "Insert an emoji" }).click();
  await expect(widget.panel.getByRole("button", { name: "😀" })).toBeFocused();
  await widget.page.keyboard.press("ArrowRight");
  await widget.page.keyboard.press("Enter");
  await expect(widget.input).toHaveValue("a😃b");
  await expect(widget.input).toBeFocused();
});

test("what people write runs nowhere", async ({ server, visit }) => {
  const { token } = await server.person("hostile", `<img src=x onerror="window.ran=1">`);
  const widget = await visit({
    token,
    greeting: `<img src=x onerror="window.ran=1">`,
    "bot-name": "<b onclick=alert(1)>x",
  });
  await widget.open();
  // with what each shows: of a long conversation only what is near the view is in the page
  const payloads: [string, string][] = [
    [`<script>window.ran=1</script>`, "window.ran=1"],
    [`<img src=x onerror="window.ran=1">`, "onerror"],
    [`[click](javascript:window.ran=1)`, "click"],
    [`**bold** <svg onload="window.ran=1">`, "bold"],
    [`[ok](https://example.com/a)`, "ok"],
  ];
  for (const [payload, shown] of payloads) {
    await widget.say(payload);
    await expect(widget.own().last()).toContainText(shown);
    await expect(widget.own().locator("script, img, svg, [onerror], a[href^=javascript]")).toHaveCount(0);
    await expect(widget.log.locator(".is-pending")).toHaveCount(0);
  }
  expect(await widget.page.evaluate(() => (window as any).ran)).toBeUndefined();
  const link = widget.own().getByRole("link", { name: "ok" });
  await expect(link).toHaveAttribute("rel", "noopener noreferrer nofollow");
  await expect(link).toHaveAttribute("target", "_blank");
});
