import { useRef, useState } from "preact/hooks";
import { VirtualList } from "../../kit/VirtualList";
import { Icon } from "../../kit/icons";
import type { LogRow } from "../rows";
import { useView } from "../view";
import { DayDivider, MessageRow, PendingRow, StreamRow } from "./Message";
import { Greeting, Prompts } from "./Prompts";
import { TypingRow } from "./Typing";

/** The conversation. */
export function Log() {
  const view = useView();
  const { t } = view.texts;
  const chat = view.chat.value;
  const loading = useRef(false);
  const [isAtEnd, setAtEnd] = useState(true);
  const rows = view.rows.value;
  const unseen = isAtEnd ? 0 : chat.conversation.unread.value;

  const loadOlder = () => {
    if (loading.current || !chat.conversation.timeline.hasOlder) return;
    loading.current = true;
    void view.attempt(chat.conversation.loadOlder(), t("loadFailed")).finally(() => (loading.current = false));
  };
  return (
    <div class="log-frame">
      <div
        class="log"
        role="log"
        aria-live="off"
        aria-label={t("messages")}
        onKeyDown={moveFocus}
        onPointerLeave={() => (view.active.value = null)}
      >
        <VirtualList
          class="log-scroller"
          items={rows}
          keyOf={keyOf}
          keepsTop={isOfBot}
          onTop={loadOlder}
          onEnd={setAtEnd}
          scrollTo={view.scrollTo.value}
          head={chat.conversation.timeline.hasOlder ? <div class="log-older" /> : <Greeting />}
          tail={
            <>
              <TypingRow />
              <Prompts />
            </>
          }
        >
          {(row) => <RowView row={row} />}
        </VirtualList>
      </div>
      {!isAtEnd && (
        <button
          type="button"
          class="to-end"
          aria-label={unseen > 0 ? t("newMessages", { n: unseen }) : t("latest")}
          onClick={() => (view.scrollTo.value = { key: "end" })}
        >
          {unseen > 0 && <span>{t("newMessages", { n: unseen })}</span>}
          <Icon name="down" size={18} />
        </button>
      )}
    </div>
  );
}

/** Up and down go from message to message. */
function moveFocus(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const article = event.target as HTMLElement;
  if (step === undefined || article.localName !== "article") return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("article[data-id]")];
  const next = all[all.indexOf(article) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

const keyOf = (row: LogRow): string => row.key;

/** An answer is read from its beginning, however long it is. */
const isOfBot = (row: LogRow): boolean =>
  row.kind === "stream" || (row.kind === "message" && row.message.type === "bot");

function RowView({ row }: { row: LogRow }) {
  switch (row.kind) {
    case "day":
      return <DayDivider at={row.at} />;
    case "message":
      return <MessageRow {...row} />;
    case "pending":
      return <PendingRow {...row} />;
    case "stream":
      return <StreamRow text={row.text} />;
  }
}
