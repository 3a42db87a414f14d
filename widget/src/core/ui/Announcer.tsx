import { useEffect, useRef, useState } from "preact/hooks";
import { useView } from "../view";

/** Says new messages of others, whole ones, to who cannot see them; the log itself is silent, or each token would be read. */
export function Announcer() {
  const view = useView();
  const chat = view.chat.value;
  const newest = chat.timeline.newest;
  const said = useRef(newest?.seq ?? 0);
  const [text, setText] = useState("");
  useEffect(() => {
    if (!newest || newest.seq <= said.current) return;
    const fresh = chat.timeline.messages.value.filter((message) => message.seq > said.current && message.sender_id !== chat.userId.value);
    said.current = newest.seq;
    const words = fresh.slice(-3).map((message) => view.texts.t("says", { name: view.nameOf(message), text: message.text || (message.attachment?.file_name ?? "") }));
    if (words.length > 0) setText(words.join(" "));
  }, [newest?.id]);
  return (
    <div class="visually-hidden" aria-live="polite" aria-atomic="true">
      {text}
    </div>
  );
}
