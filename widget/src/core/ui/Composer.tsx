import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../../kit/icons";
import { TypingSignal } from "../typing";
import { useView } from "../view";
import { UploadChips } from "./Uploads";
import { lazy } from "./lazy";

const EmojiPicker = lazy(() => import("./EmojiPicker").then((module) => module.EmojiPicker));
const MAX_TEXT = 4000;

/** Where messages are written. */
export function Composer() {
  const view = useView();
  const { t } = view.texts;
  const chat = view.chat.value;
  const editing = view.editing.value;
  const field = useRef<HTMLTextAreaElement>(null);
  const typing = useRef<TypingSignal>();
  const [isPicking, setPicking] = useState(false);
  // a change is written beside the draft, which stays as it is
  const [changed, setChanged] = useState("");
  const text = editing ? changed : chat.draft.value;
  const setText = (next: string) => (editing ? setChanged(next) : chat.setDraft(next));

  const uploads = chat.uploads.items.value;
  const excess = [...text.trim()].length - MAX_TEXT;
  const isUploading = uploads.some((upload) => upload.state === "uploading");
  const hasContent = text.trim() !== "" || (!editing && uploads.some((upload) => upload.state === "done"));
  const isReady = hasContent && excess <= 0 && !isUploading;

  useEffect(() => {
    const signal = (typing.current = new TypingSignal(chat));
    return () => signal.stop();
  }, [chat]);
  useEffect(() => setChanged(editing?.text ?? ""), [editing]);
  useEffect(() => field.current?.focus({ preventScroll: true }), [view.focusInput.value]);
  useLayoutEffect(() => {
    const box = field.current;
    if (!box) return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
  }, [text]);

  const submit = () => {
    if (!isReady) return;
    typing.current?.stop();
    view.say(text.trim());
    if (!editing) chat.setDraft("");
    setPicking(false);
    field.current?.focus();
  };
  const cancel = () => {
    view.replyTo.value = view.editing.value = null;
    field.current?.focus();
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape" && (view.replyTo.value || editing)) {
      event.preventDefault();
      cancel();
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  };
  const insert = (emoji: string) => {
    const box = field.current;
    if (!box) return;
    const [from, to] = [box.selectionStart, box.selectionEnd];
    setText(text.slice(0, from) + emoji + text.slice(to));
    setPicking(false);
    box.focus();
    // after the drawing, which puts the caret at the end
    requestAnimationFrame(() => box.setSelectionRange(from + emoji.length, from + emoji.length));
  };
  const pasted = (event: ClipboardEvent) => {
    const files = event.clipboardData?.files;
    if (!files || files.length === 0 || editing) return;
    event.preventDefault();
    chat.uploads.add(files);
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {isPicking && (
        <EmojiPicker
          choose={insert}
          close={() => {
            setPicking(false);
            field.current?.focus();
          }}
        />
      )}
      <About cancel={cancel} />
      <UploadChips />
      {excess > 0 && (
        <p class="too-long" role="alert">
          {t("tooLong", { n: excess })}
        </p>
      )}
      <div class="field">
        <textarea
          ref={field}
          rows={1}
          value={text}
          placeholder={t("placeholder")}
          aria-label={t("placeholder")}
          enterkeyhint="send"
          // an empty field has no direction of its own
          dir={text ? "auto" : undefined}
          onKeyDown={pressed}
          onPaste={pasted}
          onInput={(event) => {
            setText(event.currentTarget.value);
            typing.current?.typed(event.currentTarget.value !== "");
          }}
        />
        <div class="tools">
          {!editing && <AttachButton />}
          <button
            type="button"
            class="icon-button"
            aria-label={t("emoji")}
            title={t("emoji")}
            aria-expanded={isPicking}
            onClick={() => setPicking(!isPicking)}
          >
            <Icon name="smile" />
          </button>
          <button type="submit" class="send" aria-label={t(editing ? "save" : "send")} disabled={!isReady}>
            <Icon name={editing ? "check" : "send"} size={18} />
          </button>
        </div>
      </div>
    </form>
  );
}

/** What the text is about: an answer, or a change. */
function About({ cancel }: { cancel: () => void }) {
  const view = useView();
  const { t } = view.texts;
  const replyTo = view.replyTo.value;
  const about = replyTo ?? view.editing.value;
  if (!about) return null;
  return (
    <div class="about">
      <Icon name={replyTo ? "reply" : "edit"} size={16} />
      <span class="about-text">
        <strong>{replyTo ? t("replyingTo", { name: view.nameOf(replyTo) }) : t("editing")}</strong>
        <span>{about.text || about.attachment?.file_name}</span>
      </span>
      <button type="button" class="icon-button" aria-label={t("cancel")} onClick={cancel}>
        <Icon name="close" size={16} />
      </button>
    </div>
  );
}

function AttachButton() {
  const view = useView();
  const input = useRef<HTMLInputElement>(null);
  const label = view.texts.t("attach");
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        onChange={(event) => {
          view.chat.value.uploads.add([...(event.currentTarget.files ?? [])]);
          // the same file may be chosen again
          event.currentTarget.value = "";
          view.focusInput.value++;
        }}
      />
      <button type="button" class="icon-button" aria-label={label} title={label} onClick={() => input.current?.click()}>
        <Icon name="attach" />
      </button>
    </>
  );
}
