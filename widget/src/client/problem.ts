import type { FieldError } from "../wire/schema";

/** The server answered with an error (`application/problem+json`). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    /** Seconds to wait, where the server says so. */
    readonly retryAfter?: number,
    readonly body: Record<string, unknown> = {},
  ) {
    super(detail);
    this.name = "Problem";
  }

  /** What is wrong with which field: the first that was said of each. */
  get fields(): Record<string, string> {
    const fields: Record<string, string> = {};
    const errors = Array.isArray(this.body["errors"]) ? (this.body["errors"] as Partial<FieldError>[]) : [];
    for (const one of errors)
      if (typeof one?.field === "string" && typeof one.message === "string") fields[one.field] ??= one.message;
    return fields;
  }
}

/** The server could not be reached at all. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("The server cannot be reached. Check your connection.", { cause });
    this.name = "Unreachable";
  }
}

/** The session is over and nothing here can renew it: somebody has to sign in. */
export class SessionOver extends Error {
  constructor() {
    super("You are signed out.");
    this.name = "SessionOver";
  }
}

/** The text to show for anything that was thrown. */
export const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Whether trying again later may help. */
export const isTransient = (error: unknown): boolean =>
  error instanceof Unreachable || (error instanceof Problem && (error.status >= 500 || error.status === 429));

/** Fetches; failing to reach the server is `Unreachable`, being aborted stays an AbortError. */
export async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { credentials: "omit", ...init });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Unreachable(error);
  }
}

/** Posts JSON, with a token or without, and reads the answer. */
export async function postJson<T>(url: string, body: unknown, token?: string): Promise<T> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (token) headers["authorization"] = `Bearer ${token}`;
  return readAnswer<T>(await reach(url, { method: "POST", headers, body: JSON.stringify(body) }));
}

/** Reads an answer's JSON; fails with a `Problem` where it is not a success. */
export async function readAnswer<T>(answer: Response): Promise<T> {
  const text = await answer.text().catch((error: unknown) => {
    throw new Unreachable(error);
  });
  const body = parse(text);
  if (answer.ok) return body as T;
  throw problemOf(answer.status, body, answer.headers.get("retry-after"));
}

/** The problem that an error answer describes. */
export function problemOf(status: number, body: unknown, retryAfter: string | null): Problem {
  const said = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const seconds = Number(retryAfter);
  return new Problem(
    status,
    typeof said["code"] === "string" ? said["code"] : `http_${status}`,
    wordsOf(said) ?? `The server answered ${status}`,
    Number.isFinite(seconds) && retryAfter ? seconds : undefined,
    said,
  );
}

const wordsOf = (said: Record<string, unknown>): string | undefined =>
  [said["detail"], said["error"], said["title"]].find((words): words is string => typeof words === "string" && !!words);

function parse(text: string): unknown {
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // a proxy's page instead of our answer
    return undefined;
  }
}
