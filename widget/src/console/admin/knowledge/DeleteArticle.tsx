import { toast } from "../../ui";
import { Confirm } from "../parts";
import type { Article } from "../../../wire/schema";
import { knowledge } from "./api";

interface DeleteArticleProps {
  article: Pick<Article, "id" | "title">;
  onDeleted: () => void;
  onClose: () => void;
}

/** Asks, and deletes. */
export function DeleteArticle({ article, onDeleted, onClose }: DeleteArticleProps) {
  return (
    <Confirm
      title="Delete the article?"
      verb="Delete"
      onClose={onClose}
      act={async () => {
        await knowledge.remove(article.id);
        toast("The article was deleted");
        onDeleted();
      }}
    >
      <p>
        <strong>{article.title}</strong>
      </p>
      <p>Its page and its history go, and the bot forgets it at once. This cannot be taken back.</p>
    </Confirm>
  );
}
