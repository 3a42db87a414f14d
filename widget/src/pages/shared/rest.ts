/** What a login answers. */
export interface Tokens {
  access_token: string;
  refresh_token: string;
  expires_in: number;
}

/** Calls the server that served this page. What is not a success is thrown, in the server's words. */
export async function call<T>(method: string, path: string, body?: unknown, token?: string): Promise<T> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["content-type"] = "application/json";
  if (token) headers["authorization"] = `Bearer ${token}`;
  const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(detailOf(text) ?? `${method} ${path}: ${answer.status}`);
  return (text ? JSON.parse(text) : undefined) as T;
}

export const login = (username: string, password: string): Promise<Tokens> =>
  call("POST", "/api/auth/login", { username, password });

/** Any failure, for people to read. */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function detailOf(text: string): string | undefined {
  try {
    const problem = JSON.parse(text) as { detail?: unknown; errors?: { field: string; message: string }[] };
    const fields = problem.errors?.map((one) => `${one.field}: ${one.message}`).join("; ");
    return fields || (typeof problem.detail === "string" ? problem.detail : undefined);
  } catch {
    return undefined;
  }
}
