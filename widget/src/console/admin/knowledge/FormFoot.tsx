import { Button } from "../../ui";
import { TrashIcon } from "../../ui/icons";
import type { Article } from "../../../wire/schema";

/** What the form's buttons do with what is written. */
export type Act = "save" | "publish";

/** What is asked about before it is done. */
export type Asked = "delete" | "discard" | "unpublish";

interface FormFootProps {
  /** Null: a new one. */
  article: Article | null;
  isDirty: boolean;
  /** What is being done. */
  busy: Act | null;
  ask: (what: Asked) => void;
  leave: () => void;
}

/** What can be done with an article. */
export function FormFoot({ article, isDirty, busy, ask, leave }: FormFootProps) {
  const isPublished = article?.status === "published";
  // published as it stands: there is nothing to publish
  const isShown = isPublished && !article.draft && !isDirty;
  return (
    <div class="admin-foot">
      {article && (
        <Button class="first" icon={<TrashIcon size={16} />} onClick={() => ask("delete")}>
          Delete
        </Button>
      )}
      {isPublished && <Button onClick={() => ask("unpublish")}>Unpublish</Button>}
      <Button onClick={leave}>Close</Button>
      {article?.draft && <Button onClick={() => ask("discard")}>Discard changes</Button>}
      <Button type="submit" value="save" disabled={article !== null && !isDirty} busy={busy === "save"}>
        {article ? "Save changes" : "Save as a draft"}
      </Button>
      <Button type="submit" value="publish" variant="primary" disabled={isShown} busy={busy === "publish"}>
        Publish
      </Button>
    </div>
  );
}
