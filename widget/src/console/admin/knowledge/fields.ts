/** An article as the editor's fields hold it, and what is sent of them. */
import type { Article, WriteArticle, WriteArticleContent } from "../../../wire/schema";
import { latestOf } from "./api";

export interface Fields {
  title: string;
  body: string;
  /** Empty: made of the title. */
  slug: string;
  category: string;
  locale: string;
  /** With commas. */
  tags: string;
  /** One a line. */
  questions: string;
  /** Another site's address; empty: its page here. */
  url: string;
}

export const FIELDS = ["title", "body", "slug", "category", "locale", "tags", "questions", "url"] as const;

/** What of the fields unpublished changes cannot hold: it is the article's place, not its text. */
const PLACE = ["slug", "locale", "url"] as const satisfies readonly (keyof Fields)[];

/** What a new article begins with. */
export const emptyFields = (start: Partial<Fields> = {}): Fields => ({
  title: "",
  body: "",
  slug: "",
  category: "",
  locale: "en",
  tags: "",
  questions: "",
  url: "",
  ...start,
});

/** An article with its unpublished changes. */
export function fieldsOf(article: Article): Fields {
  const { title, body, tags, category, questions } = latestOf(article);
  return {
    title,
    body,
    slug: article.slug,
    category: category ?? "",
    locale: article.locale,
    tags: tags.join(", "),
    questions: questions.join("\n"),
    url: article.url && !article.url.startsWith("/help/") ? article.url : "",
  };
}

/** The parts of a text, each once. */
const parts = (text: string, between: string): string[] => [
  ...new Set(
    text
      .split(between)
      .map((part) => part.trim())
      .filter(Boolean),
  ),
];

/** The example questions, as they are sent. */
const questionsOf = ({ questions }: Pick<Fields, "questions">): string[] => parts(questions, "\n");

/** What the article is to say. */
export const contentOf = (fields: Fields): WriteArticleContent => ({
  title: fields.title,
  body: fields.body,
  tags: parts(fields.tags, ","),
  category: fields.category.trim() || null,
  questions: questionsOf(fields),
});

/** The whole article. */
export const wholeOf = (fields: Fields): WriteArticle => ({
  ...contentOf(fields),
  slug: fields.slug.trim() || null,
  locale: fields.locale.trim() || null,
  url: fields.url.trim() || null,
});

/** Whether fields are other than these. */
export const differ = (a: Fields, b: Fields): boolean => FIELDS.some((name) => a[name] !== b[name]);

/** Whether the article's place is another one. */
export const placesDiffer = (a: Fields, b: Fields): boolean => PLACE.some((name) => a[name] !== b[name]);

/** These fields in the other one's place. */
export const inPlaceOf = (fields: Fields, { slug, locale, url }: Fields): Fields => ({ ...fields, slug, locale, url });
