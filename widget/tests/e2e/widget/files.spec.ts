import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, screenshot, test } from "./host";

const fixtures = resolve(fileURLToPath(import.meta.url), "../../../../../tests/fixtures");
const file = (name: string) => `${fixtures}/${name}`;

test("File Upload", async ({ server, visit }) => {
  const { token } = await server.person("files", "Fil Files");
  const widget = await visit({ token });
  const photo = { name: "shop.png", mimeType: "image/png", buffer: await widget.page.screenshot() };
  await widget.open();
  const chooser = widget.page.waitForEvent("filechooser");
  await widget.panel.getByRole("button", { name: "Attach a file" }).click();
  await (await chooser).setFiles([
    photo,
    { name: "page.pdf", mimeType: "application/pdf", buffer: await readFile(file("page.pdf")) },
  ]);
  await expect(widget.panel.locator(".upload.is-done")).toHaveCount(2);
  await widget.page.screenshot({ path: screenshot("widget-uploads") });
  await widget.say("Here are the papers");
  await expect(widget.own()).toHaveCount(2);
  await expect(widget.log.getByRole("link", { name: "Open page.pdf" })).toBeVisible();
  const picture = widget.log.getByRole("img", { name: "shop.png" });
  await expect(picture).toBeVisible();
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  await picture.scrollIntoViewIfNeeded();
  await widget.page.screenshot({ path: screenshot("widget-files") });

  const id = await widget.call<string>("getConversationId");
  const messages = await server.call("GET", `/api/chat/conversations/${id}/messages/`, undefined, token);
  expect(
    messages.filter((message: any) => message.attachment).map((message: any) => message.attachment.file_name),
  ).toEqual(["shop.png", "page.pdf"]);
});

test("what is no picture, empty or too large is refused with a reason, and can be taken away", async ({ visit }) => {
  const widget = await visit();
  await widget.open();
  const input = widget.panel.locator("input[type=file]");
  await input.setInputFiles([
    { name: "page.html", mimeType: "text/html", buffer: Buffer.from("<script>alert(1)</script>") },
    { name: "nothing.png", mimeType: "image/png", buffer: Buffer.alloc(0) },
    { name: "film.png", mimeType: "image/png", buffer: Buffer.alloc(10 * 1024 * 1024 + 1) },
  ]);
  await expect(widget.panel.getByText("Files of this type are not accepted.")).toBeVisible();
  await expect(widget.panel.getByText("nothing.png is empty.")).toBeVisible();
  await expect(widget.panel.getByText("film.png is larger than 10 MB.")).toBeVisible();
  await widget.page.screenshot({ path: screenshot("widget-upload-errors") });
  for (const name of ["page.html", "nothing.png", "film.png"])
    await widget.panel.getByRole("button", { name: `Remove ${name}` }).click();
  await expect(widget.panel.locator(".upload")).toHaveCount(0);
});

test("a picture that cannot be decoded is rejected before it is sent", async ({ visit }) => {
  const widget = await visit();
  await widget.open();
  await widget.panel.locator("input[type=file]").setInputFiles(file("truncated.png"));
  await expect(widget.panel.getByText("This file was rejected.")).toBeVisible();
  await expect(widget.panel.getByRole("button", { name: "Send" })).toBeDisabled();
});

test("a file is attached by dropping it and by pasting it", async ({ visit }) => {
  const widget = await visit();
  await widget.open();
  const give = (kind: "drop" | "paste", name: string) =>
    widget.panel.evaluate(
      (panel, [kind, name]) => {
        const data = new DataTransfer();
        const png = Uint8Array.from(
          atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="),
          (c) => c.charCodeAt(0),
        );
        data.items.add(new File([png], name, { type: "image/png" }));
        const target = kind === "drop" ? panel.querySelector(".content")! : panel.querySelector("textarea")!;
        target.dispatchEvent(
          kind === "drop"
            ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
            : new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
        );
      },
      [kind, name] as const,
    );
  await give("drop", "dropped.png");
  await give("paste", "pasted.png");
  await expect(widget.panel.locator(".upload.is-done")).toHaveCount(2);
  await widget.panel.getByRole("button", { name: "Send" }).click();
  await expect(widget.log.getByRole("img", { name: "dropped.png" })).toBeVisible();
  await expect(widget.log.getByRole("img", { name: "pasted.png" })).toBeVisible();
});
