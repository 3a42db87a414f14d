/**
 * What the administration's tests share: signing in at the console, a receiver on loopback, and what must never happen.
 */
import { type Page, expect, screenshot, test as base, type Server } from "./base";
import { createECDH, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { type IncomingMessage, createServer } from "node:http";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** A text that would run if anybody took it for HTML. */
export const HOSTILE =
  `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>` + `"'><svg onload=window.hacked=1>`;

/** Every page here: no error of a script, nothing that the policy refused, nothing hostile that ran. */
export const test = base.extend<{ page: Page }>({
  page: async ({ page }, use) => {
    const wrong: string[] = [];
    page.on("pageerror", (error) => wrong.push(`${error}`));
    page.on("console", (message) => {
      if (message.type() === "error" && /Content Security Policy|hacked/i.test(message.text()))
        wrong.push(message.text());
    });
    await use(page);
    const hacked = await page.evaluate(() => (window as { hacked?: number }).hacked ?? null);
    expect(hacked).toBeNull();
    expect(wrong).toEqual([]);
  },
});
export { expect, screenshot };
export type { Page, Server };

/** Signs in and opens a page of the console. */
export async function signIn(
  page: Page,
  server: Server,
  username: string,
  path = "",
  password = server.password,
): Promise<void> {
  await page.goto(`${server.url}/console/${path}`);
  await page.getByLabel("Username or e-mail").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("button", { name: /^Notifications/ })).toBeVisible();
}

/** Light and dark: nothing serious or critical by axe-core, and a picture of each. */
export async function looksRight(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      const { violations } = await (
        window as unknown as {
          axe: {
            run(): Promise<{
              violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
            }>;
          };
        }
      ).axe.run();
      return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => `${html}: ${failureSummary}`) }));
    });
    expect(found, `${name}, ${colorScheme}`).toEqual([]);
    await page.screenshot({ path: screenshot(`admin-${name}-${colorScheme}`) });
  }
  await page.emulateMedia({ colorScheme: "light" });
}

/** The same place on a phone: nothing sticks out at the side. */
export async function fitsPhone(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  const out = await page.evaluate(() => {
    const place = document.querySelector(".shell-page");
    return place ? place.scrollWidth - place.clientWidth : 0;
  });
  expect(out, "the page scrolls sideways").toBeLessThanOrEqual(0);
  await page.screenshot({ path: screenshot(`admin-${name}-phone`) });
  if (before) await page.setViewportSize(before);
}

interface Taken {
  headers: IncomingMessage["headers"];
  body: Buffer;
}

/** A receiver of webhooks and pushes. */
export class Receiver {
  readonly taken: Taken[] = [];
  /** What it answers. */
  status = 200;
  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    readonly url: string,
  ) {}

  static async start(): Promise<Receiver> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        receiver.taken.push({ headers: request.headers, body: Buffer.concat(parts) });
        response.writeHead(receiver.status).end("taken");
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address();
    if (!address || typeof address === "string") throw new Error("no port");
    const receiver: Receiver = new Receiver(server, `http://127.0.0.1:${address.port}/hook`);
    return receiver;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

/** A browser's push subscription whose push service is the receiver. */
export function subscriptionAt(receiver: Receiver) {
  const key = createECDH("prime256v1");
  key.generateKeys();
  return {
    endpoint: receiver.url,
    keys: { p256dh: key.getPublicKey().toString("base64url"), auth: randomBytes(16).toString("base64url") },
  };
}
