import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../../kit/icons";
import { useView } from "../view";
import { UploadChips } from "./Uploads";
import { lazy } from "./lazy";
import { useGrowing, useTypingSignal, useWriting } from "./writing";

const EmojiPicker = lazy(() => import("./EmojiPicker").then((module) => module.EmojiPicker));

/** Where messages are written. */
export function Composer() {
  const view = useView();
  const { t } = view.texts;
  const chat = view.chat.value;
  const field = useRef<HTMLTextAreaElement>(null);
  const typing = useTypingSignal();
  const { text, write, excess, isEditing, isReady } = useWriting();
  const [isPicking, setPicking] = useState(false);
  const focus = () => field.current?.focus();
  useEffect(() => field.current?.focus({ preventScroll: true }), [view.focusInput.value]);

  const submit = () => {
    if (!isReady) return;
    typing.current?.stop();
    view.submit(text.trim());
    if (!isEditing) chat.setDraft("");
    setPicking(false);
    focus();
  };
  const cancel = () => {
    view.replyTo.value = view.editing.value = null;
    focus();
  };
  const typed = (next: string) => {
    write(next);
    typing.current?.typed(next !== "");
  };
  const choose = (emoji: string) => {
    if (!field.current) return;
    write(insertInto(field.current, text, emoji));
    setPicking(false);
  };
  const closePicker = () => {
    setPicking(false);
    focus();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {isPicking && <EmojiPicker choose={choose} close={closePicker} />}
      <About cancel={cancel} />
      <UploadChips />
      {excess > 0 && (
        <p class="too-long" role="alert">
          {t("tooLong", { n: excess })}
        </p>
      )}
      <div class="field">
        <Field field={field} text={text} typed={typed} submit={submit} cancel={cancel} />
        <Tools isPicking={isPicking} pick={() => setPicking(!isPicking)} isReady={isReady} />
      </div>
    </form>
  );
}

interface FieldProps {
  field: RefObject<HTMLTextAreaElement>;
  text: string;
  typed: (text: string) => void;
  submit: () => void;
  cancel: () => void;
}

/** The text, as high as it needs. */
function Field({ field, text, typed, submit, cancel }: FieldProps) {
  const view = useView();
  const label = view.texts.t("placeholder");
  const isEditing = view.editing.value !== null;
  useGrowing(field, text);
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape" && (view.replyTo.value || isEditing)) {
      event.preventDefault();
      cancel();
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  };
  const pasted = (event: ClipboardEvent) => {
    const files = event.clipboardData?.files;
    if (!files || files.length === 0 || isEditing) return;
    event.preventDefault();
    view.chat.value.uploads.add(files);
  };
  return (
    <textarea
      ref={field}
      rows={1}
      value={text}
      placeholder={label}
      aria-label={label}
      enterkeyhint="send"
      // an empty field has no direction of its own
      dir={text ? "auto" : undefined}
      onKeyDown={pressed}
      onPaste={pasted}
      onInput={(event) => typed(event.currentTarget.value)}
    />
  );
}

/** The text with an emoji in place of what is selected; the caret goes behind it. */
function insertInto(field: HTMLTextAreaElement, text: string, emoji: string): string {
  const { selectionStart: from, selectionEnd: to } = field;
  field.focus();
  // after the drawing, which puts the caret at the end
  requestAnimationFrame(() => field.setSelectionRange(from + emoji.length, from + emoji.length));
  return text.slice(0, from) + emoji + text.slice(to);
}

interface ToolsProps {
  isPicking: boolean;
  pick: () => void;
  isReady: boolean;
}

/** What stands beside the text: files, emoji, and the way out. */
function Tools({ isPicking, pick, isReady }: ToolsProps) {
  const view = useView();
  const { t } = view.texts;
  const isEditing = view.editing.value !== null;
  return (
    <div class="tools">
      {!isEditing && <AttachButton />}
      <button
        type="button"
        class="icon-button"
        aria-label={t("emoji")}
        title={t("emoji")}
        aria-expanded={isPicking}
        onClick={pick}
      >
        <Icon name="smile" />
      </button>
      <button type="submit" class="send" aria-label={t(isEditing ? "save" : "send")} disabled={!isReady}>
        <Icon name={isEditing ? "check" : "send"} size={18} />
      </button>
    </div>
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
