import { expect } from "../server";
import { agent, log, test } from "./desk";

/** Runs the calls, some at a time. */
async function inTurns(count: number, call: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: 24 }, async () => {
      while (next < count) await call(next++);
    }),
  );
}

test("the console opens quickly with 5,000 conversations, and draws only those in sight", async ({
  browser,
  ownServer,
}) => {
  test.setTimeout(480_000);
  const server = await ownServer({ RATE_LIMITS: "off" });
  const token = await server.login("alice");
  await inTurns(5_000, (n) => server.call("POST", "/api/chat/conversations", { title: `Question ${n}` }, token));
  const { page, context } = await agent(browser, server, "itagent");
  await page.getByRole("tab", { name: /^All/ }).click();
  const rows = page.locator("[data-conversation]");
  await expect(rows.first()).toBeVisible();

  // opened anew, signed in, until the rows are there
  const before = Date.now();
  await page.goto(`${server.url}/console`, { waitUntil: "commit" });
  await expect(rows.first()).toBeVisible();
  const took = Date.now() - before;
  console.log(`the list of 5,000 was there after ${took} ms`);
  expect(took).toBeLessThan(3_000);

  const list = page.locator(".list-scroll");
  expect(await rows.count()).toBeLessThan(40);
  await expect(list.locator("li").first()).toHaveAttribute("aria-setsize", "5000");
  // on and on: pages come before the end is reached, and the rows stay few
  for (let page_ = 2; page_ <= 8; page_++) {
    await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await expect
      .poll(() => list.locator(".list").evaluate((element) => element.clientHeight / 98))
      .toBeGreaterThanOrEqual(page_ * 50);
    expect(await rows.count()).toBeLessThan(40);
  }
  expect(await page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThan(1_500);
  await expect(page.getByRole("tab", { name: /^All/ })).toContainText("5k");
  await context.close();
});

test("a long thread opens with its newest page, reads older ones on the way up, and stays light", async ({
  browser,
  ownServer,
}) => {
  test.setTimeout(180_000);
  const server = await ownServer({ RATE_LIMITS: "off" });
  const token = await server.login("alice");
  const { id } = await server.call("POST", "/api/chat/conversations", { title: "A long talk" }, token);
  await server.call("POST", `/api/chat/conversations/${id}/claim`, {}, await server.login("hragent"));
  await inTurns(420, (n) =>
    server.call("POST", "/api/user-response/", { message: `Message ${n}`, conversation_id: id }, token),
  );
  const { page, context } = await agent(browser, server, "itagent", `/console/conversations/${id}`);
  const messages = log(page).locator("[data-seq]");
  const newest = await server
    .call("GET", `/api/chat/conversations/${id}`, undefined, token)
    .then((one) => one.last_seq as number);
  await expect(messages.last()).toHaveAttribute("data-seq", String(newest));
  await expect(messages.last()).toBeInViewport();
  const oldest = () => messages.first().getAttribute("data-seq").then(Number);
  while ((await oldest()) > 1) {
    const at = await oldest();
    await log(page).evaluate((element) => element.scrollTo(0, 0));
    await expect.poll(oldest).toBeLessThan(at);
    expect(await messages.count()).toBeLessThanOrEqual(250);
  }
  // someone writes meanwhile: it is told, not jumped to; then one click shows it
  await server.call("POST", "/api/user-response/", { message: "Something new", conversation_id: id }, token);
  const button = page.getByRole("button", { name: "1 new" });
  await expect(button).toBeVisible();
  await button.click();
  await expect(log(page).getByText("Something new")).toBeInViewport();
  await context.close();
});

test("what is looked at stays in its place while older messages are put above it", async ({ browser, ownServer }) => {
  test.setTimeout(120_000);
  const server = await ownServer({ RATE_LIMITS: "off" });
  const token = await server.login("bob");
  const { id } = await server.call("POST", "/api/chat/conversations", { title: "Another talk" }, token);
  await server.call("POST", `/api/chat/conversations/${id}/claim`, {}, await server.login("hragent"));
  for (let n = 0; n < 160; n++)
    await server.call("POST", "/api/user-response/", { message: `Line ${n}`, conversation_id: id }, token);
  const { page, context } = await agent(browser, server, "itagent", `/console/conversations/${id}`);
  await expect(log(page).getByText("Line 159")).toBeInViewport();
  const first = Number(await log(page).locator("[data-seq]").first().getAttribute("data-seq"));
  // the message in the middle of what is seen, and where it stands
  const seen = await log(page).evaluate((element) => {
    element.scrollTo(0, 250);
    const middle = element.getBoundingClientRect().top + element.clientHeight / 2;
    const row = [...element.querySelectorAll<HTMLElement>("[data-seq]")].find(
      (one) => one.getBoundingClientRect().top > middle,
    )!;
    return { seq: row.dataset["seq"]!, top: row.getBoundingClientRect().top };
  });
  await expect
    .poll(() => log(page).locator("[data-seq]").first().getAttribute("data-seq").then(Number))
    .toBeLessThan(first);
  await expect
    .poll(async () => Math.abs((await log(page).locator(`[data-seq="${seen.seq}"]`).boundingBox())!.y - seen.top))
    .toBeLessThan(1);
  await context.close();
});
