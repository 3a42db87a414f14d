import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { allLabels } from "../desk/directory";
import type { ConversationCounts, ConversationKind, PriorityWord, ViewWord } from "../../wire/schema";
import { kinds, priorities, statuses } from "../desk/words";
import { Button, IconButton, Select, Tabs } from "../ui";
import { CloseIcon, FilterIcon, SearchIcon } from "../ui/icons";
import { type Filters, countOf, filter, filters } from "./filters";
import { counts } from "./list";

const views: { key: ViewWord; title: string }[] = [
  { key: "mine", title: "Mine" },
  { key: "unassigned", title: "Unassigned" },
  { key: "all", title: "All" },
];

/** What is still to do of a view. */
const waiting = (all: ConversationCounts | null, view: ViewWord) =>
  all ? all[view].open + all[view].pending : undefined;

export function ListHead() {
  const shown = useSignal(false);
  const now = filters.value;
  const set = countOf(now);
  return (
    <div class="list-head">
      <div class="list-search">
        <Search />
        <IconButton
          label={set ? `Filters (${set} set)` : "Filters"}
          pressed={shown.value}
          aria-expanded={shown.value}
          aria-controls="list-filters"
          onClick={() => (shown.value = !shown.value)}
          class={set ? "has-mark" : ""}
        >
          <FilterIcon />
        </IconButton>
      </div>
      {shown.value && <More />}
      <Tabs
        label="Which conversations"
        tabs={views.map((view) => ({ ...view, count: waiting(counts.value, view.key) }))}
        selected={now.view}
        onSelect={(view) => filter({ view })}
        controls="conversation-list"
      />
      <Statuses />
    </div>
  );
}

function Statuses() {
  const now = filters.value;
  const of = counts.value?.[now.view];
  const all: { key: Filters["status"]; title: string }[] = [{ key: "all", title: "All" }, ...statuses];
  return (
    <div class="statuses" role="group" aria-label="Status">
      {all.map(({ key, title }) => {
        // how many there are to do; of the others nobody counts
        const number = key === "open" || key === "pending" ? of?.[key] : undefined;
        return (
          <button
            key={key}
            type="button"
            class="pill"
            aria-pressed={now.status === key}
            onClick={() => filter({ status: key })}
          >
            {title}
            {number ? <span class="pill-count">{number > 999 ? "999+" : number}</span> : null}
          </button>
        );
      })}
    </div>
  );
}

function Search() {
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const cleared = filters.value.search === "";
  useEffect(() => {
    if (cleared && input.current && document.activeElement !== input.current) input.current.value = "";
  }, [cleared]);
  const search = (text: string, now = false) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => filter({ search: text }), now ? 0 : 250);
  };
  const clear = () => {
    if (input.current) input.current.value = "";
    search("", true);
  };
  return (
    <div class="search" role="search">
      <SearchIcon size={18} />
      <input
        ref={input}
        id="list-search"
        type="search"
        class="input"
        placeholder="Search name, text…"
        aria-label="Search conversations"
        autocomplete="off"
        onInput={(event) => search(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") search(event.currentTarget.value, true);
          if (event.key !== "Escape") return;
          event.stopPropagation();
          if (event.currentTarget.value) clear();
          else event.currentTarget.blur();
        }}
      />
      {!cleared && (
        <IconButton label="Clear the search" size="sm" onClick={clear}>
          <CloseIcon size={16} />
        </IconButton>
      )}
    </div>
  );
}

function More() {
  useEffect(() => void allLabels.want(), []);
  const now = filters.value;
  const any = { value: "", label: "Any" };
  return (
    <div class="list-filters" id="list-filters" role="group" aria-label="Filters">
      <Select
        label="Label"
        value={now.label === null ? "" : String(now.label)}
        options={[any, ...allLabels.items.value.map((label) => ({ value: String(label.id), label: label.name }))]}
        onChange={(value) => filter({ label: value ? Number(value) : null })}
      />
      <Select
        label="Priority"
        value={now.priority ?? ""}
        options={[any, ...priorities.map(({ key, title }) => ({ value: key, label: title }))]}
        onChange={(value) => filter({ priority: (value || null) as PriorityWord | null })}
      />
      <Select
        label="Kind"
        value={now.kind ?? ""}
        options={[any, ...kinds.map(({ key, title }) => ({ value: key, label: title }))]}
        onChange={(value) => filter({ kind: (value || null) as ConversationKind | null })}
      />
      {countOf(now) > 0 && (
        <Button size="sm" variant="quiet" onClick={() => filter({ label: null, priority: null, kind: null })}>
          Clear filters
        </Button>
      )}
    </div>
  );
}
