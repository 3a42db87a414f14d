import { expect, screenshot, test } from "./host";

test("Basic Chat Flow", async ({ server, visit }) => {
  const { token } = await server.person("basic-flow", "Bea Flow");
  const widget = await visit({ token, "bot-name": "Rosie" });
  await widget.open();
  await widget.say("Hello");
  await expect(widget.own("Hello")).toHaveCount(1);
  await expect(widget.other()).toHaveCount(1);
  await widget.connection("socket");
  await expect(widget.panel.locator(".typing")).toHaveCount(0);

  const id = await widget.call<string>("getConversationId");
  expect(await widget.call<boolean>("isConnected")).toBe(true);
  const list = await server.call("GET", "/api/chat/conversations/", undefined, token);
  expect(list.results[0]).toMatchObject({ id });
  expect(list.count).toBe(1);
});

test("quick prompts are offered, a click asks, and the answer names its sources and what to ask next", async ({
  visit,
}) => {
  const widget = await visit({ greeting: "Welcome to Rosewood. What can we do for you?" });
  await widget.open();
  const prompts = widget.panel.getByRole("group", { name: "Suggestions" });
  await expect(prompts.getByRole("button")).toHaveCount(5);
  await widget.page.screenshot({ path: screenshot("widget-prompts") });
  await prompts.getByRole("button", { name: "Delivery Tracking" }).click();
  await expect(widget.other()).toHaveCount(1);
  await widget.say("How long does delivery take?");
  await expect(widget.other()).toHaveCount(2);
  await expect(widget.panel.getByRole("list", { name: "Sources" }).first()).toBeVisible();
  await expect(widget.own()).toHaveCount(2);
  await widget.page.screenshot({ path: screenshot("widget-conversation") });
});

test("commands before the core is loaded are kept, and the page hears what happens", async ({ site, page }) => {
  await page.addInitScript(() => {
    const stub: any = (...call: unknown[]) => stub.q.push(call);
    stub.q = [];
    (window as any).Switchboard = stub;
    (window as any).heard = [];
    stub("open");
    for (const name of ["open", "message", "unread", "conversation-change", "close", "connection"])
      stub("on", name, (detail: any) => (window as any).heard.push([name, detail]));
    addEventListener("switchboard:ready", () => (window as any).heard.push(["ready"]));
    localStorage.setItem("debug", "websocket");
  });
  const printed: string[] = [];
  page.on("console", (message) => printed.push(message.text()));
  await page.goto(site.at());
  const panel = page.locator("chat-widget .panel");
  await expect(panel).toBeVisible();
  await panel.getByRole("textbox").fill("Anybody there?");
  await panel.getByRole("button", { name: "Send" }).click();
  await expect(panel.locator(".row.other:not(.greeting):not(.is-streaming)")).toHaveCount(1);
  await page.evaluate(() => (window as any).Switchboard("close"));
  await expect(panel).toHaveCount(0);
  const heard: [string, any][] = await page.evaluate(() => (window as any).heard);
  const names = heard.map(([name]) => name);
  for (const name of ["ready", "message", "conversation-change", "connection", "close"]) expect(names).toContain(name);
  const id = await page.evaluate(() => (window as any).chatBot.getConversationId());
  expect(heard.find(([name, detail]) => name === "conversation-change" && detail.conversationId === id)).toBeTruthy();

  const kept = await page.evaluate(
    () => Object.entries(localStorage).find(([key]) => key.includes("session:"))?.[1] ?? "",
  );
  const { access, refresh } = JSON.parse(kept);
  expect(printed.filter((line) => line.includes("[switchboard]")).length).toBeGreaterThan(3);
  for (const line of printed) {
    expect(line).not.toContain(access);
    expect(line).not.toContain(refresh);
  }
});

test("an element of the page's own is used, and none is added", async ({ site, page }) => {
  await page.goto(`${site.url}/own`);
  const launcher = page.locator("chat-widget .launcher");
  await expect(launcher).toHaveCount(1);
  expect((await launcher.boundingBox())?.x).toBeLessThan(100);
  const api = await page.evaluate(() => {
    const element = document.querySelector("chat-widget") as any;
    return {
      inDocument: element.isConnected,
      live: element.api.isConnected(),
      same: (window as any).chatBot === element.api,
    };
  });
  expect(api).toEqual({ inDocument: true, live: false, same: true });
});

