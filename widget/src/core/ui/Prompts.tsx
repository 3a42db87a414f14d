import { Avatar } from "./Avatar";
import { useView } from "../view";

/** The greeting of an empty conversation. */
export function Greeting() {
  const view = useView();
  if (!view.chat.value.conversation.isLoaded.value && view.chat.value.conversation.id.value !== null)
    return <div class="log-older" />;
  const text = view.options.value.greeting ?? view.texts.t("greeting");
  return (
    <div class="row other starts ends greeting">
      <Avatar name={view.botName} isBot />
      <div class="stack">
        <div class="bubble">{text}</div>
      </div>
    </div>
  );
}

/** What could be asked: at the beginning the site's prompts, later what the bot proposes. */
export function Prompts() {
  const view = useView();
  const chat = view.chat.value;
  const last = chat.conversation.timeline.newest;
  const isEmpty = view.rows.value.length === 0;
  if (chat.presence.stream.value || chat.pending.value.length > 0) return null;
  const proposed = last?.type === "bot" ? (last.meta?.prompts ?? []) : [];
  const prompts = isEmpty
    ? chat.prompts.value.map(({ title, text }) => ({ title, text }))
    : proposed.map((text) => ({ title: text, text }));
  if (prompts.length === 0) return null;
  return (
    <div class="prompts" role="group" aria-label={view.texts.t("suggestions")}>
      {prompts.map(({ title, text }) => (
        <button type="button" class="prompt" key={text} title={text} onClick={() => view.submit(text)}>
          {title}
        </button>
      ))}
    </div>
  );
}
