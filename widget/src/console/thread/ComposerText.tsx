import type { RefObject } from "preact";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { CompletionList } from "./CompletionList";
import { MAX_TEXT, type Writing } from "./Writing";
import { composerRequest, replyingTo } from "./current";

const MAX_HEIGHT_PX = 240;

/** The text, as high as it needs, with the choices that complete it. */
export function ComposerText({ writing }: { writing: Writing }) {
  const area = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const { mode, text, choices } = writing;
  const completion = choices.length ? writing.completion.value : null;
  const isNote = mode === "note";
  useHeight(area, writing);
  useRequests(area, writing);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (writing.chooseByKey(event.key)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void writing.send();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (replyingTo.value) replyingTo.value = null;
      else area.current?.blur();
    }
  };
  return (
    <>
      {completion && (
        <CompletionList
          id={`${id}-list`}
          completion={completion}
          choices={choices}
          active={writing.active.value}
          onChoose={(choice) => writing.choose(choice)}
        />
      )}
      <textarea
        ref={area}
        id="composer"
        class="composer-text"
        rows={2}
        dir="auto"
        maxLength={MAX_TEXT}
        value={text}
        placeholder={
          isNote ? "Only agents see this. @ mentions a colleague." : "Write a reply. / brings canned replies."
        }
        aria-label={isNote ? "Private note" : "Reply"}
        aria-autocomplete="list"
        aria-controls={completion ? `${id}-list` : undefined}
        aria-activedescendant={completion ? `${id}-list-${writing.active.value}` : undefined}
        onInput={(event) => {
          writing.typed(event.currentTarget.value);
          writing.complete(event.currentTarget);
        }}
        onKeyUp={(event) => {
          if (event.key.startsWith("Arrow") && !writing.completion.value) writing.complete(event.currentTarget);
        }}
        onBlur={() => {
          writing.stopTyping();
          writing.completion.value = null;
        }}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          const pasted = event.clipboardData?.files;
          if (isNote || !pasted?.length) return;
          event.preventDefault();
          writing.files.add(pasted);
        }}
      />
    </>
  );
}

/** Keeps the field as high as its text, and puts the caret where the writing wants it. */
function useHeight(area: RefObject<HTMLTextAreaElement>, writing: Writing): void {
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight + 2, MAX_HEIGHT_PX)}px`;
    if (writing.caret === null) return;
    element.focus();
    element.setSelectionRange(writing.caret, writing.caret);
    writing.caret = null;
  }, [writing.text, writing.mode]);
}

/** Does what other parts of the console ask of the composer. */
function useRequests(area: RefObject<HTMLTextAreaElement>, writing: Writing): void {
  useEffect(() => {
    const ask = composerRequest.value;
    if (!ask) return;
    composerRequest.value = null;
    if (ask.mode) writing.turnTo(ask.mode);
    if (ask.insert !== undefined) {
      writing.caret = ask.insert.length;
      writing.write(ask.insert);
    }
    area.current?.focus();
  }, [composerRequest.value]);
}
