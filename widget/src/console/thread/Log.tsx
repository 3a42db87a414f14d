import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { dayTitle } from "../time";
import { takesPart } from "../inbox/unread";
import { Avatar, Button, Spinner } from "../ui";
import { DownIcon } from "../ui/icons";
import { MessageRow } from "./MessageRow";
import { NoteRow } from "./NoteRow";
import { PendingRow } from "./PendingRow";
import type { ThreadStore } from "./ThreadStore";
import { timeline } from "./timeline";

/** Near an edge the next page is read. */
const NEAR = 500;
const AT_BOTTOM = 60;

/** What was said, by pages; it stays where it is looked at, and follows what is new while its end is in sight. */
export function Log({ thread }: { thread: ThreadStore }) {
  const box = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const follows = useSignal(true);
  const anchor = useRef<{ element: Element; top: number } | null>(null);
  const items = useComputed(() =>
    timeline(thread.messages.value, thread.notes.value, thread.timeline.hasOlder, thread.timeline.hasNewer),
  );

  /** After a change of what is drawn: to the end, or what was looked at back to its place. */
  const settle = () => {
    const element = box.current;
    if (!element) return;
    if (follows.peek() && !thread.timeline.hasNewer) {
      element.scrollTop = element.scrollHeight;
      return;
    }
    const held = anchor.current;
    if (held?.element.isConnected) element.scrollTop += held.element.getBoundingClientRect().top - held.top;
  };
  const scrolled = () => {
    const element = box.current;
    if (!element || !inner.current) return;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    follows.value = below < AT_BOTTOM && !thread.timeline.hasNewer;
    if (follows.peek()) thread.seen();
    const from = element.getBoundingClientRect().top;
    // days move up when older messages come: only what was said holds the place
    for (const row of inner.current.querySelectorAll(":scope > :is([data-seq], [data-note])")) {
      const { top, bottom } = row.getBoundingClientRect();
      if (bottom <= from) continue;
      anchor.current = { element: row, top };
      break;
    }
    if (element.scrollTop < NEAR) void thread.page("older");
    if (below < NEAR) void thread.page("newer");
  };
  useLayoutEffect(settle);
  useEffect(() => {
    const sizes = new ResizeObserver(settle);
    if (inner.current) sizes.observe(inner.current);
    if (box.current) sizes.observe(box.current);
    const looked = () => {
      if (document.visibilityState === "visible" && follows.peek()) thread.seen();
    };
    addEventListener("focus", looked);
    document.addEventListener("visibilitychange", looked);
    return () => {
      sizes.disconnect();
      removeEventListener("focus", looked);
      document.removeEventListener("visibilitychange", looked);
    };
  }, []);
  const newest = thread.messages.value[thread.messages.value.length - 1]?.seq;
  const isPart = thread.conversation.value ? takesPart(thread.conversation.value) : false;
  useEffect(() => {
    // a short thread never scrolls: its first page may not fill the place
    const element = box.current;
    if (element && element.scrollHeight <= element.clientHeight) void thread.page("older");
    if (follows.peek() && document.visibilityState === "visible" && document.hasFocus()) thread.seen();
  }, [newest, isPart, thread.state.value]);

  const toEnd = async () => {
    if (thread.timeline.hasNewer) await thread.toNewest();
    follows.value = true;
    settle();
  };
  return (
    <div class="log-place">
      <div ref={box} class="log" role="log" aria-label="Messages" aria-live="off" tabIndex={0} onScroll={scrolled}>
        {thread.loading.value === "older" && (
          <div class="log-loading">
            <Spinner label="Loading older messages" />
          </div>
        )}
        <div ref={inner} class="log-inner">
          {!thread.timeline.hasOlder && thread.loading.value !== "first" && (
            <p class="log-begin">The conversation begins here</p>
          )}
          {items.value.map((item) =>
            item.kind === "day" ? (
              <h2 key={item.key} class="day">
                {dayTitle(item.at)}
              </h2>
            ) : item.kind === "note" ? (
              <NoteRow key={item.key} note={item.note} thread={thread} />
            ) : (
              <MessageRow key={item.key} message={item.message} continues={item.continues} thread={thread} />
            ),
          )}
          {thread.sending.pending.value.map((one) => (
            <PendingRow key={one.client_id} pending={one} sending={thread.sending} />
          ))}
          <Stream thread={thread} />
        </div>
        {thread.loading.value === "first" && (
          <div class="log-loading">
            <Spinner label="Loading messages" />
          </div>
        )}
      </div>
      <Typing thread={thread} />
      {!follows.value && (
        <Button class="to-end" size="sm" icon={<DownIcon size={16} />} onClick={() => void toEnd()}>
          {thread.arrivedBelow.value > 0 ? `${thread.arrivedBelow.value} new` : "To the newest"}
        </Button>
      )}
    </div>
  );
}

/** The assistant's reply while it comes. */
function Stream({ thread }: { thread: ThreadStore }) {
  if (!thread.signs.botTyping.value) return null;
  const text = thread.signs.stream.value?.text;
  return (
    <div class="message is-ours is-bot" data-streaming>
      <span class="message-face">
        <Avatar name="Assistant" size={32} isBot />
      </span>
      <div class="message-main">
        <div class="bubble">
          {text ? (
            <div class="rich is-streaming" dir="auto">
              {text}
            </div>
          ) : (
            <span class="dots" role="img" aria-label="The assistant is answering">
              <i />
              <i />
              <i />
            </span>
          )}
        </div>
      </div>
    </div>
  );
}

function Typing({ thread }: { thread: ThreadStore }) {
  const names = [...thread.signs.typing.value].map(([id, username]) => {
    const conversation = thread.conversation.value;
    return conversation?.customer?.id === id
      ? conversation.customer.name
      : conversation?.assignee?.id === id
        ? conversation.assignee.name
        : username;
  });
  return (
    <p class="typing" role="status">
      {names.length > 0 && (
        <>
          <span class="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          <bdi>{names.join(", ")}</bdi> {names.length === 1 ? "is" : "are"} typing
        </>
      )}
    </p>
  );
}
