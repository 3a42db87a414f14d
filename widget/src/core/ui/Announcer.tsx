import { useEffect, useRef, useState } from "preact/hooks";
import { useView } from "../view";

/**
 * Reads new messages of others, once complete, to screen readers; the log itself is silent, or each streamed piece
 * would be read.
 */
export function Announcer() {
  const view = useView();
  const chat = view.chat.value;
  const newest = chat.conversation.timeline.newest;
  const isLoaded = chat.conversation.isLoaded.value;
  /** The `seq` up to which messages were announced, or were there before. */
  const announced = useRef<number | null>(null);
  const [text, setText] = useState("");
  useEffect(() => {
    if (!isLoaded) return;
    const before = (announced.current ??= newest?.seq ?? 0);
    if (!newest || newest.seq <= before) return;
    const fresh = chat.conversation.timeline.messages.value.filter(
      (message) => message.seq > before && message.sender_id !== chat.conversation.userId.value,
    );
    announced.current = newest.seq;
    const words = fresh.slice(-3).map((message) =>
      view.texts.t("says", {
        name: view.nameOf(message),
        text: message.text || (message.attachment?.file_name ?? ""),
      }),
    );
    if (words.length > 0) setText(words.join(" "));
  }, [newest?.id, isLoaded]);
  // another chat: nothing of it was announced
  useEffect(() => () => void (announced.current = null), [chat]);
  return (
    <div class="visually-hidden" aria-live="polite" aria-atomic="true">
      {text}
    </div>
  );
}
