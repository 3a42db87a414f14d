/** Sites of others: plain HTTP servers on origins of their own, with pages and a policy that a test gives. */
import { type Server as HttpServer, createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";

/** What is answered to a request for this path. */
type Answer = (
  path: string,
) => Promise<{ type: string; body: string | Buffer; headers?: Record<string, string> } | undefined>;

/** A running site. */
export class Site {
  private constructor(
    private readonly http: HttpServer,
    readonly url: string,
    private answer: Answer,
  ) {}

  static async start(answer: Answer = async () => undefined): Promise<Site> {
    const http = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://site");
      site.answer(pathname).then(
        (found) => {
          response.writeHead(found ? 200 : 404, { "content-type": found?.type ?? "text/plain", ...found?.headers });
          response.end(found?.body ?? "not found");
        },
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
    await new Promise<void>((listening) => http.listen(0, "127.0.0.1", listening));
    const address = http.address();
    if (typeof address !== "object" || !address) throw new Error("the site has no port");
    // a server may listen before its page is known: what it embeds must first be told its origin
    const site: Site = new Site(http, `http://127.0.0.1:${address.port}`, answer);
    return site;
  }

  /** From now on every path gives this page. */
  serve(html: string, policy?: string): void {
    const headers = policy ? { "content-security-policy": policy } : undefined;
    this.answer = async (path) =>
      path === "/favicon.ico" ? undefined : { type: "text/html; charset=utf-8", body: html, headers };
  }

  /** From now on what this answers. */
  serveWith(answer: Answer): void {
    this.answer = answer;
  }

  /** From now on the files of this directory. */
  serveFiles(directory: string, policy?: string): void {
    this.answer = async (path) => {
      const name = normalize(path === "/" ? "/index.html" : path);
      const body = await readFile(join(directory, name)).catch(() => undefined);
      return (
        body && {
          type: TYPES[extname(name)] ?? "application/octet-stream",
          body,
          headers: policy ? { "content-security-policy": policy } : undefined,
        }
      );
    };
  }

  async stop(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((closed) => this.http.close(closed));
  }
}

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
