import { Problem, reach, readAnswer } from "./problem";
import type { Session } from "./session";
import type { Traffic } from "../wire/frames";

/** How a call may differ from the usual. */
interface CallOptions {
  signal?: AbortSignal;
  /** The call outlives the page (a receipt on leaving). */
  keepalive?: boolean;
}

/** Calls the REST API as the session's user. A token that was refused is renewed once. */
export class Rest {
  constructor(
    readonly base: string,
    readonly session: Session,
    private readonly observe: (traffic: Traffic) => void = () => {},
  ) {}

  /** Calls and reads JSON. Fails with `Problem`, `Unreachable` or `SessionOver`. */
  async call<T>(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<T> {
    this.observe({ direction: "out", via: "http", frame: { method, path, ...(body === undefined ? {} : { body }) } });
    const token = await this.session.access();
    try {
      return await this.once<T>(token, method, path, body, options);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      return this.once<T>(await this.session.access(token), method, path, body, options);
    }
  }

  private async once<T>(token: string, method: string, path: string, body: unknown, options: CallOptions): Promise<T> {
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    if (body !== undefined) headers["content-type"] = "application/json";
    const answer = await reach(this.base + path, {
      ...options,
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const read = await readAnswer<T>(answer);
    this.observe({ direction: "in", via: "http", frame: { method, path, status: answer.status, body: read } });
    return read;
  }

  /** An address of a file on the server, which may be named by its path alone. */
  url(path: string): string {
    return new URL(path, `${this.base}/`).href;
  }
}
