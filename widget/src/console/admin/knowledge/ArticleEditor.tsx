import { useEffect, useState } from "preact/hooks";
import { go, route } from "../../router";
import { Button, Dialog } from "../../ui";
import { BackIcon } from "../../ui/icons";
import { useLoaded } from "../load";
import { Shown } from "../parts";
import type { Article } from "../../../wire/schema";
import { ArticleForm } from "./ArticleForm";
import { StateBadges } from "./ArticleTable";
import { History } from "./History";
import { Outside } from "../../ui/inline";
import { Translations } from "./Translations";
import { TryQuestion } from "./TryQuestion";
import { WouldAnswer } from "./WouldAnswer";
import { knowledge } from "./api";
import { type Fields, emptyFields } from "./fields";
import { outline } from "./outline";

const NEW = "new";

/** The longest title and example question. */
const MAX_LINE = 200;

/** Writes a new article, or changes one. */
export function ArticleEditor({ id }: { id: string }) {
  const loaded = useLoaded<Article | typeof NEW>(() => (id === NEW ? Promise.resolve(NEW) : knowledge.get(id)), [id]);
  const [isDirty, setDirty] = useState(false);
  const [isLeaving, setLeaving] = useState(false);
  // goes up where the form is to begin anew from what is stored
  const [round, setRound] = useState(0);
  useEffect(() => void outline.want(), []);
  useUnloadGuard(isDirty);
  const leave = () => (isDirty ? setLeaving(true) : go("articles"));
  const changed = (article: Article) => {
    void outline.want(true);
    loaded.set(article);
  };
  const replaced = (article: Article) => {
    changed(article);
    setRound(round + 1);
  };
  return (
    <div class="admin">
      <p class="admin-back">
        <button type="button" class="admin-link admin-back-link" onClick={leave}>
          <BackIcon size={16} /> All articles
        </button>
      </p>
      <Shown loaded={loaded}>
        {(shown) => {
          const article = shown === NEW ? null : shown;
          return (
            <>
              {article && <Standing article={article} />}
              <ArticleForm
                key={round}
                article={article}
                start={startOf(route.value.query)}
                setDirty={setDirty}
                leave={leave}
                onChanged={changed}
                onReplaced={replaced}
              />
              {article && (
                <>
                  <Translations article={article} isDirty={isDirty} />
                  <WouldAnswer key={`${article.version} ${article.status}`} article={article} />
                  <History article={article} isDirty={isDirty} onRestored={replaced} />
                </>
              )}
            </>
          );
        }}
      </Shown>
      {id === NEW && <TryQuestion />}
      {isLeaving && <Leave onClose={() => setLeaving(false)} />}
    </div>
  );
}

/** The browser asks before the page goes with what is not stored. */
function useUnloadGuard(isDirty: boolean): void {
  useEffect(() => {
    if (!isDirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isDirty]);
}

/** What a new article begins with: the question that it is to answer, or the article that it translates. */
function startOf(query: URLSearchParams): { fields: Fields; translationOf: string | null } {
  const question = query.get("question")?.slice(0, MAX_LINE) ?? "";
  const fields = emptyFields({ title: question, questions: question });
  return {
    fields: { ...fields, locale: query.get("locale") ?? fields.locale, category: query.get("category") ?? "" },
    translationOf: query.get("translation_of"),
  };
}

/** How the article stands, and where it can be read. */
function Standing({ article }: { article: Article }) {
  return (
    <div class="editor-standing">
      <StateBadges article={{ ...article, has_draft: !!article.draft }} />
      <span class="admin-soft">Version {article.version}</span>
      {article.status === "published" && article.url && <Outside href={article.url}>View page</Outside>}
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
            Leave
          </Button>
        </>
      }
    >
      <p class="admin-said">What you changed in this article is lost.</p>
    </Dialog>
  );
}
