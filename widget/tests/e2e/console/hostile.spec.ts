import { expect, test } from "../server";
import { agent, composer, customer, errorsOf, log } from "./desk";

/** Each would set `window.struck` if it ran. */
const PAYLOADS = [
  `<img src=x onerror="window.struck=1">`,
  `<script>window.struck=1</script>`,
  `"><svg onload=window.struck=1>`,
  `<a href="javascript:window.struck=1">click</a>`,
  `[click](javascript:window.struck=1)`,
  `<iframe srcdoc="<script>parent.struck=1</script>"></iframe>`,
  `<details open ontoggle=window.struck=1>x</details>`,
];
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

test("payloads in name, message, label, note, canned reply and file name run nowhere at the console", async ({
  browser,
  server,
}) => {
  const who = await customer(server, `Eve <img src=x onerror="window.struck=1">`, PAYLOADS.join("\n\n"));
  const staff = await server.login("admin");
  const path = `/api/chat/conversations/${who.conversation}`;
  const label = await server.call("POST", "/api/chat/labels", { name: `<img src=x onerror=struck=1>` }, staff);
  await server.call("PATCH", path, { label_ids: [label.id] }, staff);
  await server.call("POST", `${path}/notes`, { text: PAYLOADS.join("\n\n") }, staff);
  await server.call("POST", "/api/chat/canned-replies", { shortcut: "xss", text: PAYLOADS[0] }, staff);
  const form = new FormData();
  form.append("conversation_id", who.conversation);
  form.append("file", new Blob([PNG], { type: "image/png" }), `<img src=x onerror=struck=1>.png`);
  const upload = await fetch(`${server.url}/api/chat/upload/`, {
    method: "POST",
    body: form,
    headers: { authorization: `Bearer ${who.token}` },
  });
  const { attachment_id } = (await upload.json()) as { attachment_id: string };
  await server.call(
    "POST",
    "/api/user-response/",
    { message: "a file", conversation_id: who.conversation, attachment_id },
    who.token,
  );

  const { page, context } = await agent(browser, server, "itagent", `/console/conversations/${who.conversation}`);
  const dialogs: string[] = [];
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await expect(log(page)).toContainText("a file");
  await expect(page.locator("[data-note]")).toBeVisible();
  await expect(page.locator(".context .label-chips")).toContainText("onerror");
  await page.locator(".context").getByRole("button", { name: "Change" }).click();
  await expect(page.getByRole("checkbox", { name: /onerror/ })).toBeChecked();
  await page.getByRole("button", { name: "Done" }).click();
  await composer(page).fill("");
  await composer(page).pressSequentially("/xss");
  await expect(page.getByRole("option", { name: /xss/ })).toBeVisible();
  await composer(page).press("Enter");
  await composer(page).press("Enter");
  await expect(log(page).locator("[data-message].is-mine")).toBeVisible();

  // what looks like a link leads nowhere but to the web
  const targets = await log(page)
    .locator(".rich a[href]")
    .evaluateAll((links) =>
      links.map((link) => ({
        href: link.getAttribute("href"),
        rel: link.getAttribute("rel"),
        target: link.getAttribute("target"),
      })),
    );
  for (const link of targets) {
    expect(link.href).toMatch(/^(https?:|mailto:|\/)/);
    expect(link).toMatchObject({ rel: "noopener noreferrer nofollow", target: "_blank" });
  }
  expect(
    await log(page).locator("script, iframe, svg:not(.icon), .rich img, [onerror], [onload], [ontoggle]").count(),
  ).toBe(0);
  expect(await page.evaluate(() => (window as any).struck)).toBeUndefined();
  expect(dialogs).toEqual([]);
  expect(errorsOf(page)).toEqual([]);
  await context.close();
});

test("a picture is attached by the button, shown by its thumbnail, and a text file is refused with a reason", async ({
  browser,
  server,
}) => {
  const who = await customer(server, "Picture Person");
  const { page, context } = await agent(browser, server, "itagent", `/console/conversations/${who.conversation}`);
  const input = page.getByLabel("Files to attach");
  await input.setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("just text") });
  await expect(page.getByRole("list", { name: "Attached files" }).getByRole("alert")).toContainText(/not allowed/i);
  await page.getByRole("button", { name: "Remove notes.txt" }).click();
  await input.setInputFiles({ name: "dot.png", mimeType: "image/png", buffer: PNG });
  await expect(page.getByRole("list", { name: "Attached files" })).toContainText("dot.png");
  await composer(page).fill("Here it is");
  await expect(page.getByRole("button", { name: "Send", exact: true })).toBeEnabled();
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(log(page).locator(".message", { hasText: "Here it is" }).locator(".picture img, .file")).toBeVisible();
  expect(errorsOf(page)).toEqual([]);
  await context.close();
});
