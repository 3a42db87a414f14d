import { expect, screenshot, test } from "../server";
import { type Customer, agent, customer, errorsOf, log, say } from "./desk";
import type { Page } from "@playwright/test";
import type { Server } from "../server";

const card = (page: Page) => page.getByRole("region", { name: "What happened so far" });

/** The bot's answer to the newest message is there. */
const answered = (server: Server, who: Customer) =>
  server.call("POST", "/api/bot-response/", { conversation_id: who.conversation }, who.token);

test("who claims a long conversation is told what happened so far, and by whom that was written", async ({
  browser,
  server,
}) => {
  const who = await customer(server, "Long Winded", "Where is my *tent*?");
  for (const words of ["It was to come on Monday", "I am waiting for it"]) {
    await answered(server, who);
    await say(server, who, words);
  }
  await answered(server, who);
  const { page, context } = await agent(browser, server, "itagent", `/console/conversations/${who.conversation}`);
  await expect(log(page)).toContainText("I am waiting for it");
  await expect(card(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Claim" }).click();
  await expect(card(page)).toContainText("The customer began with: Where is my *tent*?");
  await expect(card(page)).toContainText("The customer's newest message: I am waiting for it");
  await expect(card(page).getByText("An extract", { exact: true })).toBeVisible();
  await page.screenshot({ path: screenshot("console-summary") });
  await card(page).getByRole("button", { name: "Dismiss the summary" }).click();
  await expect(card(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Summarise" }).click();
  await expect(card(page)).toContainText("Where is my *tent*?");
  expect(errorsOf(page)).toEqual([]);
  await context.close();
});

test("a short conversation is summarised when somebody asks only, and a model's words are said to be its own", async ({
  browser,
  server,
}) => {
  const who = await customer(server, "Brief Person", "Hello");
  const { page, context } = await agent(browser, server, "itagent", `/console/conversations/${who.conversation}`);
  await page.getByRole("button", { name: "Claim" }).click();
  await expect(page.getByText("Yours")).toBeVisible();
  await expect(card(page)).toHaveCount(0);
  await page.route("**/summary*", (route) =>
    route.fulfill({ json: { summary: "The customer **greets** us.<img src=x>", by_model: true } }),
  );
  await page.getByRole("button", { name: "Summarise" }).click();
  await expect(card(page)).toContainText("The customer greets us.<img src=x>");
  await expect(card(page).getByText("Written by the model")).toBeVisible();
  await page.unroute("**/summary*");
  await page.route("**/summary*", (route) => route.abort());
  await page.getByRole("button", { name: "Summarise" }).click();
  await expect(page.getByRole("alert").first()).toBeVisible();
  await expect(card(page)).toContainText("greets");
  await context.close();
});

test("the trace says what a follow-up was understood as, and why no model wrote the answer", async ({
  browser,
  server,
}) => {
  const who = await customer(server, "Following Up", "How do I return an item?");
  await answered(server, who);
  await say(server, who, "and to France?");
  await answered(server, who);
  const { page, context } = await agent(browser, server, "itagent");
  await page.route("**/trace", async (route) => {
    const response = await route.fetch();
    const [newest, ...others] = await response.json();
    const rewritten = "How do I return an item from France?";
    await route.fulfill({
      response,
      json: [{ ...newest, rewritten, fallback: "the model did not finish in time" }, ...others],
    });
  });
  await page.goto(`${server.url}/console/conversations/${who.conversation}`);
  const trace = page.getByRole("list", { name: "Replies of the assistant" }).getByRole("listitem").first();
  await expect(trace).toContainText("Understood as");
  await expect(trace).toContainText("How do I return an item from France?");
  await expect(trace).toContainText("the model did not finish in time");
  await context.close();
});
