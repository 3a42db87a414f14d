/** A hostile page on another origin, in the browser of somebody who chats elsewhere. */
import { test as base } from "@playwright/test";
import { Server, expect } from "../server";
import { WidgetOnPage } from "../widget/host";
import { Site } from "./site";

const test = base.extend<object, { there: { site: Site; hostile: Site; server: Server } }>({
  there: [
    async ({}, use) => {
      const [site, hostile] = [await Site.start(), await Site.start()];
      const server = await Server.start({ ALLOWED_ORIGINS: site.url });
      await use({ site, hostile, server });
      await server.stop();
      await site.stop();
      await hostile.stop();
    },
    { scope: "worker" },
  ],
});

const embed = (server: Server) =>
  `<!doctype html><html lang="en"><title>Shop</title><h1>Shop</h1>
    <script src="${server.url}/widget.js" data-theme="light" async></script>`;

test("a hostile page cannot read what a visitor wrote on another site", async ({
  page,
  context,
  there: { site, hostile, server },
}) => {
  site.serve(embed(server));
  await page.goto(site.url);
  const widget = new WidgetOnPage(page);
  await widget.open();
  await widget.say("My secret order 4711");
  await expect(widget.own("4711")).toHaveCount(1);
  await expect(widget.other(/./)).toHaveCount(1);
  const id = await widget.call<string>("getConversationId");
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  expect(kept).toContain("session:");

  // nothing travels by itself: there is no cookie
  expect(await context.cookies()).toEqual([]);

  hostile.serve(`<!doctype html><html lang="en"><title>Hostile</title><h1>Hostile</h1><iframe id="frame"></iframe>`);
  const evil = await context.newPage();
  await evil.goto(hostile.url);
  // what the widget keeps belongs to the other site
  expect(await evil.evaluate(() => ({ ...localStorage }))).toEqual({});
  expect(await evil.evaluate(async () => (await indexedDB.databases()).length)).toBe(0);

  // calls are refused before they are answered, with credentials and without
  for (const path of [`/api/chat/conversations/${id}/messages/`, "/api/chat/conversations/", "/api/auth/me"]) {
    for (const credentials of ["omit", "include"] as const) {
      const outcome = await evil.evaluate(
        ([url, credentials]) =>
          fetch(url, { credentials }).then(
            (answer) => answer.status,
            (error: Error) => error.name,
          ),
        [server.url + path, credentials] as const,
      );
      expect(outcome).toBe("TypeError");
    }
    const opaque = await evil.evaluate(
      (url) => fetch(url, { mode: "no-cors" }).then(async (answer) => [answer.type, await answer.text()]),
      server.url + path,
    );
    expect(opaque).toEqual(["opaque", ""]);
  }
  // a socket without a token is told so, and closed
  const code = await evil.evaluate(
    (url) =>
      new Promise<number>((closed) => {
        new WebSocket(url).onclose = (event) => closed(event.code);
      }),
    `${server.url.replace("http", "ws")}/ws/chat/${id}/`,
  );
  expect([4001, 1006]).toContain(code);
});

test("a hostile page frames none of ours; the widget gets no session on a site that the server does not list", async ({
  page,
  there: { hostile, server },
}) => {
  hostile.serve(embed(server));
  await page.goto(hostile.url);
  const refused = page.waitForEvent("requestfailed", (request) => request.url().endsWith("/api/auth/visitor"));
  await new WidgetOnPage(page).open();
  await refused;

  for (const path of ["/chat-test", "/test_websocket.html", "/console"]) {
    const answer = await fetch(server.url + path);
    expect(answer.headers.get("x-frame-options")).toBe("DENY");
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  }
});

test("on a server that lets any site in, another site's visitor is somebody else", async ({
  page,
  context,
  there: { site, hostile },
}) => {
  const server = await Server.start({ ALLOWED_ORIGINS: "*" });
  try {
    site.serve(embed(server));
    hostile.serve(embed(server));
    await page.goto(site.url);
    const widget = new WidgetOnPage(page);
    await widget.open();
    await widget.say("My secret order 4712");
    await expect(widget.other(/./)).toHaveCount(1);
    const id = await widget.call<string>("getConversationId");

    const other = new WidgetOnPage(await context.newPage());
    await other.page.goto(hostile.url);
    await other.open();
    expect(await other.call("getConversationId")).toBeNull();
    await other.say("Hello");
    await expect(other.other(/./)).toHaveCount(1);
    expect(await other.call("getConversationId")).not.toBe(id);
    await expect(other.own("4712")).toHaveCount(0);
    // not even with the id, and its own visitor's token
    const status = await other.page.evaluate(
      async ([base, id]) => {
        const { access_token } = await (
          await fetch(`${base}/api/auth/visitor`, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: "{}",
          })
        ).json();
        return (
          await fetch(`${base}/api/chat/conversations/${id}/messages/`, {
            headers: { authorization: `Bearer ${access_token}` },
          })
        ).status;
      },
      [server.url, id] as const,
    );
    expect(status).toBe(404);
  } finally {
    await server.stop();
  }
});

test("without a token every call of the API is refused with 401", async ({ there: { server } }) => {
  const calls: [string, string][] = [
    ["GET", "/api/chat/conversations/"],
    ["GET", "/api/chat/conversations/0190a000-0000-7000-8000-000000000000/messages/"],
    ["GET", "/api/chat/search?q=secret"],
    ["POST", "/api/user-response/"],
    ["POST", "/api/bot-response/"],
    ["POST", "/api/chat/upload/"],
    ["GET", "/api/auth/me"],
  ];
  for (const [method, path] of calls) {
    const answer = await fetch(server.url + path, {
      method,
      headers: { "content-type": "application/json" },
      body: method === "POST" ? "{}" : undefined,
    });
    expect(`${method} ${path} ${answer.status}`).toBe(`${method} ${path} 401`);
  }
});
