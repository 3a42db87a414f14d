/** Whether the bot answers a question from a certain article. */
import type { Article, TriedAnswer } from "../../../wire/schema";

export interface Verdict {
  kind: "this" | "also" | "other" | "near" | "none";
  says: string;
}

/** What the bot's answer means for this article. */
export function judge(tried: TriedAnswer, article: Pick<Article, "title" | "url">): Verdict {
  const isThis = ({ title, url }: { title: string; url?: string | null | undefined }) =>
    url && article.url ? url === article.url : title === article.title;
  const [first] = tried.sources;
  if (first && isThis(first)) return { kind: "this", says: "Answered from this article" };
  if (tried.sources.some(isThis)) return { kind: "also", says: `Answered from “${first?.title}” and this article` };
  if (first) return { kind: "other", says: `Answered from “${first.title}”` };
  if (tried.passages.some(isThis)) return { kind: "near", says: "Not answered: the bot is not sure enough" };
  return { kind: "none", says: "Not answered" };
}
