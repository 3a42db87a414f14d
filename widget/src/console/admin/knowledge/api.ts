/** The help centre's articles, and what the bot makes of them, as the REST API has them. */
import { rest } from "../../session";
import type {
  Article,
  ArticleContent,
  ArticleImage,
  ArticlePage,
  ArticleStatus,
  ArticleVersion,
  ExampleArticles,
  TriedAnswer,
  WriteArticle,
  WriteArticleContent,
} from "../../../wire/schema";

/** Which articles; what is empty or absent asks for nothing. */
interface ArticleQuery {
  search?: string;
  status?: string;
  locale?: string;
  category?: string;
  example?: boolean;
  cursor?: string | null;
  limit?: number;
}

/** How articles of a file or an address are taken in. */
export interface ImportOptions {
  /** Of articles that do not say their own. Absent: new ones are drafts, replaced ones stay as they were. */
  status?: ArticleStatus;
  /** An article with the same slug and language is replaced; else it is left as it is. */
  update: boolean;
}

/** What is wrong with a part of what was imported. */
interface ImportProblem {
  file: string;
  /** From 1, where it is known. */
  line?: number | null;
  field?: string | null;
  message: string;
}

/** What became of an import. */
export interface ImportResult {
  added: number;
  updated: number;
  skipped: number;
  problems: ImportProblem[];
}

/** What customers asked and the bot could not answer, or not to their liking. */
export interface UnansweredQuestion {
  question: string;
  count: number;
  newest_at: string;
  /** The ids of some conversations in which it was asked. */
  conversations: string[];
  /** How many of its answers customers said did not help. */
  unhelpful: number;
  /** Other wordings of it. */
  examples: string[];
}

const BASE = "/api/bot/articles";
const at = (id: string) => `${BASE}/${encodeURIComponent(id)}`;

export const knowledge = {
  list: (query: ArticleQuery = {}) => rest.get<ArticlePage>(BASE, { ...query }),
  get: (id: string) => rest.get<Article>(at(id)),
  add: (article: WriteArticle) => rest.post<Article>(BASE, article),
  replace: (id: string, article: WriteArticle) => rest.put<Article>(at(id), article),
  remove: (id: string) => rest.delete(at(id)),
  saveDraft: (id: string, content: WriteArticleContent) => rest.put<Article>(`${at(id)}/draft`, content),
  discardDraft: (id: string) => rest.delete<Article>(`${at(id)}/draft`),
  versions: (id: string) => rest.get<ArticleVersion[]>(`${at(id)}/versions`),
  restore: (id: string, number: number) => rest.post<Article>(`${at(id)}/versions/${number}/restore`),
  loadExamples: () => rest.post<ExampleArticles>(`${BASE}/examples`),
  removeExamples: () => rest.delete<ExampleArticles>(`${BASE}/examples`),
  importFile(file: File, { status, update }: ImportOptions) {
    const form = new FormData();
    if (status) form.append("status", status);
    form.append("update", String(update));
    form.append("file", file);
    return rest.upload<ImportResult>(`${BASE}/import`, form, () => {}, new AbortController().signal);
  },
  /** Keeps an image; everybody can see it at its `url`. `progress` is told how much was sent, 0 to 1. */
  addImage(file: File, progress: (part: number) => void, signal: AbortSignal) {
    const form = new FormData();
    form.append("file", file);
    return rest.upload<ArticleImage>(`${BASE}/images`, form, progress, signal);
  },
  importAddress: (url: string, options: ImportOptions) =>
    rest.post<ImportResult>(`${BASE}/import`, { url, ...options }),
  /** All articles as a ZIP of Markdown files. */
  exported: () => rest.file(`${BASE}/export`),
  unanswered: (days: number) => rest.get<UnansweredQuestion[]>("/api/bot/unanswered", { days, limit: 50 }),
  ask: (query: string) => rest.post<TriedAnswer>("/api/bot/ask", { query }),
};

/** What an article says with its unpublished changes. */
export const latestOf = (article: Article): ArticleContent => article.draft ?? article;
