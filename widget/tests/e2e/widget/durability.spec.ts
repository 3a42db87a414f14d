import { Server, Site, blockable, expect, screenshot, test } from "./host";
import { WidgetOnPage } from "./host";

const texts = (messages: any[]) => messages.filter((message) => message.type === "user").map((message) => message.text);

test("a server killed and restarted mid-conversation: nothing lost, nothing doubled, the status shown", async ({
  page,
}) => {
  const server = await Server.start({ ALLOWED_ORIGINS: "*" });
  const site = await Site.start(server);
  try {
    const { token } = await server.person("killed", "Kim Killed");
    await page.goto(site.at({ token }));
    const widget = new WidgetOnPage(page);
    await widget.open();
    await widget.say("Before");
    await expect(widget.other()).toHaveCount(1);
    await widget.connection("socket");

    await server.kill();
    await widget.say("During the outage");
    await widget.say("And another one");
    await expect(widget.panel.getByText("You are offline.")).toBeVisible();
    await expect(widget.log.locator(".is-pending")).toHaveCount(2);
    await page.screenshot({ path: screenshot("widget-error") });

    await server.start();
    await widget.connection("socket");
    await expect(widget.log.locator(".is-pending")).toHaveCount(0);
    await widget.say("After");
    const wanted = ["Before", "During the outage", "And another one", "After"];
    await expect(widget.own()).toHaveText(wanted);
    const id = await widget.call<string>("getConversationId");
    // what comes in a row may be answered once for all of it: the last is answered at the end
    let messages: any[] = [];
    await expect
      .poll(async () => {
        messages = await server.call("GET", `/api/chat/conversations/${id}/messages/?limit=200`, undefined, token);
        const shown = await widget.other().count();
        return { last: messages.at(-1).type, missing: messages.length - wanted.length - shown };
      })
      .toEqual({ last: "bot", missing: 0 });
    expect(texts(messages)).toEqual(wanted);
    expect(messages.map((message: any) => message.seq)).toEqual(messages.map((_: any, index: number) => index + 1));
  } finally {
    await site.stop();
    await server.stop();
  }
});

test("what was written offline survives a reload and is sent once", async ({ server, visit, context }) => {
  await blockable(context);
  await context.addInitScript(() => ((window as any).socketsBlocked = true));
  const { token } = await server.person("reloader", "Ray Reload");
  const widget = await visit({ token });
  const api = `${server.url}/api/**`;
  await widget.open();
  await widget.say("Online");
  await expect(widget.other()).toHaveCount(1);

  await context.route(api, (route) => route.abort("internetdisconnected"));
  await widget.say("Written offline");
  await widget.say("Also written offline");
  await expect(widget.log.locator(".is-pending")).toHaveCount(2);
  await widget.page.reload();
  await widget.open();
  await expect(widget.own()).toHaveText(["Written offline", "Also written offline"]);
  await context.unroute(api);
  await expect(widget.log.locator(".is-pending")).toHaveCount(0);
  await expect(widget.own()).toHaveText(["Online", "Written offline", "Also written offline"]);

  const id = await widget.call<string>("getConversationId");
  await expect
    .poll(async () => texts(await server.call("GET", `/api/chat/conversations/${id}/messages/`, undefined, token)))
    .toEqual(["Online", "Written offline", "Also written offline"]);
  await widget.page.reload();
  await widget.open();
  await expect(widget.own()).toHaveText(["Online", "Written offline", "Also written offline"]);
});

test("a first message whose answer was lost begins one conversation all the same", async ({
  server,
  visit,
  context,
}) => {
  const { token } = await server.person("lost-answer", "Lou Lost");
  let lost = 0;
  await context.route(`${server.url}/api/user-response/`, async (route) => {
    if (route.request().method() !== "POST" || lost > 0) return route.continue();
    lost++;
    // it arrives, but nobody hears of it
    await route.fetch();
    await route.abort("connectionreset");
  });
  const widget = await visit({ token });
  await widget.open();
  await widget.say("Only once");
  await expect(widget.other()).toHaveCount(1);
  await expect(widget.own()).toHaveText(["Only once"]);
  const list = await server.call("GET", "/api/chat/conversations/", undefined, token);
  expect(list.count).toBe(1);
  expect(list.results[0].last_seq).toBe(2);
});

test("with storage blocked one chats, for as long as the page is there", async ({ context, visit }) => {
  await context.addInitScript(() => {
    const blocked = {
      get: () => {
        throw new DOMException("blocked", "SecurityError");
      },
    };
    Object.defineProperty(window, "localStorage", blocked);
    Object.defineProperty(window, "sessionStorage", blocked);
  });
  const widget = await visit();
  await widget.open();
  await widget.say("Hello from a private window");
  await expect(widget.other()).toHaveCount(1);
  await widget.connection("socket");
  await widget.say("And again");
  await expect(widget.other()).toHaveCount(2);
});

test("a refused message says why, is kept, and can be sent again or discarded", async ({ server, visit, context }) => {
  let refuse = true;
  await context.route(`${server.url}/api/user-response/`, (route) =>
    refuse && route.request().method() === "POST"
      ? route.fulfill({
          status: 400,
          headers: { "access-control-allow-origin": "*" },
          contentType: "application/problem+json",
          body: JSON.stringify({ detail: "Not today", code: "validation_error" }),
        })
      : route.continue(),
  );
  const widget = await visit();
  await widget.open();
  await widget.say("Let me in");
  await expect(widget.log.getByText("Not today")).toBeVisible();
  await widget.say("Or me");
  await expect(widget.log.locator(".is-failed")).toHaveCount(2);
  refuse = false;
  await widget.log.getByRole("button", { name: "Discard" }).last().click();
  await widget.log.getByRole("button", { name: "Try again" }).click();
  await expect(widget.other()).toHaveCount(1);
  await expect(widget.own()).toHaveText(["Let me in"]);
});

test("a token that ran out is renewed once for all tabs, and nobody notices", async ({ visit }) => {
  const one = await visit();
  await one.open();
  await one.say("Hello");
  await expect(one.other()).toHaveCount(1);
  const two = await visit();
  // both hold a session whose access token is spoilt
  await one.page.evaluate(() => {
    const key = Object.keys(localStorage).find((key) => key.includes("session:"))!;
    localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage.getItem(key)!), until: 0 }));
  });
  const renewals: string[] = [];
  for (const { page } of [one, two])
    page.on(
      "request",
      (request) =>
        request.url().endsWith("/api/auth/refresh") && request.method() === "POST" && renewals.push(request.url()),
    );
  await Promise.all([one.page.reload(), two.page.reload()]);
  await Promise.all([one.open(), two.open()]);
  await expect(one.own("Hello")).toHaveCount(1);
  await expect(two.own("Hello")).toHaveCount(1);
  expect(renewals).toHaveLength(1);
});
