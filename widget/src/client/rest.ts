import type { Traffic } from "../wire/frames";
import { Problem, Unreachable, problemOf, reach, readAnswer } from "./problem";

/** Where valid access tokens come from. `refused` is one that the server did not accept: another is needed. */
interface TokenSource {
  access(refused?: string): Promise<string>;
}

/** How a call may differ from the usual. */
interface CallOptions {
  signal?: AbortSignal;
  /** The call outlives the page (a receipt on leaving). */
  keepalive?: boolean;
}

type Params = Record<string, string | number | boolean | null | undefined>;

/**
 * Calls the REST API as the session's user. A token that was refused is renewed once. Fails with `Problem`,
 * `Unreachable` or `SessionOver`, and with an AbortError where the caller gave up.
 */
export class Rest {
  constructor(
    readonly base: string,
    readonly tokens: TokenSource,
    private readonly observe: (traffic: Traffic) => void = () => {},
  ) {}

  /** GET with query parameters; those that are empty are left out. */
  get<T>(path: string, params: Params = {}, signal?: AbortSignal): Promise<T> {
    return this.call<T>("GET", withParams(path, params), undefined, { signal });
  }
  /** POST with a JSON body. */
  post<T = unknown>(path: string, body?: unknown): Promise<T> {
    return this.call<T>("POST", path, body);
  }
  /** PUT with a JSON body. */
  put<T = unknown>(path: string, body?: unknown): Promise<T> {
    return this.call<T>("PUT", path, body);
  }
  /** PATCH with a JSON body. */
  patch<T = unknown>(path: string, body?: unknown): Promise<T> {
    return this.call<T>("PATCH", path, body);
  }
  /** DELETE, with a JSON body where there is one. */
  delete<T = unknown>(path: string, body?: unknown): Promise<T> {
    return this.call<T>("DELETE", path, body);
  }

  /** Calls and reads JSON. */
  async call<T>(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<T> {
    this.observe({ direction: "out", via: "http", frame: { method, path, ...(body === undefined ? {} : { body }) } });
    return this.authorized((token) => this.once<T>(token, method, path, body, options));
  }

  /** Gets a file that is made for the asking. */
  async file(path: string): Promise<Blob> {
    return this.authorized(async (token) => {
      const answer = await reach(this.base + path, { headers: { authorization: `Bearer ${token}` } });
      if (!answer.ok) return readAnswer<Blob>(answer);
      return answer.blob().catch((error: unknown) => {
        throw new Unreachable(error);
      });
    });
  }

  /** Sends a form with a file; says how far it is, 0 to 1. */
  async upload<T>(path: string, form: FormData, progress: (part: number) => void, signal: AbortSignal): Promise<T> {
    return this.authorized((token) => transfer<T>(this.base + path, form, token, progress, signal));
  }

  /** An address of a file on the server, which may be named by its path alone. */
  url(path: string): string {
    return new URL(path, `${this.base}/`).href;
  }

  private async authorized<T>(send: (token: string) => Promise<T>): Promise<T> {
    const token = await this.tokens.access();
    try {
      return await send(token);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      return send(await this.tokens.access(token));
    }
  }

  private async once<T>(token: string, method: string, path: string, body: unknown, options: CallOptions): Promise<T> {
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    if (body !== undefined) headers["content-type"] = "application/json";
    const text = body === undefined ? undefined : JSON.stringify(body);
    const answer = await reach(this.base + path, { ...options, method, headers, body: text });
    const read = await readAnswer<T>(answer);
    this.observe({ direction: "in", via: "http", frame: { method, path, status: answer.status, body: read } });
    return read;
  }
}

/** fetch cannot tell the progress of what it sends. */
function transfer<T>(
  url: string,
  form: FormData,
  token: string,
  progress: (part: number) => void,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("authorization", `Bearer ${token}`);
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => {
      const { status, response } = request;
      if (status >= 200 && status < 300) done(response as T);
      else failed(problemOf(status, response, request.getResponseHeader("retry-after")));
    };
    request.onerror = () => failed(new Unreachable("upload"));
    request.onabort = () => failed(new DOMException("aborted", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

function withParams(path: string, params: Params): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params))
    if (value !== undefined && value !== null && value !== "") query.set(name, String(value));
  const text = query.toString();
  return text ? `${path}${path.includes("?") ? "&" : "?"}${text}` : path;
}
