import { HOSTILE, type Page, type Server, expect, fitsPhone, looksRight, screenshot, signIn, test } from "./desk";

const bell = (page: Page) => page.getByRole("button", { name: /^Notifications/ });
const panel = (page: Page) => page.getByRole("dialog", { name: "Notifications" });

/** A ticket of user1's: admins and its department's agents are told. */
async function ticket(
  server: Server,
  token: string,
  title = "Printer",
  description = "It prints nothing",
): Promise<string> {
  return (await server.call("POST", "/tickets", { title, description }, token)).id;
}

/** Everything of the person's is read. */
async function readAll(server: Server, username: string): Promise<string> {
  const token = await server.login(username);
  await server.call("PUT", "/notifications/mark-all-read", undefined, token);
  return token;
}

const unread = async (server: Server, token: string): Promise<number> =>
  (await server.call("GET", "/notifications/unread-count", undefined, token)).unread_count;

test.describe("The bell", () => {
  test("counts and lists what comes, and opens its conversation", async ({ page, server }) => {
    const token = await readAll(server, "admin");
    await signIn(page, server, "admin", "stats");
    await expect(bell(page)).toHaveAccessibleName("Notifications");
    const id = await ticket(server, await server.login("user1"), `Printer ${HOSTILE}`.slice(0, 200), HOSTILE);
    await expect(bell(page)).toHaveAccessibleName("Notifications, 1 unread");
    await expect(page).toHaveTitle(/^\(1\) Live figures/);
    await expect(page.getByText("New Support Ticket: User user1 created a new support ticket")).toBeVisible();
    await page.screenshot({ path: screenshot("admin-notification-toast") });

    await bell(page).focus();
    await page.keyboard.press("Enter");
    await expect(panel(page)).toBeFocused();
    await expect(panel(page).getByText("New Support Ticket (unread)").first()).toBeVisible();
    await expect(panel(page).getByText(HOSTILE.slice(0, 40)).first()).toBeVisible();
    await looksRight(page, "notifications");
    await fitsPhone(page, "notifications");
    await page.keyboard.press("Escape");
    await expect(panel(page)).toHaveCount(0);
    await expect(bell(page)).toBeFocused();

    await page.keyboard.press("Enter");
    await panel(page)
      .getByRole("button", { name: /New Support Ticket/ })
      .first()
      .click();
    await expect(page).toHaveURL(`${server.url}/console/conversations/${id}`);
    await expect(bell(page)).toHaveAccessibleName("Notifications");
    await expect(page).not.toHaveTitle(/^\(/);
    await expect.poll(() => unread(server, token)).toBe(0);
  });

  test("rings for whoever asks for a person, and is read where the conversation is opened", async ({
    page,
    server,
  }) => {
    const token = await readAll(server, "hragent");
    await signIn(page, server, "hragent", "stats");
    const asking = await server.person("asks-for-a-person");
    const { conversation_id: id } = await server.call(
      "POST",
      "/api/user-response/",
      { message: "Good morning" },
      asking.token,
    );
    await server.call("POST", `/api/chat/conversations/${id}/handoff`, {}, asking.token);
    await expect(page.getByText(/^Somebody asks for a person/)).toBeVisible();
    await expect(bell(page)).toHaveAccessibleName("Notifications, 1 unread");
    // not by the bell: by the toast's link
    await page.getByRole("button", { name: "Open", exact: true }).click();
    await expect(page).toHaveURL(`${server.url}/console/conversations/${id}`);
    await expect(bell(page)).toHaveAccessibleName("Notifications");
    await expect.poll(() => unread(server, token)).toBe(0);
  });

  test("pages back, marks one and all as read, and tells the other tabs", async ({ page, server, context }) => {
    const token = await readAll(server, "admin");
    const user = await server.login("user1");
    for (let n = 0; n < 25; n += 1) await ticket(server, user, `Ticket ${n}`);
    await signIn(page, server, "admin", "stats");
    await expect(bell(page)).toHaveAccessibleName("Notifications, 25 unread");
    const other = await context.newPage();
    await other.goto(`${server.url}/console/stats`);
    await expect(bell(other)).toHaveAccessibleName("Notifications, 25 unread");

    await bell(page).click();
    const rows = panel(page).locator("[data-notification]");
    await expect(rows).toHaveCount(20);
    await ticket(server, user, "One more");
    await expect(rows).toHaveCount(21);
    await panel(page).getByRole("button", { name: "Show older" }).click();
    await expect.poll(() => rows.count()).toBeGreaterThanOrEqual(26);
    const ids = await rows.evaluateAll((all) => all.map((one) => one.getAttribute("data-notification") ?? ""));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual([...ids].sort().reverse());

    await rows.first().getByRole("button", { name: /^Mark/ }).click();
    await expect(bell(page)).toHaveAccessibleName("Notifications, 25 unread");
    await expect(bell(other)).toHaveAccessibleName("Notifications, 25 unread");
    await panel(page).getByRole("button", { name: "Mark all read" }).click();
    for (const tab of [page, other]) await expect(bell(tab)).toHaveAccessibleName("Notifications");
    await expect.poll(() => unread(server, token)).toBe(0);
  });

  test("says when the server did not take that one was read", async ({ page, server }) => {
    await readAll(server, "admin");
    await ticket(server, await server.login("user1"));
    await signIn(page, server, "admin", "stats");
    await page.route("**/notifications/*/read", (route) => route.abort());
    await bell(page).click();
    await panel(page)
      .getByRole("button", { name: /^Mark “/ })
      .first()
      .click();
    await expect(page.getByText("The server cannot be reached. Check your connection.")).toBeVisible();
    await expect(bell(page)).toHaveAccessibleName("Notifications, 1 unread");
  });

  test("is told what it missed while the server was away, with a token that had to be renewed", async ({
    page,
    server,
  }) => {
    await readAll(server, "admin");
    await signIn(page, server, "admin", "stats");
    await bell(page).click();
    await expect(panel(page).getByText("Connecting…")).toHaveCount(0);
    await server.kill();
    await expect(panel(page).getByText("Connecting…")).toBeVisible();
    // what the server will not take any more
    await page.evaluate(() => {
      const key = "switchboard.console.session";
      const held = JSON.parse(localStorage.getItem(key) ?? "{}");
      localStorage.setItem(key, JSON.stringify({ ...held, access: "not.a.token" }));
    });
    await server.start();
    const user = await server.login("user1");
    for (let n = 0; n < 3; n += 1) await ticket(server, user, `Missed ${n}`);
    await expect(bell(page)).toHaveAccessibleName("Notifications, 3 unread", { timeout: 30_000 });
    await expect(panel(page).getByText("Connecting…")).toHaveCount(0);
    await ticket(server, user, "And live again");
    await expect(bell(page)).toHaveAccessibleName("Notifications, 4 unread");
  });

  test("gets its notifications where WebSockets are blocked", async ({ page, server }) => {
    await readAll(server, "admin");
    await page.routeWebSocket(/socket\.io/, (socket) => socket.close());
    await signIn(page, server, "admin", "stats");
    await bell(page).click();
    await expect(panel(page).getByText("Connecting…")).toHaveCount(0);
    await ticket(server, await server.login("user1"));
    await expect(bell(page)).toHaveAccessibleName("Notifications, 1 unread");
  });
});
