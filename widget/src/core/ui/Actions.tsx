import { useState } from "preact/hooks";
import { Icon, type IconName } from "../../kit/icons";
import type { Message } from "../../wire/schema";
import { useView } from "../view";

/** What most people react with. */
const QUICK = ["👍", "❤️", "😂", "🎉", "😮", "🙏"];

/** What can be done to a message; of the one that is pointed at or focused. */
export function MessageActions({ message, isOwn }: { message: Message; isOwn: boolean }) {
  const { active } = useView();
  if (active.value !== message.id || message.is_deleted) return null;
  return (
    <div class="actions-place">
      <Toolbar message={message} isOwn={isOwn} />
    </div>
  );
}

function Toolbar({ message, isOwn }: { message: Message; isOwn: boolean }) {
  const view = useView();
  const { t } = view.texts;
  const { actions } = view.chat.value;
  const [open, setOpen] = useState<"reactions" | "deletion" | null>(null);
  const button = (icon: IconName, label: string, act: () => void, isExpanded?: boolean) => (
    <button type="button" class="action" aria-label={label} title={label} aria-expanded={isExpanded} onClick={act}>
      <Icon name={icon} size={16} />
    </button>
  );
  const left = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || open === null) return;
    event.preventDefault();
    setOpen(null);
  };
  const react = (emoji: string) => {
    setOpen(null);
    void view.attempt(actions.react(message, emoji));
  };
  return (
    <div class="actions" role="toolbar" aria-label={t("actions")} onKeyDown={left}>
      {open === "reactions" &&
        QUICK.map((emoji) => (
          <button
            type="button"
            class="action emoji"
            key={emoji}
            aria-label={emoji}
            aria-pressed={actions.hasReacted(message, emoji)}
            onClick={() => react(emoji)}
          >
            {emoji}
          </button>
        ))}
      {open === "deletion" && (
        <>
          <button
            type="button"
            class="action word is-danger"
            onClick={() => void view.attempt(actions.delete(message))}
          >
            {t("delete")}
          </button>
          <button type="button" class="action word" onClick={() => setOpen(null)}>
            {t("cancel")}
          </button>
        </>
      )}
      {open === null && (
        <>
          {button("smile", t("react"), () => setOpen("reactions"), false)}
          {button("reply", t("reply"), () => view.startReply(message))}
          {message.text !== "" &&
            button(
              "copy",
              t("copy"),
              () =>
                void view.attempt(
                  navigator.clipboard?.writeText(message.text) ?? Promise.reject(new Error("no clipboard")),
                ),
            )}
          {isOwn && message.text !== "" && button("edit", t("edit"), () => view.startEdit(message))}
          {isOwn && button("trash", t("delete"), () => setOpen("deletion"), false)}
        </>
      )}
    </div>
  );
}

/** Everybody's reactions, under the message. */
export function Reactions({ message }: { message: Message }) {
  const view = useView();
  const { actions } = view.chat.value;
  const reactions = Object.entries(message.reactions).filter(([, count]) => count > 0);
  if (reactions.length === 0 || message.is_deleted) return null;
  return (
    <div class="reactions">
      {reactions.map(([emoji, count]) => (
        <button
          type="button"
          class="reaction"
          key={emoji}
          aria-pressed={actions.hasReacted(message, emoji)}
          aria-label={`${emoji} ${count}`}
          onClick={() => void view.attempt(actions.react(message, emoji))}
        >
          <span>{emoji}</span>
          {count > 1 && <span>{count}</span>}
        </button>
      ))}
    </div>
  );
}

/** The message that another one answers. */
export function Quote({ id }: { id: string }) {
  const view = useView();
  // read, so that the quote appears once its message is loaded
  void view.chat.value.conversation.timeline.messages.value.length;
  const quoted = view.chat.value.conversation.timeline.find(id);
  return (
    <button type="button" class="quote" onClick={() => void view.attempt(view.jumpTo(id), view.texts.t("loadFailed"))}>
      <span class="quote-name">{quoted ? view.nameOf(quoted) : view.texts.t("reply")}</span>
      <span class="quote-text">{quoted ? quoted.text || quoted.attachment?.file_name : "…"}</span>
    </button>
  );
}
