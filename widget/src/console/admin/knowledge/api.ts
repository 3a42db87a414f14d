/** The bot's knowledge as the REST API has it. */
import { rest } from "../../session";
import type { Article, TriedAnswer } from "../../../wire/schema";

export type ArticleDraft = Pick<Article, "title" | "body" | "tags" | "locale"> & { url: string };

const BASE = "/api/bot/articles";

export const knowledge = {
  list: () => rest.get<{ results: Article[] }>(BASE).then((page) => page.results),
  add: (draft: ArticleDraft) => rest.post<Article>(BASE, draft),
  replace: (id: string, draft: ArticleDraft) => rest.put<Article>(`${BASE}/${id}`, draft),
  remove: (id: string) => rest.delete(`${BASE}/${id}`),
  ask: (query: string) => rest.post<TriedAnswer>("/api/bot/ask", { query }),
};
