import { useComputed } from "@preact/signals";
import { dayTitle } from "../time";
import { Avatar, Button, Spinner } from "../ui";
import { DownIcon } from "../ui/icons";
import { MessageRow } from "./MessageRow";
import { NoteRow } from "./NoteRow";
import { PendingRow } from "./PendingRow";
import type { ThreadStore } from "./ThreadStore";
import { useFollowing } from "./following";
import { timeline } from "./timeline";

/** What was said, by pages; it stays where it is looked at, and follows what is new while its end is in sight. */
export function Log({ thread }: { thread: ThreadStore }) {
  const { box, inner, follows, scrolled, toEnd } = useFollowing(thread);
  const items = useComputed(() =>
    timeline(thread.messages.value, thread.notes.value, thread.timeline.hasOlder, thread.timeline.hasNewer),
  );
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
  if (!thread.presence.botTyping.value) return null;
  const text = thread.presence.stream.value?.text;
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
  const names = [...thread.presence.typing.value].map(([id, username]) => {
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
