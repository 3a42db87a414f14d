/** A plain page of another site, as a customer has it, with the widget pasted into it. */
import { type BrowserContext, type Locator, type Page, test as base, expect } from "@playwright/test";
import { type Server as HttpServer, createServer } from "node:http";
import { Server, screenshot } from "../server";

export { expect, screenshot, Server };

/**
 * The site: any path gives the page (`/own` with an element of its own); the query becomes the script tag's `data-…`.
 */
export class Site {
  private constructor(
    private readonly http: HttpServer,
    readonly url: string,
  ) {}

  static async start(server: Server): Promise<Site> {
    const http = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://site");
      const isOwn = pathname === "/own";
      const data = [...searchParams]
        .map(([name, value]) => ` data-${name}="${value.replaceAll('"', "&quot;")}"`)
        .join("");
      response.setHeader("content-type", "text/html; charset=utf-8");
      // the page's own element, at the left
      const element = isOwn ? `<chat-widget api-base="${server.url}" position="bottom-left"></chat-widget>` : "";
      response.end(
        page(
          `${element}<script src="${server.url}/widget.js"${data} async></script>`,
          searchParams.get("locale") ?? "en",
        ),
      );
    });
    await new Promise<void>((listening) => http.listen(0, "127.0.0.1", listening));
    const address = http.address();
    if (typeof address !== "object" || !address) throw new Error("the site has no port");
    return new Site(http, `http://127.0.0.1:${address.port}`);
  }

  /** The page's address with these `data-…`. */
  at(data: Record<string, string> = {}): string {
    return `${this.url}/?${new URLSearchParams(data)}`;
  }

  async stop(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((closed) => this.http.close(closed));
  }
}

const page = (script: string, lang: string) => `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rosewood Outdoor</title>
<style>
  html { font-size: 62.5% } body { margin: 0; font: 1.6rem/1.6 Georgia, serif; color: #2c3a2f; background: #f6f3ec }
  button { text-transform: uppercase; letter-spacing: 2px } p { margin: 0 0 1.2rem }
  main { max-width: 72rem; margin: 0 auto; padding: 6rem 2rem }
</style></head>
<body><main><h1>Rosewood Outdoor</h1><p>Tents, stoves and warm socks since 1987.</p>
<p><label>Newsletter <input id="newsletter"></label></p></main>
${script}</body></html>`;

/** The widget on a page, as a person finds it. */
export class WidgetOnPage {
  readonly launcher: Locator;
  readonly panel: Locator;
  readonly input: Locator;
  readonly log: Locator;

  constructor(readonly page: Page) {
    this.launcher = page.locator("chat-widget .launcher");
    this.panel = page.locator("chat-widget .panel");
    this.input = this.panel.getByRole("textbox");
    this.log = this.panel.getByRole("log");
  }

  async open(): Promise<void> {
    await this.launcher.click();
    await expect(this.panel).toBeVisible();
  }

  async say(text: string): Promise<void> {
    await this.input.fill(text);
    await this.input.press("Enter");
  }

  /** The bubbles of one's own messages, and of the others'. */
  own(text?: string | RegExp): Locator {
    return this.log.locator(".row.own .bubble", text === undefined ? {} : { hasText: text });
  }

  other(text?: string | RegExp): Locator {
    return this.log.locator(
      ".row.other:not(.greeting):not(.is-streaming) .bubble",
      text === undefined ? {} : { hasText: text },
    );
  }

  /** Calls the API that the page has. */
  call<T>(name: string, ...args: unknown[]): Promise<T> {
    return this.page.evaluate(([name, args]) => (window as any).chatBot[name](...args), [
      name,
      args,
    ] as const) as Promise<T>;
  }

  /** Waits until the connection is this. */
  async connection(state: string): Promise<void> {
    await expect(this.panel.locator(".status")).toHaveAttribute("data-state", state, { timeout: 30_000 });
  }
}

/** Lets a page's sockets be blocked and let through again, as a proxy that knows none would. */
export async function blockable(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const Real = WebSocket;
    const open = new Set<WebSocket>();
    class Guarded extends Real {
      constructor(...args: ConstructorParameters<typeof WebSocket>) {
        if ((window as any).socketsBlocked) throw new DOMException("blocked", "SecurityError");
        super(...args);
        open.add(this);
      }
    }
    (window as any).WebSocket = Guarded;
    (window as any).blockSockets = (blocked: boolean) => {
      (window as any).socketsBlocked = blocked;
      if (blocked) for (const socket of open) socket.close();
    };
  });
}

export const block = (page: Page, blocked: boolean) =>
  page.evaluate((blocked) => (window as any).blockSockets(blocked), blocked);

/** `test` with a server that other origins may use, and a site that does. */
export const test = base.extend<
  { visit: (data?: Record<string, string>, context?: BrowserContext) => Promise<WidgetOnPage> },
  { server: Server; site: Site }
>({
  server: [
    async ({}, use) => {
      const server = await Server.start({ ALLOWED_ORIGINS: "*" });
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  site: [
    async ({ server }, use) => {
      const site = await Site.start(server);
      await use(site);
      await site.stop();
    },
    { scope: "worker" },
  ],
  visit: async ({ site, context }, use) => {
    await use(async (data = {}, inside = context) => {
      const page = await inside.newPage();
      await page.goto(site.at(data));
      await page.waitForFunction(
        () => customElements.get("chat-widget") && document.querySelector("chat-widget")?.shadowRoot,
      );
      return new WidgetOnPage(page);
    });
  },
});
