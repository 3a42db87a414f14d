import { type FrontEnd, codeTo, expect, test } from "./base";

const notes = (person: FrontEnd, text?: string | RegExp) => person.entries("Notifications", text);
const tickets = (person: FrontEnd, text?: string | RegExp) => person.entries("Tickets", text);
const live = (person: FrontEnd) => person.page.locator("#live");

async function enter(person: FrontEnd, email: string, password: string): Promise<void> {
  await person.fill({ "E-mail or phone": email, Password: password });
  await person.press("Sign in");
  await expect(live(person)).toHaveAttribute("data-status", "online");
}

test("a driver registers, opens a ticket, and is told of what the company does with it", async ({ server, visit }) => {
  const admins = await server.login("admin");
  const place = { address: "9 North Road", status: "maintenance", latitude: 51.5, longitude: -0.1 };
  await server.call("POST", "/api/v1/stations", { name: "North", ...place }, admins);

  const driver = await visit("support", { expected: [/status of 40[14]/] });
  const account = { Username: "dora", "E-mail": "dora@example.com", Phone: "+44 20 7946 0123" };
  await driver.fill({ ...account, "Choose a password": server.password });
  await driver.press("Register");
  await expect(driver.page.locator("#registered")).toHaveText("Welcome, dora: you are a driver");
  await driver.fill({ "E-mail or phone": "dora@example.com", Password: "not the password" });
  await driver.press("Sign in");
  await expect(driver.alert).not.toBeEmpty();
  await enter(driver, "+44 20 7946 0123", server.password);
  await expect(driver.page.locator("#me")).toHaveText("dora (driver), e-mail not confirmed");

  // the other way to name the namespace
  const admin = await visit("support", { query: { socket: "path" } });
  await enter(admin, "admin@example.com", server.password);

  await expect(driver.entries("Stations", "North: maintenance at 51.5, -0.1")).toHaveCount(1);
  const all = await driver.entries("Stations").count();
  await driver.page.getByLabel("Active only").check();
  await driver.press("Show");
  await expect(driver.entries("Stations")).toHaveCount(all - 1);
  await driver.fill({ Search: "nor" });
  await driver.press("Show");
  await expect(driver.entries("Stations")).toHaveText(["North: maintenance at 51.5, -0.1"]);

  await driver.field("Station").selectOption("North");
  await driver.field("Rating").selectOption("4");
  await driver.fill({ Description: "The battery does not come out" });
  await driver.press("Send the ticket");
  const line = tickets(driver, "The battery does not come out");
  await expect(line).toHaveText(/#\d+ open battery_issue at North, by dora: .* ★★★★$/);
  await expect(notes(admin, "created a new support ticket")).toHaveAttribute("data-priority", "high");

  const work = tickets(admin, "The battery does not come out");
  await work.getByRole("button", { name: "Set in_progress" }).click();
  await expect(notes(driver).first()).toHaveAttribute("data-type", "support_ticket_updated");
  await expect(line).toHaveAttribute("data-status", "in_progress");
  await work.getByRole("button", { name: "Set closed" }).click();
  await expect(notes(driver).first()).toHaveAttribute("data-type", "support_ticket_resolved");
  await expect(line).toHaveAttribute("data-status", "closed");
  await work.getByRole("button", { name: "Set open" }).click();
  await expect(notes(driver)).toHaveCount(3);
  await expect(notes(driver).first()).toHaveAttribute("data-type", "support_ticket_updated");
  await expect(line).toHaveAttribute("data-status", "open");
  await driver.shoot("support-driver");
  await admin.shoot("support-admin");

  const number = await line.getAttribute("data-id");
  await driver.fill({ Number: number ?? "" });
  await driver.press("Look up");
  await expect(driver.page.locator("#looked-up")).toHaveText(`#${number} is open`);
  await driver.fill({ Number: "424242" });
  await driver.press("Look up");
  await expect(driver.alert).toHaveText("Support with ID 424242 not found");
  await work.getByRole("button", { name: "Delete" }).click();
  await expect(notes(driver).first()).toHaveAttribute("data-type", "support_ticket_deleted");
  await expect(tickets(driver)).toHaveCount(0);
  await driver.press("Sign out");
  await expect(live(driver)).toHaveAttribute("data-status", "offline");
});

test("a driver confirms the address, changes the password, and gets a forgotten one back by mail", async ({
  directory,
  server,
  visit,
}) => {
  const email = "dan@example.com";
  const account = { username: "dan", email, phone: "+44 20 7946 0199", password: server.password };
  await server.call("POST", "/api/v1/auth/register", { ...account, role: "driver" });
  const driver = await visit("support", { expected: [/status of 40[01]/] });
  await enter(driver, email, server.password);
  await expect(driver.page.locator("#me")).toHaveText("dan (driver), e-mail not confirmed");
  await driver.press("Send it again");
  await expect(driver.page.locator("#verified")).not.toBeEmpty();
  // the newest code alone is good
  await expect(async () => {
    await driver.fill({ "Code of the mail": await codeTo(email, /confirm/, directory) });
    await driver.press("Confirm");
    await expect(driver.page.locator("#me")).toHaveText("dan (driver)", { timeout: 1000 });
  }).toPass();
  await driver.fill({ "Present password": "a wrong one", "Next password": "my-second-password" });
  await driver.press("Change it");
  await expect(driver.alert).not.toBeEmpty();
  await driver.fill({ "Present password": server.password });
  await driver.press("Change it");
  await expect(driver.page.locator("#changed")).not.toBeEmpty();
  await driver.press("Sign out");

  await driver.fill({ "Account's e-mail": email });
  await driver.press("Send a code");
  await expect(driver.page.locator("#forgotten")).not.toBeEmpty();
  await driver.fill({ Code: await codeTo(email, /password/, directory), "New password": "my-third-password" });
  await driver.press("Reset");
  await expect(driver.field("Code")).toHaveValue("");
  await enter(driver, email, "my-third-password");
  await driver.shoot("support-password");
});
