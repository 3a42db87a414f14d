import { Avatar } from "./Avatar";
import { useView } from "../view";

/** Who is typing. */
export function TypingRow() {
  const view = useView();
  const { t } = view.texts;
  const { typing, botTyping, stream } = view.chat.value.presence;
  const names = [...typing.value.values()];
  const isSelf = typing.value.has(view.chat.value.conversation.userId.value ?? "");
  const isBot = names.length === 0 && botTyping.value && !stream.value;
  if (names.length === 0 && !isBot) return null;
  const name = isBot ? view.botName : (names[0] ?? "");
  const text = names.length > 1 ? t("typingMany") : isSelf ? t("typingSelf") : t("typing", { name });
  return (
    <div class="typing" aria-label={text} role="img">
      <Avatar name={name} isBot={isBot} />
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span class="typing-text" aria-hidden="true">
        {text}
      </span>
    </div>
  );
}
