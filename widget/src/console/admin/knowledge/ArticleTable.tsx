import type { ComponentChildren } from "preact";
import { Link, go } from "../../router";
import { Badge, type Column, IconButton, Table } from "../../ui";
import { EditIcon, TrashIcon } from "../../ui/icons";
import { Time } from "../../ui/Time";
import { number } from "../format";
import type { ListedArticle } from "../../../wire/schema";

/** How an article stands, in marks. */
export function StateBadges({ article }: { article: Pick<ListedArticle, "status" | "is_example" | "has_draft"> }) {
  return (
    <div class="admin-badges">
      {article.status === "published" ? <Badge tone="ok">Published</Badge> : <Badge tone="warn">Draft</Badge>}
      {article.is_example && <Badge tone="note">Example</Badge>}
      {article.has_draft && <Badge tone="primary">Unpublished changes</Badge>}
    </div>
  );
}

/** What readers of the help centre thought of an article. */
function Votes({ article: { helpful, unhelpful } }: { article: ListedArticle }) {
  if (helpful + unhelpful === 0) return <span class="admin-soft">–</span>;
  return (
    <span class="knowledge-votes">
      <span aria-hidden="true">
        +{number(helpful)} −{number(unhelpful)}
      </span>
      <span class="sr-only">
        {helpful} found it helpful, {unhelpful} did not
      </span>
    </span>
  );
}

const columns = (onDelete: (article: ListedArticle) => void): Column<ListedArticle>[] => [
  {
    title: "Article",
    cell: (one) => (
      <div class="admin-cell">
        <Link to={`articles/${one.id}`} class="admin-link">
          {one.title}
        </Link>
        <small>
          {[one.locale, one.category, one.url].filter(Boolean).join(" · ")} · changed <Time at={one.updated_at} />
        </small>
        {one.tags.length > 0 && <small class="knowledge-tags">{one.tags.join(", ")}</small>}
      </div>
    ),
  },
  { title: "State", cell: (one) => <StateBadges article={one} /> },
  { title: "Votes", align: "end", cell: (one) => <Votes article={one} /> },
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

interface ArticleTableProps {
  articles: ListedArticle[];
  onDelete: (article: ListedArticle) => void;
  empty: ComponentChildren;
}

export function ArticleTable({ articles, onDelete, empty }: ArticleTableProps) {
  return (
    <Table caption="Articles" columns={columns(onDelete)} rows={articles} rowKey={(one) => one.id} empty={empty} />
  );
}
