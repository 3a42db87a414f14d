/** The widget on pages of other origins: a plain one under a strict policy, and the React example. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Page, test as base } from "@playwright/test";
import { Server, expect, screenshot } from "../server";
import { WidgetOnPage } from "../widget/host";
import { Site } from "./site";
import { watch } from "./watch";

const widgetRoot = resolve(fileURLToPath(import.meta.url), "../../../..");

/** A site, and a server that lets that site in and no other. */
const test = base.extend<object, { there: { site: Site; server: Server } }>({
  there: [
    async ({}, use) => {
      const site = await Site.start();
      const server = await Server.start({ ALLOWED_ORIGINS: site.url });
      await use({ site, server });
      await server.stop();
      await site.stop();
    },
    { scope: "worker" },
  ],
});

/** What a site has to allow, and no more: the README says the same. */
const policy = (server: Server, own: { script?: string; image?: string; style?: string } = {}) => {
  const [http, ws] = [server.url, server.url.replace("http", "ws")];
  const style = own.style ? `; style-src ${own.style}` : "";
  const [script, image] = [`script-src ${http} ${own.script ?? ""}`, `img-src ${http} ${own.image ?? ""}`];
  return `default-src 'none'; ${script}; connect-src ${http} ${ws}; ${image}${style}`;
};

// a picture of one pixel
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

async function sendPicture(page: Page, widget: WidgetOnPage): Promise<void> {
  await page
    .locator("chat-widget input[type=file]")
    .setInputFiles({ name: "dot.png", mimeType: "image/png", buffer: PNG });
  await widget.say("A picture");
  await expect(widget.own("A picture")).toHaveCount(1);
  const picture = widget.log.locator("img").last();
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
}

test("a plain page of another origin under a strict policy: chat, picture and live socket", async ({
  page,
  there: { site, server },
}) => {
  site.serve(
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A strict site</title></head>
    <body><h1>A strict site</h1><p>Its policy allows nothing but the chat.</p>
    <script src="${server.url}/widget.js" data-bot-name="Strict Bot" data-primary-color="#0b6b4f" data-theme="light"
      async></script></body></html>`,
    policy(server),
  );
  const watching = await watch(page);
  await page.goto(site.url);
  const widget = new WidgetOnPage(page);
  await widget.open();
  await widget.say("Hello");
  await expect(widget.other(/./)).toHaveCount(1);
  await widget.connection("socket");
  await sendPicture(page, widget);
  expect(await page.evaluate(() => (window as any).chatBot.isConnected())).toBe(true);
  await page.screenshot({ path: screenshot("third-party-strict") });

  // the same person after a reload
  await page.reload();
  await widget.open();
  await expect(widget.own("Hello")).toHaveCount(1);
  await watching.clean();
});

test("the React example on another origin: the guide's snippet, and what it is told", async ({
  page,
  there: { site, server },
}) => {
  test.setTimeout(120_000);
  const out = await mkdtemp(join(tmpdir(), "switchboard-react-"));
  try {
    await promisify(execFile)(
      process.execPath,
      [
        join(widgetRoot, "node_modules/vite/bin/vite.js"),
        "build",
        join(widgetRoot, "examples/react"),
        "--config",
        join(widgetRoot, "examples/react/vite.config.ts"),
        "--logLevel",
        "warn",
      ],
      {
        cwd: join(widgetRoot, "examples/react"),
        env: { ...process.env, OUT_DIR: out, VITE_API_BASE: server.url },
      },
    );
    // the page's own script, style and icon besides
    site.serveFiles(out, policy(server, { script: "'self'", image: "'self'", style: "'self'" }));
    const watching = await watch(page);
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    await page.goto(site.url);
    const widget = new WidgetOnPage(page);
    await expect(page.locator("chat-widget")).toHaveAttribute("bot-name", "My Bot");
    // the page's own button, through the ref
    await page.getByRole("button", { name: "Ask us" }).click();
    await expect(widget.panel).toBeVisible();
    await widget.say("Hello");
    await expect(widget.other(/./)).toHaveCount(1);
    const id = await page.locator("output").textContent();
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(said).toContain(`New conversation: ${id}`);
    expect(said.filter((line) => /warning|error/i.test(line))).toEqual([]);
    await expect(page.locator("chat-widget")).toHaveCount(1);
    await page.screenshot({ path: screenshot("react-example") });
    await watching.clean();
  } finally {
    await rm(out, { recursive: true, force: true });
  }
});
