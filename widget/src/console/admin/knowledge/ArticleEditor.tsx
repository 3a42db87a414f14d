import { useEffect, useState } from "preact/hooks";
import { go } from "../../router";
import { Problem } from "../../../client/problem";
import { Button, Dialog, ErrorNote, Field, toast } from "../../ui";
import { BackIcon, TrashIcon } from "../../ui/icons";
import { useForm } from "../form";
import { useLoaded } from "../load";
import { Shown } from "../parts";
import { type ArticleDraft, knowledge } from "./api";
import type { Article } from "../../../wire/schema";
import { DeleteArticle } from "./ArticlesPage";
import { Markdown } from "./markdown";
import { TryQuestion } from "./TryQuestion";

const NEW = "new";
const MAX_BODY = 20_000;

/** Writes a new article, or changes one. */
export function ArticleEditor({ id }: { id: string }) {
  const loaded = useLoaded<Article | typeof NEW>(async () => {
    if (id === NEW) return NEW;
    const article = (await knowledge.list()).find((one) => one.id === id);
    if (!article) throw new Problem(404, "not_found", "There is no such article; it may have been deleted.");
    return article;
  }, [id]);
  const [isDirty, setDirty] = useState(false);
  const [isLeaving, setLeaving] = useState(false);
  useEffect(() => {
    if (!isDirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isDirty]);
  const leave = () => (isDirty ? setLeaving(true) : go("articles"));
  return (
    <div class="admin">
      <p class="admin-back">
        <button type="button" class="admin-link admin-back-link" onClick={leave}>
          <BackIcon size={16} /> All articles
        </button>
      </p>
      <Shown loaded={loaded}>
        {(article) => <Editor article={article === NEW ? null : article} setDirty={setDirty} leave={leave} />}
      </Shown>
      <TryQuestion />
      {isLeaving && <Leave onClose={() => setLeaving(false)} />}
    </div>
  );
}

function Leave({ onClose }: { onClose: () => void }) {
  return (
    <Dialog
      title="Leave without saving?"
      size="sm"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep writing</Button>
          <Button variant="danger" onClick={() => go("articles")}>
            Discard changes
          </Button>
        </>
      }
    >
      <p class="admin-said">What you changed in this article is lost.</p>
    </Dialog>
  );
}

interface Fields {
  title: string;
  body: string;
  url: string;
  /** With commas. */
  tags: string;
  locale: string;
}

const fieldsOf = (article: Article | null): Fields => ({
  title: article?.title ?? "",
  body: article?.body ?? "",
  url: article?.url ?? "",
  tags: article?.tags.join(", ") ?? "",
  locale: article?.locale ?? "en",
});

const draftOf = ({ tags, ...rest }: Fields): ArticleDraft => ({
  ...rest,
  tags: [
    ...new Set(
      tags
        .split(",")
        .map((tag) => tag.trim())
        .filter(Boolean),
    ),
  ],
});

function Editor({
  article,
  setDirty,
  leave,
}: {
  article: Article | null;
  setDirty: (dirty: boolean) => void;
  leave: () => void;
}) {
  const [fields, setFields] = useState(() => fieldsOf(article));
  const [deleting, setDeleting] = useState(false);
  const set = (change: Partial<Fields>) => {
    setFields({ ...fields, ...change });
    setDirty(true);
  };
  const save = () => (article ? knowledge.replace(article.id, draftOf(fields)) : knowledge.add(draftOf(fields)));
  const form = useForm(["title", "body", "url", "tags", "locale"], save, (saved) => {
    setDirty(false);
    toast("Saved. The bot knows it from its next answer on.");
    if (article) setFields(fieldsOf(saved));
    else go(`articles/${saved.id}`, { replace: true });
  });
  return (
    <form
      class="admin-card admin-form"
      ref={form.formRef}
      onSubmit={form.submit}
      onInput={form.touched}
      noValidate
      aria-label={article ? "Article" : "New article"}
    >
      <Inputs fields={fields} errors={form.errors} set={set} />
      <ErrorNote error={form.problem} />
      <div class="admin-foot">
        {article && (
          <Button class="first" icon={<TrashIcon size={16} />} onClick={() => setDeleting(true)}>
            Delete
          </Button>
        )}
        <Button onClick={leave}>Close</Button>
        <Button type="submit" variant="primary" busy={form.busy}>
          Save
        </Button>
      </div>
      {deleting && article && (
        <DeleteArticle article={article} onDeleted={() => go("articles")} onClose={() => setDeleting(false)} />
      )}
    </form>
  );
}

interface InputsProps {
  fields: Fields;
  errors: Partial<Record<keyof Fields, string>>;
  set: (change: Partial<Fields>) => void;
}

/** What an article is made of. */
function Inputs({ fields, errors, set }: InputsProps) {
  /** What every input has: its value, what is wrong with it, and where a change goes. */
  const input = (name: keyof Fields) => ({
    value: fields[name],
    error: errors[name],
    onInput: (event: { currentTarget: { value: string } }) => set({ [name]: event.currentTarget.value }),
  });
  return (
    <>
      <Field label="Title" maxLength={200} {...input("title")} />
      <div class="editor">
        <Field
          class="editor-text"
          multiline
          label="Text"
          hint={`Markdown. ${fields.body.length} of ${MAX_BODY} characters.`}
          maxLength={MAX_BODY}
          {...input("body")}
        />
        <section class="editor-preview" aria-label="Preview">
          <p class="field-label">Preview</p>
          <div class="editor-paper" tabIndex={0}>
            {fields.body.trim() ? (
              <Markdown text={fields.body} />
            ) : (
              <p class="admin-soft">What you write appears here.</p>
            )}
          </div>
        </section>
      </div>
      <Field
        label="Address"
        hint="Where customers can read it: a path, or an http(s) address. Optional."
        maxLength={2000}
        {...input("url")}
      />
      <div class="admin-two">
        <Field label="Tags" hint="With commas between; 20 at most." {...input("tags")} />
        <Field label="Language" hint="A tag such as en or pt-BR." maxLength={16} {...input("locale")} />
      </div>
    </>
  );
}
