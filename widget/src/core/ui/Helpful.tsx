import { Icon } from "../../kit/icons";
import type { Message } from "../../wire/schema";
import { feedbackOf } from "../feedback";
import { useView } from "../view";

/** Asks whether an answer of the bot's helped; a greeting that was taken from no article is none. */
export function Helpful({ message }: { message: Message }) {
  const view = useView();
  const { t } = view.texts;
  if (message.type !== "bot" || message.is_deleted || !message.meta?.sources.length) return null;
  const feedback = feedbackOf(view.chat.value);
  const thumb = (helpful: boolean) => {
    const label = t(helpful ? "helpful" : "unhelpful");
    return (
      <button
        type="button"
        class="thumb"
        aria-pressed={feedback.of(message) === helpful}
        aria-label={label}
        title={label}
        onClick={() => void view.attempt(feedback.give(message, helpful))}
      >
        <Icon name={helpful ? "thumbUp" : "thumbDown"} size={16} />
      </button>
    );
  };
  return (
    <div class="helpful" role="group" aria-label={t("wasHelpful")}>
      {thumb(true)}
      {thumb(false)}
    </div>
  );
}
