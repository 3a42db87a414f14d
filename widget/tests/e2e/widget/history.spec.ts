import { Server, Site, WidgetOnPage, expect, screenshot, test } from "./host";

const MESSAGES = 10_000;
const AT_ONCE = 40;

test("a conversation of 10,000 messages opens by one page, scrolls back in place and keeps the document small", async ({
  page,
}) => {
  test.setTimeout(180_000);
  const server = await Server.start({ ALLOWED_ORIGINS: "*", RATE_LIMITS: "off" });
  const site = await Site.start(server);
  try {
    const [ann, bob] = [await server.person("ann-long", "Ann Long"), await server.person("bob-long", "Bob Long")];
    const conversation = await server.call(
      "POST",
      "/api/chat/conversations/",
      { title: "Long", participant_ids: [bob.id] },
      ann.token,
    );
    let next = 0;
    const write = async () => {
      for (let index = next++; index < MESSAGES; index = next++) {
        const message =
          index % 7 === 0
            ? `Message ${index} is a longer one. ${"It goes on for a while. ".repeat(1 + (index % 5))}`
            : `Message ${index}`;
        await server.call(
          "POST",
          "/api/user-response/",
          { conversation_id: conversation.id, message },
          index % 3 === 0 ? ann.token : bob.token,
        );
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, write));

    const pages: string[] = [];
    page.on(
      "request",
      (request) => /\/messages\/\?/.test(request.url()) && request.method() === "GET" && pages.push(request.url()),
    );
    await page.goto(site.at({ token: ann.token, "conversation-id": conversation.id }));
    const widget = new WidgetOnPage(page);
    await expect(widget.launcher).toBeVisible();
    await page.waitForLoadState("networkidle");
    // printed, not asserted: it is this machine's, and what else it does
    const { interactive, shown } = await page.evaluate(
      () =>
        new Promise<{ interactive: number; shown: number }>((done) => {
          const start = performance.now();
          const root = document.querySelector("chat-widget")!.shadowRoot!;
          let interactive = 0;
          const look = () => {
            if (!interactive && root.activeElement?.localName === "textarea") interactive = performance.now() - start;
            if (interactive && root.querySelector("article[data-id]"))
              done({ interactive, shown: performance.now() - start });
            else requestAnimationFrame(look);
          };
          (window as any).chatBot.open();
          look();
        }),
    );
    const [ready, page1] = [interactive.toFixed(0), shown.toFixed(0)];
    console.log(`10,000 messages: interactive ${ready} ms, the newest page shown ${page1} ms after open`);
    expect(pages.filter((url) => url.includes("last="))).toHaveLength(1);

    const scroller = widget.panel.locator(".log-scroller");
    const rows = () => scroller.locator("[data-key]").count();
    expect(await rows()).toBeLessThan(120);
    for (let step = 0; step < 12; step++) {
      const loaded = pages.length;
      // what is in view when an older page arrives stays where it is
      const before = await scroller.evaluate((box) => {
        box.scrollTop = 250;
        return new Promise<{ key: string; top: number }>((done) =>
          requestAnimationFrame(() => {
            const top = box.getBoundingClientRect().top;
            const row = [...box.querySelectorAll<HTMLElement>("[data-key]")].find(
              (one) => one.getBoundingClientRect().bottom > top + 60,
            )!;
            done({ key: row.dataset["key"]!, top: row.getBoundingClientRect().top });
          }),
        );
      });
      await expect.poll(() => pages.length).toBeGreaterThan(loaded);
      await expect.poll(() => scroller.evaluate((box) => box.scrollTop)).toBeGreaterThan(1000);
      const after = await scroller.evaluate(
        (box, key) => box.querySelector(`[data-key="${CSS.escape(key)}"]`)?.getBoundingClientRect().top,
        before.key,
      );
      expect(Math.abs((after ?? Infinity) - before.top)).toBeLessThan(4);
      expect(await rows()).toBeLessThan(120);
    }
    await page.screenshot({ path: screenshot("widget-history") });
    await widget.panel.getByRole("button", { name: "Go to the latest message" }).click();
    const newest = (
      await server.call("GET", `/api/chat/conversations/${conversation.id}/messages/?last=1`, undefined, ann.token)
    )[0];
    await expect(scroller.locator(`[data-id="${newest.id}"]`)).toBeInViewport();
  } finally {
    await site.stop();
    await server.stop();
  }
});
