import { execFileSync } from "node:child_process";
import { Receiver, expect, fitsPhone, looksRight, signIn, subscriptionAt, test } from "./desk";

/** A job whose last try is next: the pauses before it would take a day. */
function lastTry(dir: string): number {
  const script = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=10)
jobs = "kind = 'push_notification' and state = 'pending' and failures >= 1"
with db: print(db.execute("update job set failures = 16 where " + jobs).rowcount)`;
  return Number(execFileSync("python3", ["-c", script, `${dir}/switchboard.db`], { encoding: "utf8" }));
}

test("a dead job says why it died, and is done when it is replayed", async ({ page, server }) => {
  const receiver = await Receiver.start();
  receiver.status = 500;
  const token = await server.login("admin");
  await signIn(page, server, "admin", "jobs");
  await expect(page.getByText("No job has died")).toBeVisible();

  // a push that its push service does not take
  await server.call("POST", "/notifications/push", subscriptionAt(receiver), token);
  await server.call(
    "POST",
    "/tickets",
    { title: "Printer", description: "It prints nothing" },
    await server.login("user1"),
  );
  await page.getByRole("tab", { name: "Pending" }).click();
  await expect(page.getByText("the push service answered 500").first()).toBeVisible();
  await expect.poll(() => lastTry(server["dir"]), { timeout: 20_000 }).toBe(1);

  await page.getByRole("tab", { name: "Dead" }).focus();
  await page.getByRole("tab", { name: "Pending" }).press("Home");
  const row = page.getByRole("row").filter({ hasText: "Push notification" });
  await expect(row).toContainText("the push service answered 500", { timeout: 30_000 });
  await row.getByText("Payload").click();
  await expect(row.getByText('"subscription"')).toBeVisible();
  await looksRight(page, "jobs");
  await fitsPhone(page, "jobs");

  const before = receiver.taken.length;
  receiver.status = 201;
  await row.getByRole("button", { name: "Replay" }).click();
  await expect(page.getByText("No job has died")).toBeVisible();
  await expect.poll(() => receiver.taken.length).toBe(before + 1);
  expect(receiver.taken.at(-1)?.headers["content-encoding"]).toBe("aes128gcm");
  await server.call("DELETE", "/notifications/push", { endpoint: receiver.url }, token);
  await receiver.stop();
});
