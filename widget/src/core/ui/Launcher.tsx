import { Icon } from "../../kit/icons";
import { useView } from "../view";

/** The round button in the corner, with how many messages wait. */
export function Launcher({ disabled }: { disabled: boolean }) {
  const { isOpen, texts, chat, open, close } = useView();
  const unread = chat.value.conversation.unread.value;
  const { t } = texts;
  const label = isOpen.value ? t("close") : unread > 0 ? `${t("open")}, ${t("unread", { n: unread })}` : t("open");
  return (
    <button
      type="button"
      class={isOpen.value ? "launcher is-open" : "launcher"}
      aria-label={label}
      aria-expanded={isOpen.value}
      aria-haspopup="dialog"
      disabled={disabled}
      onClick={() => (isOpen.value ? close() : open())}
    >
      <span class="launcher-icon launcher-chat">
        <Icon name="chat" size={28} />
      </span>
      <span class="launcher-icon launcher-close">
        <Icon name="down" size={28} />
      </span>
      {unread > 0 && !isOpen.value && (
        <span class="badge" aria-hidden="true">
          {unread > 9 ? "9+" : unread}
        </span>
      )}
    </button>
  );
}
