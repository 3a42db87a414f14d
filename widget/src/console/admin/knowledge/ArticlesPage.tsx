import { useState } from "preact/hooks";
import { Link, go, route } from "../../router";
import { Badge, Button, type Column, Empty, Field, IconButton, Table, toast } from "../../ui";
import { BookIcon, EditIcon, PlusIcon, SearchIcon, TrashIcon } from "../../ui/icons";
import { useLoaded } from "../load";
import { Confirm, Page, Shown } from "../parts";
import { Time } from "../../ui/Time";
import { knowledge } from "./api";
import type { Article } from "../../../wire/schema";
import { ArticleEditor } from "./ArticleEditor";
import { TryQuestion } from "./TryQuestion";
import "./knowledge.css";

/** `articles`: what the bot knows; `articles/new` and `articles/<id>`: the editor. */
export function ArticlesPage() {
  const id = route.value.path.split("/")[1];
  return id ? <ArticleEditor key={id} id={id} /> : <Articles />;
}

function Articles() {
  const loaded = useLoaded(knowledge.list, []);
  const [search, setSearch] = useState("");
  const [deleting, setDeleting] = useState<Article | null>(null);
  const add = (
    <Button variant="primary" icon={<PlusIcon size={18} />} onClick={() => go("articles/new")}>
      New article
    </Button>
  );
  return (
    <Page
      intro={
        "What the bot knows besides the articles that came with the server. " +
        "It answers from a changed article at the next question."
      }
      actions={add}
    >
      <div class="knowledge">
        <div class="admin-shown">
          <div class="admin-bar">
            <Field
              class="grow"
              label="Search"
              hideLabel
              type="search"
              placeholder="Search titles, text and tags"
              value={search}
              onInput={(event) => setSearch(event.currentTarget.value)}
            />
          </div>
          <Shown loaded={loaded}>
            {(articles) => (
              <ArticleTable articles={articles.filter(matches(search))} search={search} onDelete={setDeleting} />
            )}
          </Shown>
        </div>
        <TryQuestion />
      </div>
      {deleting && (
        <DeleteArticle article={deleting} onDeleted={() => void loaded.reload()} onClose={() => setDeleting(null)} />
      )}
    </Page>
  );
}

/** Every word of the search is somewhere in the article. */
const matches = (search: string) => {
  const wanted = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return ({ title, body, tags, locale }: Article) => {
    const text = [title, body, locale, ...tags].join("\n").toLocaleLowerCase();
    return wanted.every((word) => text.includes(word));
  };
};

function ArticleTable({
  articles,
  search,
  onDelete,
}: {
  articles: Article[];
  search: string;
  onDelete: (article: Article) => void;
}) {
  const columns: Column<Article>[] = [
    {
      title: "Article",
      cell: (one) => (
        <div class="admin-cell">
          <Link to={`articles/${one.id}`} class="admin-link">
            {one.title}
          </Link>
          <small>
            {one.locale} · changed <Time at={one.updated_at} />
          </small>
        </div>
      ),
    },
    {
      title: "Tags",
      cell: (one) => (
        <div class="admin-badges">
          {one.tags.map((tag) => (
            <Badge key={tag}>{tag}</Badge>
          ))}
        </div>
      ),
    },
    {
      title: "Actions",
      hideTitle: true,
      align: "end",
      cell: (one) => (
        <div class="admin-row-actions">
          <IconButton label={`Edit ${one.title}`} size="sm" onClick={() => go(`articles/${one.id}`)}>
            <EditIcon size={18} />
          </IconButton>
          <IconButton label={`Delete ${one.title}`} size="sm" onClick={() => onDelete(one)}>
            <TrashIcon size={18} />
          </IconButton>
        </div>
      ),
    },
  ];
  const empty = search.trim() ? (
    <Empty icon={<SearchIcon />} title="No article matches">
      Try other words.
    </Empty>
  ) : (
    <Empty icon={<BookIcon />} title="No article yet">
      Write down what customers ask, and the bot answers from it.
    </Empty>
  );
  return <Table caption="Articles" columns={columns} rows={articles} rowKey={(one) => one.id} empty={empty} />;
}

/** Asks, and deletes. */
export function DeleteArticle({
  article,
  onDeleted,
  onClose,
}: {
  article: Article;
  onDeleted: () => void;
  onClose: () => void;
}) {
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
      <p>The bot forgets it at once. This cannot be taken back.</p>
    </Confirm>
  );
}
