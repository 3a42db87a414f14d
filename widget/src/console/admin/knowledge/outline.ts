/** What is known of all articles: their slugs, languages and categories. Editor and list need them to choose from. */
import { Directory } from "../../desk/directory";
import type { ListedArticle } from "../../../wire/schema";
import { knowledge } from "./api";

/** An article, as others are told of it. */
export type Outline = Pick<ListedArticle, "id" | "title" | "slug" | "locale" | "category" | "translations" | "status">;

const PAGE = 1000;

async function readAll(): Promise<Outline[]> {
  const all: Outline[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await knowledge.list({ cursor, limit: PAGE });
    for (const { id, title, slug, locale, category, translations, status } of page.results)
      all.push({ id, title, slug, locale, category, translations, status });
    cursor = page.next;
  } while (cursor);
  return all;
}

export const outline = new Directory<Outline>(readAll);

/** The values that are in use, each once, in order. */
export const inUse = (values: (string | null | undefined)[]): string[] =>
  [...new Set(values.filter((value): value is string => !!value))].sort((a, b) => a.localeCompare(b));
