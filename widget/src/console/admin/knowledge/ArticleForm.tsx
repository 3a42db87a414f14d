import { useEffect, useRef, useState } from "preact/hooks";
import { go } from "../../router";
import { ErrorNote, toast } from "../../ui";
import { type Form, useForm } from "../form";
import { Confirm } from "../parts";
import type { Article } from "../../../wire/schema";
import { type Act, type Asked, FormFoot } from "./FormFoot";
import { Inputs } from "./Inputs";
import { DeleteArticle } from "./DeleteArticle";
import { knowledge } from "./api";
import { FIELDS, type Fields, contentOf, differ, fieldsOf, inPlaceOf, placesDiffer, wholeOf } from "./fields";
import { outline } from "./outline";

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
export function ArticleForm(props: ArticleFormProps) {
  const { article, start, setDirty, leave, onReplaced } = props;
  const stored = article ? fieldsOf(article) : start.fields;
  const [fields, setFields] = useState(stored);
  const [asked, setAsked] = useState<Asked | null>(null);
  const isDirty = differ(fields, stored);
  useEffect(() => setDirty(isDirty), [isDirty]);
  const { form, act } = useStoring(props, fields, setFields);
  return (
    <form
      class="admin-card admin-form"
      ref={form.formRef}
      onSubmit={form.submit}
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
      <FormFoot article={article} isDirty={isDirty} busy={form.busy ? act : null} ask={setAsked} leave={leave} />
      {asked && article && (
        <Asking
          asked={asked}
          article={article}
          fields={fields}
          onReplaced={onReplaced}
          onClose={() => setAsked(null)}
        />
      )}
    </form>
  );
}

/** Sends what is written; which button was pressed decides what becomes of it. */
function useStoring(
  { article, start, setDirty, onChanged }: ArticleFormProps,
  fields: Fields,
  setFields: (fields: Fields) => void,
): { form: Form; act: Act } {
  const act = useRef<Act>("save");
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
  const submit = (event: Event) => {
    const by = (event as SubmitEvent).submitter?.getAttribute("value");
    act.current = by === "publish" ? "publish" : "save";
    form.submit(event);
  };
  return { form: { ...form, submit }, act: act.current };
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

interface AskingProps {
  asked: Asked;
  article: Article;
  fields: Fields;
  onReplaced: (article: Article) => void;
  onClose: () => void;
}

/** Asks before what cannot be taken back. */
function Asking({ asked, article, fields, onReplaced, onClose }: AskingProps) {
  if (asked === "delete") {
    const deleted = () => {
      void outline.want(true);
      go("articles");
    };
    return <DeleteArticle article={article} onDeleted={deleted} onClose={onClose} />;
  }
  if (asked === "discard")
    return (
      <Confirm
        title="Discard the unpublished changes?"
        verb="Discard"
        onClose={onClose}
        act={async () => onReplaced(await knowledge.discardDraft(article.id))}
      >
        <p>The article stays as it is published. What was kept of the changes is lost.</p>
      </Confirm>
    );
  return (
    <Confirm
      title="Take the article back to a draft?"
      verb="Unpublish"
      onClose={onClose}
      act={async () => onReplaced(await knowledge.replace(article.id, { ...wholeOf(fields), status: "draft" }))}
    >
      <p>Its page goes, and the bot no longer answers from it. Links to it lead nowhere until it is published.</p>
    </Confirm>
  );
}
