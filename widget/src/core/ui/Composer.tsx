import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../../kit/icons";
import { TypingSignal } from "../typing";
import { useView } from "../view";

const MAX_TEXT = 4000;

/** Where messages are written. */
export function Composer() {
  const view = useView();
  const { t } = view.texts;
  const chat = view.chat.value;
  const field = useRef<HTMLTextAreaElement>(null);
  const typing = useRef<TypingSignal>();
  const draft = chat.draft.value;
  const excess = [...draft.trim()].length - MAX_TEXT;

  useEffect(() => {
    const signal = (typing.current = new TypingSignal(chat));
    return () => signal.stop();
  }, [chat]);
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  useLayoutEffect(() => {
    const box = field.current;
    if (!box) return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
  }, [draft]);

  const submit = () => {
    if (draft.trim() === "" || excess > 0) return;
    typing.current?.stop();
    view.say(draft.trim());
    chat.setDraft("");
    field.current?.focus();
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div class="field">
        <textarea
          ref={field}
          rows={1}
          value={draft}
          placeholder={t("placeholder")}
          aria-label={t("placeholder")}
          enterkeyhint="send"
          dir="auto"
          onKeyDown={pressed}
          onInput={(event) => {
            chat.setDraft(event.currentTarget.value);
            typing.current?.typed(event.currentTarget.value !== "");
          }}
        />
        <div class="tools">
          <button type="submit" class="send" aria-label={t("send")} disabled={draft.trim() === "" || excess > 0}>
            <Icon name="send" size={18} />
          </button>
        </div>
      </div>
    </form>
  );
}
