import { useEffect, useRef, useState } from "preact/hooks";
import { go } from "../../router";
import { Button, ErrorNote, toast } from "../../ui";
import { TrashIcon } from "../../ui/icons";
import { useForm } from "../form";
import { Confirm } from "../parts";
import type { Article } from "../../../wire/schema";
import { Inputs } from "./Inputs";
import { DeleteArticle } from "./DeleteArticle";
import { knowledge } from "./api";
import { FIELDS, type Fields, contentOf, differ, fieldsOf, inPlaceOf, placesDiffer, wholeOf } from "./fields";
import { outline } from "./outline";

/** What the form's buttons do with what is written. */
type Act = "save" | "publish";

interface ArticleFormProps {
  /** Null: a new one. */
  article: Article | null;
  /** What a new one begins with. */
  start: { fields: Fields; translationOf: string | null };
  setDirty: (dirty: boolean) => void;
  leave: () => void;
  /** It was stored; the form goes on as it is. */
  onChanged: (article: Article) => void;
  /** It says something else now; the form begins anew. */
  onReplaced: (article: Article) => void;
}

/** What an article says, and where: to be kept, or to be published. */
export function ArticleForm({ article, start, setDirty, leave, onChanged, onReplaced }: ArticleFormProps) {
  const stored = article ? fieldsOf(article) : start.fields;
  const [fields, setFields] = useState(stored);
  const [asked, setAsked] = useState<"delete" | "discard" | "unpublish" | null>(null);
  const act = useRef<Act>("save");
  const isDirty = differ(fields, stored);
  useEffect(() => setDirty(isDirty), [isDirty]);
  const form = useForm(
    FIELDS,
    () => store(article, fields, act.current, start.translationOf),
    (saved) => {
      toast(saidOf(saved, act.current));
      const now = fieldsOf(saved);
      // unpublished changes hold no place: it stays in the form until it is published
      setFields(saved.draft ? inPlaceOf(now, fields) : now);
      if (article) return onChanged(saved);
      setDirty(false);
      void outline.want(true);
      go(`articles/${saved.id}`, { replace: true });
    },
  );
  const submit = (event: SubmitEvent) => {
    act.current = event.submitter?.getAttribute("value") === "publish" ? "publish" : "save";
    form.submit(event);
  };
  return (
    <form
      class="admin-card admin-form"
      ref={form.formRef}
      onSubmit={submit}
      onInput={form.touched}
      noValidate
      aria-label={article ? "Article" : "New article"}
    >
      <Inputs
        fields={fields}
        errors={form.errors}
        set={(change) => setFields((before) => ({ ...before, ...change }))}
        isNew={article === null}
      />
      {article?.status === "published" && placesDiffer(fields, stored) && (
        <p class="admin-warn">Slug, language and address change when you publish; “Save changes” keeps the rest.</p>
      )}
      <ErrorNote error={form.problem} />
      <Foot article={article} isDirty={isDirty} form={form} act={act.current} ask={setAsked} leave={leave} />
      {asked === "delete" && article && (
        <DeleteArticle
          article={article}
          onDeleted={() => {
            void outline.want(true);
            go("articles");
          }}
          onClose={() => setAsked(null)}
        />
      )}
      {asked === "discard" && article && (
        <Confirm
          title="Discard the unpublished changes?"
          verb="Discard"
          onClose={() => setAsked(null)}
          act={async () => onReplaced(await knowledge.discardDraft(article.id))}
        >
          <p>The article stays as it is published. What was kept of the changes is lost.</p>
        </Confirm>
      )}
      {asked === "unpublish" && article && (
        <Confirm
          title="Take the article back to a draft?"
          verb="Unpublish"
          onClose={() => setAsked(null)}
          act={async () => onReplaced(await knowledge.replace(article.id, { ...wholeOf(fields), status: "draft" }))}
        >
          <p>Its page goes, and the bot no longer answers from it. Links to it lead nowhere until it is published.</p>
        </Confirm>
      )}
    </form>
  );
}

/** Stores what is written, and publishes it where that is wanted. */
function store(article: Article | null, fields: Fields, act: Act, translationOf: string | null): Promise<Article> {
  const whole = { ...wholeOf(fields), status: act === "publish" ? ("published" as const) : ("draft" as const) };
  if (!article) return knowledge.add({ ...whole, translation_of: translationOf });
  if (act === "save" && article.status === "published") return knowledge.saveDraft(article.id, contentOf(fields));
  return knowledge.replace(article.id, whole);
}

function saidOf(saved: Article, act: Act): string {
  if (act === "publish") return "Published. The bot knows it from its next answer on.";
  return saved.draft ? "Saved. Readers and the bot see the changes once you publish." : "Saved as a draft.";
}

interface FootProps {
  article: Article | null;
  isDirty: boolean;
  form: { busy: boolean };
  act: Act;
  ask: (what: "delete" | "discard" | "unpublish") => void;
  leave: () => void;
}

function Foot({ article, isDirty, form, act, ask, leave }: FootProps) {
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
      <Button type="submit" value="save" disabled={article !== null && !isDirty} busy={form.busy && act === "save"}>
        {article ? "Save changes" : "Save as a draft"}
      </Button>
      <Button type="submit" value="publish" variant="primary" disabled={isShown} busy={form.busy && act === "publish"}>
        Publish
      </Button>
    </div>
  );
}
