import { useEffect, useRef } from "preact/hooks";
import { ContextPanel } from "../context/ContextPanel";
import { contextShown } from "../context/shown";
import { openConversation } from "../router";
import { ThreadView } from "../thread/ThreadView";
import { ConversationList } from "./ConversationList";
import { ListHead } from "./ListHead";
import { filters } from "./filters";
import { load } from "./list";
import "../context/context.css";
import "../thread/composer.css";
import "../thread/summary.css";
import "../thread/thread.css";
import "../thread/message.css";
import "./inbox.css";

/** List, thread and context, side by side where there is room, else one after the other. */
export function InboxPage() {
  const last = useRef<unknown>(null);
  useEffect(() => {
    // the same filters again: the rows stay while they are read
    void load(last.current !== filters.value);
    last.current = filters.value;
  }, [filters.value]);
  const open = openConversation() !== null;
  return (
    <div class={`inbox ${open ? "is-open" : ""} ${open && contextShown.value ? "has-context" : ""}`}>
      <section class="list-pane" aria-label="Inbox">
        <ListHead />
        <ConversationList />
      </section>
      <ThreadView />
      {open && <ContextPanel />}
    </div>
  );
}
