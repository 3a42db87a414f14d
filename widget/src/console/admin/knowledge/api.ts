/** The bot's knowledge as the REST API has it. */
import { rest } from "../../session";

export interface Article {
  id: string;
  title: string;
  /** Markdown. */
  body: string;
  url?: string | null;
  tags: string[];
  locale: string;
  created_at: string;
  updated_at: string;
}

export type ArticleDraft = Pick<Article, "title" | "body" | "tags" | "locale"> & { url: string };

interface Source {
  title: string;
  url?: string | null;
}

/** What the bot would say, and how it came to that. */
export interface Tried {
  /** Markdown. */
  answer: string;
  sources: Source[];
  intent: string;
  model?: string | null;
  passages: (Source & { score: number })[];
}

const BASE = "/api/bot/articles";

export const knowledge = {
  list: () => rest.get<{ results: Article[] }>(BASE).then((page) => page.results),
  add: (draft: ArticleDraft) => rest.post<Article>(BASE, draft),
  replace: (id: string, draft: ArticleDraft) => rest.put<Article>(`${BASE}/${id}`, draft),
  remove: (id: string) => rest.delete(`${BASE}/${id}`),
  ask: (query: string) => rest.post<Tried>("/api/bot/ask", { query }),
};
