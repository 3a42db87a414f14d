import { createHmac } from "node:crypto";
import { Server, Site, WidgetOnPage, expect, test } from "./host";

const SECRET = "a-visitor-secret-of-the-tests-with-some-length";

/** A visitor token as a site signs it. */
function visitorToken(sub: string, name: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const body = `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub, name, exp: Math.floor(Date.now() / 1000) + 600 })}`;
  return `${body}.${createHmac("sha256", SECRET).update(body).digest("base64url")}`;
}

test("whom the site knows finds their conversation in another browser; a stranger and the next user do not", async ({
  browser,
}) => {
  const server = await Server.start({ ALLOWED_ORIGINS: "*", VISITOR_JWT_SECRET: SECRET });
  const site = await Site.start(server);
  try {
    const at = async (data: Record<string, string>) => {
      const page = await (await browser.newContext()).newPage();
      await page.goto(site.at(data));
      const widget = new WidgetOnPage(page);
      await widget.open();
      return widget;
    };
    const home = await at({ "visitor-token": visitorToken("crm-1", "Nora North") });
    await home.say("My order is late");
    await expect(home.other()).toHaveCount(1);
    const id = await home.call<string>("getConversationId");

    const work = await at({});
    await expect(work.panel.locator(".prompt").first()).toBeVisible();
    expect(await work.call("getConversationId")).toBeNull();
    await work.call("setUser", visitorToken("crm-1", "Nora North"));
    await expect(work.own("My order is late")).toHaveCount(1);
    expect(await work.call("getConversationId")).toBe(id);
    await work.call("setUser", visitorToken("crm-2", "Sam South"));
    await expect(work.own()).toHaveCount(0);
    expect(await work.call("getConversationId")).toBeNull();

    const stranger = await at({ "conversation-id": id });
    await expect(stranger.panel.getByText("This conversation is not available.")).toBeVisible();
    await expect(stranger.own()).toHaveCount(0);
  } finally {
    await site.stop();
    await server.stop();
  }
});

test("a visitor whose refresh was answered to nobody stays the same; one whose session is gone is asked first", async ({
  visit,
  server,
}) => {
  const widget = await visit();
  const page = widget.page;
  await widget.open();
  await widget.say("I am the same");
  await expect(widget.other()).toHaveCount(1);
  const id = await widget.call<string>("getConversationId");
  /** The session as the widget keeps it, with an access token that has run out. */
  const expire = (change: Record<string, unknown> = {}) =>
    page.evaluate((change) => {
      const key = Object.keys(localStorage).find((key) => key.endsWith(":session:anonymous"))!;
      const kept = JSON.parse(localStorage.getItem(key)!);
      localStorage.setItem(key, JSON.stringify({ ...kept, until: 0, ...change }));
      return kept;
    }, change);
  // the server has spent the token, and its answer has reached nobody
  const { refresh } = await expire();
  await server.call("POST", "/api/auth/refresh", { refresh_token: refresh });
  await page.reload();
  await widget.open();
  await expect(widget.own("I am the same")).toHaveCount(1);
  expect(await widget.call("getConversationId")).toBe(id);
  await widget.connection("socket");

  await expire({ access: "no.such.token", refresh: "0".repeat(64) });
  await page.reload();
  await widget.open();
  await expect(widget.panel.getByText("its session has ended")).toBeVisible();
  expect(await widget.call("getConversationId")).toBe(id);
  await widget.input.fill("And this is still here");
  await widget.panel.getByRole("button", { name: "Start a new conversation" }).click();
  await expect(widget.panel.getByText("its session has ended")).toHaveCount(0);
  await expect(widget.input).toHaveValue("And this is still here");
  await widget.input.press("Enter");
  await expect(widget.own("And this is still here")).toHaveCount(1);
  expect(await widget.call("getConversationId")).not.toBe(id);
});

test("hide takes it away, show brings it back, disabled does not open", async ({ visit }) => {
  const widget = await visit();
  await widget.call("hide");
  await expect(widget.launcher).toHaveCount(0);
  await widget.call("show");
  await expect(widget.launcher).toBeVisible();
  await widget.page.evaluate(() => document.querySelector("chat-widget")!.setAttribute("disabled", ""));
  await expect(widget.launcher).toBeDisabled();
  await widget.call("open");
  await expect(widget.panel).toHaveCount(0);
});
