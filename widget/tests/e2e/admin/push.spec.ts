import { type Page, Receiver, expect, screenshot, signIn, subscriptionAt, test } from "./desk";

const section = (page: Page) => page.locator("[data-push]");

async function open(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Notifications/ }).click();
}

test.describe("Web Push", () => {
  test("says so where the browser's push service cannot be reached", async ({ page, server, context }) => {
    await context.grantPermissions(["notifications"], { origin: server.url });
    await signIn(page, server, "itagent", "stats");
    await open(page);
    await expect(section(page)).toHaveAttribute("data-push", "off");
    await section(page).getByRole("button", { name: "Turn on" }).click();
    await expect(section(page).getByRole("alert")).toContainText("did not reach its push service", { timeout: 45_000 });
    await expect(section(page)).toHaveAttribute("data-push", "off");
    await page.screenshot({ path: screenshot("admin-push-unreachable") });
    // the worker is there all the same
    const scope = await page.evaluate(async () => (await navigator.serviceWorker.getRegistration("/console/"))?.scope);
    expect(scope).toBe(`${server.url}/console/`);
  });

  test("is on, reaches the push service, and is off again", async ({ page, server, context }) => {
    const receiver = await Receiver.start();
    await context.grantPermissions(["notifications"], { origin: server.url });
    // the push service is ours: the browser's own is not reached from here
    await page.addInitScript((subscription) => {
      let now: object | null = null;
      const made = {
        endpoint: subscription.endpoint,
        toJSON: () => subscription,
        unsubscribe: async () => {
          now = null;
          return true;
        },
      };
      PushManager.prototype.subscribe = async () => (now = made) as unknown as PushSubscription;
      PushManager.prototype.getSubscription = async () => now as PushSubscription | null;
    }, subscriptionAt(receiver));
    await signIn(page, server, "itagent", "stats");
    await open(page);
    await section(page).getByRole("button", { name: "Turn on" }).click();
    await expect(section(page)).toHaveAttribute("data-push", "on");
    await page.screenshot({ path: screenshot("admin-push-on") });
    const user = await server.login("user1");
    await server.call("POST", "/tickets", { title: "Laptop broken", description: "The computer does not start" }, user);
    await expect.poll(() => receiver.taken.length, { timeout: 20_000 }).toBe(1);
    expect(receiver.taken[0]?.headers).toMatchObject({
      "content-encoding": "aes128gcm",
      authorization: expect.stringMatching(/^vapid /),
    });

    // as the person left it, at the next visit too
    await page.reload();
    await open(page);
    await expect(section(page)).toHaveAttribute("data-push", "on");
    await section(page).getByRole("button", { name: "Turn off" }).click();
    await expect(section(page)).toHaveAttribute("data-push", "off");
    const arrived = page.getByRole("button", { name: /^Notifications, \d+ unread/ });
    await server.call(
      "POST",
      "/tickets",
      { title: "Laptop broken again", description: "The computer does not start" },
      user,
    );
    await expect(arrived).toBeVisible();
    expect(receiver.taken).toHaveLength(1);
    await receiver.stop();
  });

  test("shows what is pushed while nobody looks at the console", async ({ page, server, context }) => {
    await context.grantPermissions(["notifications"], { origin: server.url });
    await signIn(page, server, "itagent", "stats");
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.register("/console/sw.js", { scope: "/console/" });
      const worker = registration.installing;
      if (worker)
        await new Promise<void>((done) =>
          worker.addEventListener("statechange", () => worker.state === "activated" && done()),
        );
    });
    const devtools = await context.newCDPSession(page);
    const known = new Promise<string>((found) => {
      devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
        const ours = registrations.find((one) => one.scopeURL.endsWith("/console/"));
        if (ours) found(ours.registrationId);
      });
    });
    await devtools.send("ServiceWorker.enable");
    const registrationId = await known;
    // the console is not looked at: another page is in front
    await page.goto(`${server.url}/docs`);
    const data = JSON.stringify({
      id: "01890000-0000-7000-8000-000000000001",
      title: "Somebody asks for a person",
      message: "<b>alice</b>",
      conversation_id: "01890000-0000-7000-8000-000000000002",
    });
    // delivered again while nothing is shown: a busy machine showed nothing for ten seconds after a single push; why is
    // not known. The same push again replaces the notification
    const shown = async () => {
      await devtools.send("ServiceWorker.deliverPushMessage", { origin: server.url, registrationId, data });
      return page.evaluate(async () => {
        const registration = await navigator.serviceWorker.getRegistration("/console/");
        return (await registration?.getNotifications())?.map(({ title, body, data }) => ({ title, body, data }));
      });
    };
    await expect.poll(shown, { timeout: 30_000 }).toEqual([
      {
        title: "Somebody asks for a person",
        body: "<b>alice</b>",
        data: { id: "01890000-0000-7000-8000-000000000001", conversation: "01890000-0000-7000-8000-000000000002" },
      },
    ]);
  });

  test("says why it cannot be: refused, no key, no such browser", async ({ browser, server }) => {
    const state = async (prepare: (page: Page) => Promise<void>) => {
      const page = await (await browser.newContext()).newPage();
      await prepare(page);
      await signIn(page, server, "itagent", "stats");
      await open(page);
      await expect(section(page)).not.toHaveAttribute("data-push", "checking");
      const told = {
        state: await section(page).getAttribute("data-push"),
        text: await section(page).textContent(),
        buttons: await section(page).getByRole("button").count(),
      };
      await page.context().close();
      return told;
    };
    const denied = await state((page) =>
      page.addInitScript(() => Object.defineProperty(Notification, "permission", { value: "denied" })),
    );
    expect(denied).toMatchObject({ state: "denied", buttons: 0, text: expect.stringContaining("site settings") });
    const none = await state((page) => page.addInitScript(() => Reflect.deleteProperty(window, "PushManager")));
    expect(none).toMatchObject({ state: "unsupported", buttons: 0 });
    const keyless = await state((page) =>
      page.route("**/notifications/push/public-key", (route) =>
        route.fulfill({
          status: 409,
          contentType: "application/problem+json",
          body: JSON.stringify({ status: 409, code: "push_off", detail: "Web Push is not set up on this server" }),
        }),
      ),
    );
    expect(keyless).toMatchObject({ state: "no-keys", buttons: 0, text: expect.stringContaining("VAPID_PRIVATE_KEY") });
  });
});
