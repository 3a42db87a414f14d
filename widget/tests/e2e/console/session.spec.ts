import { expect, test } from "../server";
import { agent, errorsOf, fresh, live, signIn, watchForErrors } from "./desk";

test("a wrong password is said, and the right one gets in", async ({ page, server }) => {
  await page.goto(`${server.url}/console`);
  await page.getByLabel("Username or e-mail").fill("itagent");
  await page.getByLabel("Password", { exact: true }).fill("not-the-password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText(/invalid|incorrect|wrong/i);
  await page.getByLabel("Password", { exact: true }).fill(server.password);
  await page.keyboard.press("Enter");
  await live(page);
});

test("a customer is refused politely and keeps no session", async ({ page, server }) => {
  await page.goto(`${server.url}/console`);
  await page.getByLabel("Username or e-mail").fill("alice");
  await page.getByLabel("Password", { exact: true }).fill(server.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("This console is for agents");
  expect(await page.evaluate(() => localStorage.getItem("switchboard.console.session"))).toBeNull();
});

test("a reload stays signed in, and signing out in one tab signs out all", async ({ browser, server }) => {
  const { page, context } = await agent(browser, server, "itagent");
  await page.reload();
  await live(page);
  const other = await context.newPage();
  watchForErrors(other);
  await other.goto(`${server.url}/console`);
  await live(other);
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: /Sign out/ }).click();
  await expect(page.getByRole("heading", { name: "Sign in to the console" })).toBeVisible();
  await expect(other.getByRole("heading", { name: "Sign in to the console" })).toBeVisible();
  expect([...errorsOf(page), ...errorsOf(other)]).toEqual([]);
  await context.close();
});

test("an expired token is renewed once for all tabs", async ({ browser, server }) => {
  const { page, context } = await agent(browser, server, "itagent");
  const tabs = [page];
  for (let count = 0; count < 3; count++) {
    const tab = await context.newPage();
    await tab.goto(`${server.url}/console`);
    await live(tab);
    tabs.push(tab);
  }
  const renewals: string[] = [];
  context.on("request", (request) => request.url().endsWith("/api/auth/refresh") && renewals.push(request.url()));
  await page.evaluate(() => {
    const key = "switchboard.console.session";
    const session = JSON.parse(localStorage.getItem(key)!);
    localStorage.setItem(key, JSON.stringify({ ...session, access: `${session.access}x`, until: Date.now() - 1 }));
  });
  await Promise.all(
    tabs.map(async (tab) => {
      const answered = tab.waitForResponse(
        (response) => response.url().includes("/api/chat/conversations?") && response.status() === 200,
      );
      await tab.getByRole("tab", { name: /Unassigned/ }).click();
      await answered;
    }),
  );
  expect(renewals).toHaveLength(1);
  await Promise.all(tabs.map((tab) => expect(tab.getByRole("button", { name: /^Account of/ })).toBeVisible()));
  await context.close();
});

test("a token that the server refuses is renewed and the call made again", async ({ browser, server }) => {
  const { page, context } = await agent(browser, server, "itagent");
  const answered: number[] = [];
  page.on("response", (response) => {
    if (response.url().includes("/api/chat/conversations?")) answered.push(response.status());
  });
  const spoil = () =>
    page.evaluate(() => {
      const key = "switchboard.console.session";
      const session = JSON.parse(localStorage.getItem(key)!);
      localStorage.setItem(key, JSON.stringify({ ...session, access: `${session.access}x` }));
    });
  // a call that was under way may renew it before the list is asked for: then it is spoilt again
  const views = ["Unassigned", "All", "Mine"];
  let view = 0;
  await expect(async () => {
    answered.length = 0;
    await spoil();
    await page.getByRole("tab", { name: new RegExp(views[view++ % views.length]!) }).click();
    await expect.poll(() => answered, { timeout: 5_000 }).toEqual([401, 200]);
  }).toPass();
  await context.close();
});

test("a revoked session ends at the console with a word of why", async ({ browser, server }) => {
  const { page, context } = await agent(browser, server, "hragent");
  const token = await page.evaluate(
    () => JSON.parse(localStorage.getItem("switchboard.console.session")!).access as string,
  );
  await server.call("POST", "/api/auth/logout", {}, token);
  await expect(page.getByText("Your session has ended")).toBeVisible();
  await context.close();
});

test("where storage is blocked the console still works in its tab", async ({ browser, server }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(() => {
    const blocked = () => {
      throw new DOMException("blocked", "SecurityError");
    };
    Object.defineProperty(window, "localStorage", { get: blocked });
  });
  await signIn(page, server, "itagent");
  const who = await server.person(fresh("customer"), "Somebody Else");
  await server.call("POST", "/api/user-response/", { message: "Hello there" }, who.token);
  await expect(page.locator("[data-conversation]", { hasText: "Somebody Else" })).toBeVisible();
  await context.close();
});
