import type { WebSocketRoute } from "@playwright/test";
import { type FrontEnd, codeTo, expect, test } from "./base";

const bubbles = (person: FrontEnd, text?: string | RegExp) => person.entries("Messages", text);
const dot = (person: FrontEnd) => person.page.locator("#peer-dot");

/** Keeps back what the server says on the page's chat sockets while it is held. */
function holding() {
  let isHeld = false;
  const waiting: (() => void)[] = [];
  return {
    hold: () => void (isHeld = true),
    release: () => {
      isHeld = false;
      for (const send of waiting.splice(0)) send();
    },
    route: (page: WebSocketRoute) => {
      const server = page.connectToServer();
      server.onMessage((message) => (isHeld ? void waiting.push(() => page.send(message)) : page.send(message)));
    },
  };
}

test("two people of a team find each other, write at once, see what is read, and take a message back", async ({
  server,
  visit,
}) => {
  await server.person("teresa", "Teresa Team");
  await server.person("tom", "Tom Team");
  const socket = holding();
  const teresa = await visit("team", { before: (page) => page.routeWebSocket(/\/ws\/chat\//, socket.route) });
  await teresa.signIn("teresa", server.password);
  await expect(teresa.page.locator("#me")).toHaveText("Teresa Team");
  await expect(teresa.entries("Conversations")).toHaveCount(0);
  await teresa.field("Find people").fill("to");
  await teresa.entries("Found people").getByRole("button", { name: "tom", exact: true }).click();
  // two people's conversation has no name of its own
  await expect(teresa.page.locator("#chat-name")).toHaveText("Tom Team");
  await expect(dot(teresa)).toHaveAttribute("data-status", "offline");

  const tom = await visit("team");
  await tom.signIn("tom", server.password);
  await tom.entries("Conversations").getByRole("button", { name: "Teresa Team" }).click();
  await expect(dot(tom)).toHaveAttribute("data-status", "online");
  await expect(dot(teresa)).toHaveAttribute("data-status", "online");

  await teresa.field("Message").pressSequentially("Hi To");
  await expect(tom.page.locator("#typing")).toHaveText("teresa is typing…");
  socket.hold();
  await teresa.say("Hi Tom");
  await expect(bubbles(teresa, "Hi Tom")).toHaveAttribute("data-state", "pending");
  await expect(bubbles(tom, "Hi Tom")).toHaveCount(1);
  await expect(tom.page.locator("#typing")).toHaveText("");
  socket.release();
  await expect(bubbles(teresa, "Hi Tom")).toHaveAttribute("data-state", "read");
  await expect(bubbles(teresa)).toHaveCount(1);

  await tom.say("Hi Teresa");
  await tom.say("Sent to the wrong person");
  await expect(bubbles(teresa, "wrong person")).toHaveCount(1);
  await expect(bubbles(tom, "wrong person")).toHaveAttribute("data-state", "read");
  await bubbles(tom, "wrong person").getByRole("button", { name: "×" }).click();
  await expect(bubbles(teresa, "Message deleted")).toHaveCount(1);
  await expect(bubbles(tom, "Message deleted")).toHaveCount(1);

  // a page that is loaded again has all of it from the history
  await teresa.page.reload();
  await teresa.entries("Conversations").getByRole("button", { name: "Tom Team" }).click();
  await expect(bubbles(teresa)).toHaveCount(3);
  await expect(bubbles(teresa, "Hi Tom")).toHaveAttribute("data-state", "read");
  await expect(bubbles(teresa, "Message deleted")).toHaveCount(1);
  await expect(dot(tom)).toHaveAttribute("data-status", "online");
  await tom.shoot("team");
  await tom.say("x".repeat(5000));
  await expect(bubbles(teresa, "x".repeat(5000))).toHaveCount(1);
  await teresa.press("Sign out");
  await expect(teresa.field("Username")).toBeVisible();
  await expect(dot(tom)).toHaveAttribute("data-status", "offline");
});

test("a team's front end shows why one cannot sign in, and gives a forgotten password back by mail", async ({
  directory,
  server,
  visit,
}) => {
  const email = "forgetful@example.com";
  await server.call("POST", "/api/auth/register", { username: "forgetful", email, password: server.password });
  const page = await visit("team", { expected: [/status of 40[01]/] });
  await page.signIn("forgetful", "not the password");
  await expect(page.alert).toHaveText("Incorrect username or password");
  await page.press("Forgot password?");
  await page.fill({ "E-mail": "nobody@example.com" });
  await page.press("Send me a code");
  await expect(page.page.locator("#forgot-answer")).not.toBeEmpty();
  const said = await page.page.locator("#forgot-answer").textContent();
  await page.fill({ "E-mail": email });
  await page.press("Send me a code");
  await expect(page.page.locator("#forgot-answer")).toHaveText(said ?? "");

  await page.fill({ Code: "made up", "New password": "another-password" });
  await page.press("Set the password");
  await expect(page.alert).not.toBeEmpty();
  await page.fill({ Code: await codeTo(email, /password/, directory) });
  await page.press("Set the password");
  await page.signIn("forgetful", "another-password");
  await expect(page.page.locator("#me")).toHaveText("forgetful");
  await page.shoot("team-forgotten");
});

test("a team's admin sees who there is and who is there", async ({ server, visit }) => {
  await server.person("present", "Present Person");
  await server.person("absent", "Absent Person");
  const present = await visit("team");
  await present.signIn("present", server.password);
  await present.field("Find people").fill("absent");
  await present.entries("Found people").getByRole("button", { name: "absent", exact: true }).click();
  await expect(present.page.locator("#chat-name")).toHaveText("Absent Person");

  const admin = await visit("team");
  await admin.signIn("admin", server.password);
  await expect(async () => {
    await admin.press("All users");
    const row = (name: string) => admin.page.getByRole("row").filter({ hasText: name });
    await expect(row("present").getByRole("cell").nth(4)).toHaveText("yes", { timeout: 1000 });
    await expect(row("absent").getByRole("cell").nth(4)).toHaveText("no", { timeout: 1000 });
    await admin.shoot("team-admin");
    await admin.press("Back");
  }).toPass();
  // nobody else has the page
  await expect(present.page.getByRole("button", { name: "All users" })).toBeHidden();
});
