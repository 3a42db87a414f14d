import { useComputed } from "@preact/signals";
import { Button, Empty, ErrorNote, Spinner } from "../ui";
import { AlertIcon, InboxIcon } from "../ui/icons";
import { go } from "../router";
import { Composer } from "./Composer";
import { Log } from "./Log";
import { SuggestionCard } from "./SuggestionCard";
import { SummaryCard } from "./SummaryCard";
import { ThreadHead } from "./ThreadHead";
import type { ThreadStore } from "./ThreadStore";
import { thread as current } from "./current";

/** The open conversation, or what stands there without one. */
export function ThreadView() {
  const thread = current.value;
  if (!thread) {
    return (
      <section class="thread is-empty" aria-label="Conversation">
        <Empty icon={<InboxIcon />} title="No conversation open">
          <p>
            Choose one from the list, or press <kbd>j</kbd> for the next. <kbd>?</kbd> shows all shortcuts.
          </p>
        </Empty>
      </section>
    );
  }
  return <Opened key={thread.id} thread={thread} />;
}

function Opened({ thread }: { thread: ThreadStore }) {
  const ready = useComputed(() => thread.conversation.value !== null);
  if (thread.gone.value) {
    return (
      <section class="thread is-empty" aria-label="Conversation">
        <Empty icon={<AlertIcon />} title="This conversation is not here">
          <p>{thread.gone.value}</p>
          <Button onClick={() => go("")}>Back to the list</Button>
        </Empty>
      </section>
    );
  }
  if (!ready.value) {
    return (
      <section class="thread is-empty" aria-label="Conversation">
        {thread.error.value ? (
          <ErrorNote error={thread.error.value} retry={() => void thread.open()} />
        ) : (
          <Spinner label="Loading the conversation" />
        )}
      </section>
    );
  }
  return (
    <section class="thread" aria-label="Conversation">
      <ThreadHead thread={thread} />
      <ErrorNote error={thread.error.value} retry={() => void thread.open()} />
      <SummaryCard thread={thread} />
      <Log thread={thread} />
      <SuggestionCard thread={thread} />
      <Composer thread={thread} />
    </section>
  );
}
