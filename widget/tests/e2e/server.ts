/**
 * A real server of our own per test worker: the api binary (API_BIN) with its own data, on a free port, serving this
 * build.
 */
import { test as base, expect } from "@playwright/test";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(fileURLToPath(import.meta.url), "../../../..");
const binary = process.env["API_BIN"] ?? join(root, "target/debug/api");
const PASSWORD = "a-demo-password-of-the-tests";

async function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (typeof address === "object" && address ? found(address.port) : failed(new Error("no port"))));
    });
  });
}

/** A running server. */
export class Server {
  private child: ChildProcess | undefined;
  private constructor(
    readonly port: number,
    private readonly dir: string,
    private readonly env: Record<string, string>,
  ) {}

  /** Starts one; resolves when it is ready. */
  static async start(env: Record<string, string> = {}): Promise<Server> {
    const server = new Server(await freePort(), mkdtempSync(join(tmpdir(), "switchboard-e2e-")), env);
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get password(): string {
    return PASSWORD;
  }

  /** Starts it again with the same data and port. */
  async start(): Promise<void> {
    let log = "";
    const child = spawn(binary, ["serve"], {
      env: {
        PATH: process.env["PATH"] ?? "",
        BIND: `127.0.0.1:${this.port}`,
        DATA_DIR: this.dir,
        DEMO_PASSWORD: PASSWORD,
        WIDGET_DIR: process.env["WIDGET_DIR"] ?? join(root, "widget/dist"),
        RATE_ADDRESS_REQUESTS: "5000/s:5000",
        RATE_ADDRESS_NEWCOMERS: "1000/s:1000",
        RUST_LOG: "warn",
        ...this.env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout?.on("data", (text) => (log += text));
    child.stderr?.on("data", (text) => (log += text));
    this.child = child;
    const until = Date.now() + 20_000;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${log}`);
      const ready = await fetch(`${this.url}/readyz`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (ready) return;
      if (Date.now() > until) throw new Error(`the server was not ready in 20 s:\n${log}`);
      await new Promise((next) => setTimeout(next, 50));
    }
  }

  /** Ends it as kill -9 does; its data stays. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((done) => child.once("exit", done));
    child.kill(signal);
    await ended;
  }

  /** Ends it and removes its data. */
  async stop(): Promise<void> {
    await this.kill("SIGTERM");
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Calls its REST API as JSON; fails where the answer is not a success. */
  async call<T = any>(method: string, path: string, body?: unknown, token?: string): Promise<T> {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  /** The access token of a demo person. */
  async login(username: string): Promise<string> {
    return (await this.call("POST", "/api/auth/login", { username, password: PASSWORD })).access_token;
  }

  /** A new person of role user, with a token. */
  async person(username: string, full_name?: string): Promise<{ username: string; token: string; id: string }> {
    await this.call("POST", "/api/auth/register", { username, password: PASSWORD, full_name });
    const signed = await this.call("POST", "/api/auth/login", { username, password: PASSWORD });
    return { username, token: signed.access_token, id: String(signed.user_id) };
  }
}

/** `test` with a server per worker. */
export const test = base.extend<object, { server: Server }>({
  server: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
});
export { expect };

/** Where a named screenshot of the artefacts goes. */
export const screenshot = (name: string) => join(root, "target/screenshots", `${name}.png`);
