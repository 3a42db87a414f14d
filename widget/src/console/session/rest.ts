import { problem, unreachable } from "./errors";

type Params = Record<string, string | number | boolean | null | undefined>;

/** Who gives the token, and a new one in place of one that was refused. */
interface Tokens {
  token(): Promise<string>;
  renewed(stale: string): Promise<string>;
}

/** The server's REST API with the signed-in person's token. Paths are whole: `/api/chat/labels`. */
export class Rest {
  constructor(private readonly tokens: Tokens) {}

  get<T>(path: string, params?: Params, signal?: AbortSignal): Promise<T> {
    return this.send<T>("GET", withParams(path, params), undefined, signal);
  }
  post<T = unknown>(path: string, body?: unknown): Promise<T> {
    return this.send<T>("POST", path, body);
  }
  put<T = unknown>(path: string, body?: unknown): Promise<T> {
    return this.send<T>("PUT", path, body);
  }
  patch<T = unknown>(path: string, body?: unknown): Promise<T> {
    return this.send<T>("PATCH", path, body);
  }
  delete<T = unknown>(path: string, body?: unknown): Promise<T> {
    return this.send<T>("DELETE", path, body);
  }

  private async send<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    let token = await this.tokens.token();
    for (let again = false; ; again = true) {
      const headers: Record<string, string> = { authorization: `Bearer ${token}`, accept: "application/json" };
      if (body !== undefined) headers["content-type"] = "application/json";
      const answer = await fetch(path, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        signal,
      }).catch((error: unknown) => {
        if (error instanceof DOMException && error.name === "AbortError") throw error;
        throw unreachable();
      });
      const text = await answer.text();
      if (answer.ok) return (text ? JSON.parse(text) : undefined) as T;
      if (answer.status !== 401 || again) throw problem(answer.status, text);
      token = await this.tokens.renewed(token);
    }
  }

  /** Sends a form with a file; says how far it is, 0 to 1. */
  async upload<T>(
    path: string,
    form: FormData,
    progress: (part: number) => void = () => {},
    signal?: AbortSignal,
  ): Promise<T> {
    let token = await this.tokens.token();
    for (let again = false; ; again = true) {
      const { status, text } = await transfer(path, form, token, progress, signal);
      if (status >= 200 && status < 300) return JSON.parse(text) as T;
      if (status !== 401 || again) throw problem(status, text);
      token = await this.tokens.renewed(token);
    }
  }
}

/** fetch cannot tell the progress of what it sends. */
function transfer(path: string, form: FormData, token: string, progress: (part: number) => void, signal?: AbortSignal) {
  return new Promise<{ status: number; text: string }>((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("authorization", `Bearer ${token}`);
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => done({ status: request.status, text: request.responseText });
    request.onerror = () => failed(unreachable());
    request.onabort = () => failed(new DOMException("aborted", "AbortError"));
    signal?.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

function withParams(path: string, params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== null && value !== "") query.set(name, String(value));
  }
  const text = query.toString();
  return text ? `${path}${path.includes("?") ? "&" : "?"}${text}` : path;
}
