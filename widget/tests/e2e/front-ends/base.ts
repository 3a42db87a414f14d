/**
 * The front ends of `tests/front-ends`, each as its back end's own would be installed: on a site of its own, which the
 * server lists in ALLOWED_ORIGINS, and with its base address changed to `/as/<dialect>`.
 */
import { type Locator, type Page, test as base, expect } from "@playwright/test";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join, normalize, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Site } from "../pages/site";
import { Server, screenshot } from "../server";

export { expect };

const root = resolve(fileURLToPath(import.meta.url), "../../../../..");
const pages = join(root, "tests/front-ends");
const SOCKET_IO = join(root, "widget/node_modules/socket.io-client/dist/socket.io.esm.min.js");
const TYPES: Record<string, string> = { ".html": "text/html; charset=utf-8", ".js": "text/javascript" };

type Dialect = "crm" | "helpdesk" | "rooms" | "support" | "team";

/** A front end in a window of its own, whose console is heard. */
export class FrontEnd {
  readonly alert: Locator;
  private readonly complaints: string[] = [];

  constructor(
    readonly page: Page,
    private readonly expected: RegExp[],
  ) {
    this.alert = page.getByRole("alert");
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      // a browser logs every refusal: those that a test provokes are expected
      if (message.type() === "error") this.complaints.push(message.text());
    });
  }

  /** Fails where the page's console has an error that is not expected, or its alert is about a misread answer. */
  async clean(): Promise<void> {
    expect(this.complaints.filter((what) => !this.expected.some((known) => known.test(what)))).toEqual([]);
    await expect(this.alert).not.toContainText("Broken");
  }

  async fill(fields: Record<string, string>): Promise<void> {
    for (const [label, value] of Object.entries(fields)) await this.field(label).fill(value);
  }

  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }

  async press(name: string | RegExp): Promise<void> {
    await this.page.getByRole("button", { name, exact: true }).click();
  }

  async signIn(username: string, password: string): Promise<void> {
    await this.fill({ Username: username, Password: password });
    await this.press("Sign in");
  }

  async say(text: string): Promise<void> {
    await this.fill({ Message: text });
    await this.press("Send");
  }

  /** The entries of a named list. */
  entries(list: string, text?: string | RegExp): Locator {
    const entries = this.page.getByRole("list", { name: list, exact: true }).getByRole("listitem");
    return text === undefined ? entries : entries.filter({ hasText: text });
  }

  async shoot(name: string): Promise<void> {
    await this.page.screenshot({ path: screenshot(`front-end-${name}`), fullPage: true });
  }
}

interface Visit {
  /** What its console may complain of. */
  expected?: RegExp[];
  query?: Record<string, string>;
  before?: (page: Page) => Promise<void>;
}

/**
 * The code in the newest mail to this address about this, once there is one: a server without SMTP_URL leaves its mails
 * in its outbox. The code is a mail's longest word.
 */
export async function codeTo(address: string, about: RegExp, directory: string): Promise<string> {
  const outbox = join(directory, "outbox");
  let text: string | undefined;
  await expect(() => {
    const names = readdirSync(outbox).filter((name) => name.endsWith(".eml"));
    const mails = names.map((name) => ({
      at: statSync(join(outbox, name)).mtimeMs,
      parts: readFileSync(join(outbox, name), "utf8").split(/\r?\n\r?\n(.*)/s),
    }));
    mails.sort((one, other) => other.at - one.at);
    const found = mails.find(({ parts: [head = ""] }) => head.includes(address) && about.test(head));
    expect(found).toBeDefined();
    text = found?.parts[1];
  }).toPass({ timeout: 20_000 });
  const codes = (text ?? "").split(/\s+/).filter((word) => /^[\w-]{16,}$/.test(word));
  expect(codes, text).not.toEqual([]);
  return codes.reduce((longest, word) => (word.length > longest.length ? word : longest));
}

/** `test` with a server, its data directory, and a site that has the front ends. */
export const test = base.extend<
  { visit: (dialect: Dialect, visit?: Visit) => Promise<FrontEnd> },
  { directory: string; site: Site; server: Server }
>({
  directory: [
    async ({}, use) => {
      const directory = mkdtempSync(join(tmpdir(), "switchboard-fronts-"));
      await use(directory);
      rmSync(directory, { recursive: true, force: true });
    },
    { scope: "worker" },
  ],
  site: [
    async ({}, use) => {
      const site = await Site.start();
      await use(site);
      await site.stop();
    },
    { scope: "worker" },
  ],
  server: [
    async ({ directory, site }, use) => {
      const server = await Server.start({ ALLOWED_ORIGINS: site.url, DATA_DIR: directory, MISUSE_CHECK: "on" });
      const there = `${server.url} ${server.url.replace("http", "ws")}`;
      const policy = `default-src 'self'; connect-src ${there}; img-src ${server.url}`;
      site.serveWith(async (path) => {
        if (path === "/favicon.ico") return { type: "image/x-icon", body: "" };
        const name = path === "/socket.io.js" ? SOCKET_IO : join(pages, normalize(path));
        const type = TYPES[extname(name)] ?? "text/css";
        return { type, body: await readFile(name), headers: { "content-security-policy": policy } };
      });
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  visit: async ({ browser, server, site }, use) => {
    const open: FrontEnd[] = [];
    await use(async (dialect, { expected = [], query = {}, before } = {}) => {
      // a context each: people do not share what a browser keeps
      const page = await (await browser.newContext({ locale: "en-GB" })).newPage();
      const frontEnd = new FrontEnd(page, expected);
      open.push(frontEnd);
      await before?.(page);
      const base = `${server.url}/as/${dialect}`;
      await page.goto(`${site.url}/${dialect}/index.html?${new URLSearchParams({ base, ...query })}`);
      return frontEnd;
    });
    for (const frontEnd of open) await frontEnd.clean();
    for (const frontEnd of open) await frontEnd.page.context().close();
  },
});
