import { useEffect, useState } from "preact/hooks";
import { go } from "../../router";
import { Button, Empty, Field, Select } from "../../ui";
import { BookIcon, PlusIcon, SearchIcon } from "../../ui/icons";
import { useLoaded, useSettled } from "../load";
import { Pager, Shown } from "../parts";
import type { ListedArticle } from "../../../wire/schema";
import { ArticleTable } from "./ArticleTable";
import { DeleteArticle } from "./DeleteArticle";
import { ExamplesNote, LoadExamples } from "./Examples";
import { ExportButton } from "./ExportButton";
import { ImportDialog } from "./ImportDialog";
import { TryQuestion } from "./TryQuestion";
import { knowledge } from "./api";
import { inUse, outline } from "./outline";

const PAGE = 50;
const STATES = [
  { value: "", label: "All states" },
  { value: "published", label: "Published" },
  { value: "draft", label: "Drafts" },
];

interface Filters {
  search: string;
  status: string;
  locale: string;
  category: string;
}

const ALL: Filters = { search: "", status: "", locale: "", category: "" };

/** All articles, and what can be done with all of them. */
export function ArticleList() {
  const [filters, setFilters] = useState(ALL);
  const [cursor, setCursor] = useState<string | null>(null);
  const search = useSettled(filters.search.trim());
  const { status, locale, category } = filters;
  const query = { search, status, locale, category, cursor };
  const loaded = useLoaded(() => knowledge.list({ ...query, limit: PAGE }), Object.values(query));
  const examples = useLoaded(() => knowledge.list({ example: true, limit: 1 }).then(({ count }) => count), []);
  const [asked, setAsked] = useState<"import" | ListedArticle | null>(null);
  useEffect(() => void outline.want(), []);
  const reload = () => {
    void loaded.reload();
    void examples.reload();
    void outline.want(true);
  };
  const isFiltered = [search, status, locale, category].some(Boolean);
  const isEmpty = loaded.value?.count === 0 && !isFiltered;
  return (
    <div class="knowledge">
      <div class="admin-shown">
        <div class="admin-bar knowledge-acts">
          <Button variant="primary" icon={<PlusIcon size={18} />} onClick={() => go("articles/new")}>
            New article
          </Button>
          <Button onClick={() => setAsked("import")}>Import</Button>
          {!isEmpty && <ExportButton />}
          {!isEmpty && examples.value === 0 && <LoadExamples onLoaded={reload} />}
        </div>
        {!isEmpty && (
          <FilterBar
            filters={filters}
            set={(change) => {
              setCursor(null);
              setFilters({ ...filters, ...change });
            }}
          />
        )}
        {!!examples.value && <ExamplesNote count={examples.value} onRemoved={reload} />}
        <Shown loaded={loaded}>
          {(page) => (
            <>
              <ArticleTable
                articles={page.results}
                onDelete={setAsked}
                empty={isFiltered ? <NoMatch /> : <NoArticle onLoaded={reload} />}
              />
              {page.results.length > 0 && <Pager page={page} what={["article", "articles"]} go={setCursor} />}
            </>
          )}
        </Shown>
      </div>
      <TryQuestion />
      {asked === "import" && <ImportDialog onImported={reload} onClose={() => setAsked(null)} />}
      {asked && asked !== "import" && (
        <DeleteArticle article={asked} onDeleted={reload} onClose={() => setAsked(null)} />
      )}
    </div>
  );
}

function FilterBar({ filters, set }: { filters: Filters; set: (change: Partial<Filters>) => void }) {
  const articles = outline.items.value;
  const options = (all: string, values: string[]) => [
    { value: "", label: all },
    ...values.map((value) => ({ value, label: value })),
  ];
  return (
    <div class="admin-bar knowledge-filters">
      <Field
        class="grow"
        label="Search"
        hideLabel
        type="search"
        placeholder="Search titles, texts and addresses"
        maxLength={200}
        value={filters.search}
        onInput={(event) => set({ search: event.currentTarget.value })}
      />
      <Select
        class="fixed"
        label="State"
        hideLabel
        options={STATES}
        value={filters.status}
        onChange={(status) => set({ status })}
      />
      <Select
        class="fixed"
        label="Language"
        hideLabel
        options={options("All languages", inUse([filters.locale, ...articles.map((one) => one.locale)]))}
        value={filters.locale}
        onChange={(locale) => set({ locale })}
      />
      <Select
        class="fixed"
        label="Category"
        hideLabel
        options={options("All categories", inUse([filters.category, ...articles.map((one) => one.category)]))}
        value={filters.category}
        onChange={(category) => set({ category })}
      />
    </div>
  );
}

const NoMatch = () => (
  <Empty icon={<SearchIcon />} title="No article matches">
    Try other words, or all states, languages and categories.
  </Empty>
);

function NoArticle({ onLoaded }: { onLoaded: () => void }) {
  return (
    <Empty icon={<BookIcon />} title="The bot knows nothing yet">
      <p>It says so to customers and offers a person. Write an article, import some or load the examples.</p>
      <LoadExamples onLoaded={onLoaded} />
    </Empty>
  );
}