test("Escape closes and gives the focus back; Enter sends, Shift+Enter does not", async ({ visit }) => {
  const widget = await visit();
  await widget.launcher.focus();
  await widget.page.keyboard.press("Enter");
  await expect(widget.input).toBeFocused();
  await widget.page.keyboard.type("one");
  await widget.page.keyboard.press("Shift+Enter");
  await widget.page.keyboard.type("two");
  await expect(widget.own()).toHaveCount(0);
  await widget.page.keyboard.press("Enter");
  await expect(widget.own("one\ntwo")).toHaveCount(1);
  await widget.page.keyboard.press("Escape");
  await expect(widget.panel).toHaveCount(0);
  await expect(widget.launcher).toBeFocused();
  // what was focused on the page gets it back, too
  await widget.page.locator("#newsletter").focus();
  await widget.call("open");
  await expect(widget.input).toBeFocused();
  await widget.page.keyboard.press("Escape");
  await expect(widget.page.locator("#newsletter")).toBeFocused();
});

test("the unread badge counts while closed and is gone once seen", async ({ server, visit }) => {
  const { token } = await server.person("badge", "Bo Badge");
  const widget = await visit({ token });
  await widget.open();
  await widget.say("I have a question about my order");
  await expect(widget.other()).toHaveCount(1);
  const id = await widget.call<string>("getConversationId");
  await widget.call("close");
  const agent = await server.login("itagent");
  await server.call("POST", "/api/user-response/", { conversation_id: id, message: "Let me look into it." }, agent);
  await expect(widget.page.locator("chat-widget .badge")).toHaveText("1");
  await expect(widget.launcher).toHaveAccessibleName("Open chat, 1 unread message");
  await widget.page.screenshot({ path: screenshot("widget-closed") });
  await widget.open();
  await expect(widget.other("Let me look into it.")).toHaveCount(1);
  await widget.call("close");
  await expect(widget.page.locator("chat-widget .badge")).toHaveCount(0);
});

test("who talks is seen: the agent's name instead of the bot's", async ({ server, visit }) => {
  const { token } = await server.person("handed", "Hanna Handed");
  const widget = await visit({ token, "bot-name": "Rosie" });
  await widget.open();
  await widget.say("Hello");
  await expect(widget.other()).toHaveCount(1);
  const id = await widget.call<string>("getConversationId");
  const agent = await server.login("itagent");
  const me = await server.call("GET", "/api/auth/me", undefined, agent);
  await server.call("POST", "/api/user-response/", { conversation_id: id, message: "Hi Hanna, I am a person." }, agent);
  await expect(widget.other("Hi Hanna, I am a person.")).toHaveCount(1);
  await expect(widget.panel.locator(".header-name")).toHaveText(me.display_name);
});

test("where the server knows no handoff, asking for a person is said as a message", async ({ server, visit }) => {
  const widget = await visit();
  await widget.page.route(`${server.url}/api/chat/conversations/*/handoff`, (route) =>
    route.fulfill({
      status: 404,
      headers: { "access-control-allow-origin": "*", "access-control-allow-headers": "*" },
      json: { detail: "Not found", code: "not_found" },
    }),
  );
  await widget.open();
  await widget.say("Hello");
  await expect(widget.other()).toHaveCount(1);
  await widget.panel.getByRole("button", { name: "Talk to a person" }).click();
  await expect(widget.own("I would like to talk to a person, please.")).toHaveCount(1);
});

test("reset signs out: the next words are another visitor's", async ({ visit }) => {
  const widget = await visit();
  await widget.open();
  await widget.say("My secret order 1234");
  await expect(widget.other()).toHaveCount(1);
  const first = await widget.call<string>("getConversationId");
  await widget.call("reset");
  await expect(widget.own()).toHaveCount(0);
  expect(await widget.call("getConversationId")).toBeNull();
  await widget.say("Somebody else");
  await expect(widget.other()).toHaveCount(1);
  expect(await widget.call("getConversationId")).not.toBe(first);
  await expect(widget.own("secret")).toHaveCount(0);
});
