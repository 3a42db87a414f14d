import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { openConversation } from "../router";
import { Button, Empty, ErrorNote, Spinner } from "../ui";
import { InboxIcon } from "../ui/icons";
import { ConversationRow, ROW_HEIGHT } from "./ConversationRow";
import { cursor } from "./cursor";
import { clearFilters, countOf, filters } from "./filters";
import { count, failed, ids, load, loading, more } from "./list";

/** Rows drawn above and below those that are seen. */
const SPARE = 6;

/** Draws the rows in sight, of however many there are, and reads the next page before the end is reached. */
export function ConversationList() {
  const box = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(800);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = new ResizeObserver(() => {
      height.value = element.clientHeight;
    });
    measure.observe(element);
    return () => measure.disconnect();
  }, []);
  useEffect(() => {
    box.current?.scrollTo(0, 0);
  }, [filters.value]);
  const open = openConversation();
  useEffect(() => reveal(box.current, open), [open]);
  const asked = cursor.value;
  useEffect(() => {
    if (!asked) return;
    reveal(box.current, asked);
    // the row may be drawn by the scrolling only
    const frame = requestAnimationFrame(() =>
      box.current?.querySelector<HTMLElement>(`[data-conversation="${CSS.escape(asked)}"]`)?.focus(),
    );
    return () => cancelAnimationFrame(frame);
  }, [asked]);
  const all = ids.value;
  const first = Math.max(0, Math.floor(top.value / ROW_HEIGHT) - SPARE);
  const last = Math.min(all.length, Math.ceil((top.value + height.value) / ROW_HEIGHT) + SPARE);
  useEffect(() => {
    if (last + SPARE >= all.length && !failed.value) void more();
  });
  return (
    <div
      ref={box}
      class="list-scroll"
      onScroll={(event) => (top.value = event.currentTarget.scrollTop)}
      id="conversation-list"
      aria-busy={loading.value}
    >
      <ErrorNote error={failed.value} retry={() => void (all.length ? more() : load(true))} />
      {all.length > 0 && (
        <ul class="list" style={{ height: `${all.length * ROW_HEIGHT}px` }} aria-label="Conversations">
          {all.slice(first, last).map((id, index) => (
            <ConversationRow
              key={id}
              id={id}
              current={id === open}
              top={(first + index) * ROW_HEIGHT}
              index={first + index}
              total={Math.max(count.value, all.length)}
            />
          ))}
        </ul>
      )}
      {all.length === 0 && !loading.value && !failed.value && <Nothing />}
      {loading.value && (
        <div class="list-loading">
          <Spinner label="Loading conversations" />
        </div>
      )}
    </div>
  );
}

/** Scrolls no further than it takes to see the row. */
function reveal(box: HTMLElement | null, id: string | null): void {
  const at = id ? ids.value.indexOf(id) : -1;
  if (at < 0 || !box) return;
  const from = at * ROW_HEIGHT;
  if (from < box.scrollTop) box.scrollTop = from;
  else if (from + ROW_HEIGHT > box.scrollTop + box.clientHeight) box.scrollTop = from + ROW_HEIGHT - box.clientHeight;
}

function Nothing() {
  const now = filters.value;
  if (now.search.trim() || countOf(now) > 0) {
    return (
      <Empty icon={<InboxIcon />} title="Nothing matches">
        <p>No conversation fits the search and filters.</p>
        <Button size="sm" onClick={clearFilters}>
          Clear search and filters
        </Button>
      </Empty>
    );
  }
  const said =
    now.status === "pending"
      ? "Nobody is waiting for a person."
      : now.view === "mine"
        ? "What you claim or are assigned shows up here."
        : "New conversations show up here by themselves.";
  return (
    <Empty icon={<InboxIcon />} title="All done">
      <p>{said}</p>
    </Empty>
  );
}
